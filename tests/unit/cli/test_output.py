"""What a command prints is what it was given: no text is markup, and no character steers a terminal."""

import io
import json
import re
import shutil

import pytest
import yaml
from rich.table import Table
from typer.testing import CliRunner

from cli import output
from cli.main import app
from parity.settings import REPOSITORY
from tests.unit.ingestion.contracts import ROW, contract, csv_file

HOSTILE = ["x[/red].csv", "[tha_pol/2024].csv", "[bold]loud[/bold].csv", ":smile:.csv", r"\[b].csv"]
ROWS = "Rank,Sex,Cadre,Height,List Date\nMajor,F,Sworn,170,2024-01-31\nMajor,M,Sworn,,2024-01-31\n"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "400"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_brackets_stands_in_sentences_tables_and_titles(name, monkeypatch):
    file = io.StringIO()
    monkeypatch.setattr(output, "console", output.PlainConsole(file=file, width=200))
    output.say(f"file {name}: accepted")
    table = Table("file", title=f"of {name}")
    table.add_row(name)
    output.print_table(table)
    assert file.getvalue().count(name) == 3


@pytest.mark.parametrize(
    ("text", "said"), [("\x1b[31mred", r"\x1b[31mred"), ("a\rb", r"a\x0db"), ("\udcff", r"\udcff"), ("ä\n\tไ", "ä\n\tไ")]
)
def test_what_steers_a_terminal_and_bytes_that_are_no_text_are_shown_by_their_escapes(text, said):
    assert output.harmless(text) == said


def test_json_holds_bytes_of_a_name_that_are_no_text(capsys):
    output.print_json({"file": "a\udcff", "name": "ไทย"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"file": "a\udcff", "name": "ไทย"} and "ไทย" in said


@pytest.mark.parametrize("name", HOSTILE)
def test_hr_check_names_a_staff_file_that_is_missing_as_it_is_called(name, tmp_path):
    code, said = run("hr", "check", tmp_path / name)
    assert code == 2 and str(tmp_path / name) in said


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hr_check_names_a_refused_file_and_no_fitting_contract_as_they_are_called(name, tmp_path):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(ROWS)
    code, said = run("hr", "check", file, "--contract", name)
    assert code == 2 and f"There is no contract '{name}'" in said
    code, said = run("hr", "check", file, "--contract", "idn_imm")
    assert code == 2 and file.name in said, said


@pytest.mark.parametrize("name", HOSTILE)
def test_hr_check_sums_up_a_file_its_codes_and_its_sheet_as_they_are_called(name, tmp_path, monkeypatch):
    monkeypatch.setattr("cli.hr.check.contract_of", lambda *_: contract())
    file = tmp_path / name.split("/")[-1]
    file.write_bytes(csv_file(ROW, ROW.replace("1001", "1002").replace("Officer", name)))
    code, said = run("hr", "check", file)
    assert code == 1 and said.startswith(f"{file.name} under abc: 1 row (1 person) loads"), said


def test_a_wrong_call_of_hr_is_json_where_json_was_asked_for(tmp_path):
    file = tmp_path / "[tha_pol].csv"
    done = CliRunner().invoke(app, ["hr", "check", str(file), "--json"])
    assert done.exit_code == 2 and json.loads(done.stdout) == {"error": f"{file}: there is no such file."}
    file.write_bytes(csv_file(ROW))
    done = CliRunner().invoke(app, ["hr", "check", str(file), "--contract", "a[/b]", "--json"])
    assert done.exit_code == 2 and "'a[/b]'" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize("name", HOSTILE)
def test_kobo_check_names_an_unknown_questionnaire_as_it_was_asked_for(name):
    code, said = run("kobo", "check", name)
    assert code == 2 and f"There is no questionnaire '{name}'" in said


@pytest.mark.parametrize("name", ["[tha_pol/x]", "a[/red]"])
def test_parity_indicators_prints_brackets_of_the_catalogue(name, tmp_path, monkeypatch):
    shutil.copytree(REPOSITORY / "catalogue", tmp_path / "catalogue")
    path = tmp_path / "catalogue" / "indicators.yml"
    known = yaml.safe_load(path.read_text())
    known["indicators"][0]["name"] = f"Women {name}"
    path.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False))
    monkeypatch.setenv("PARITY_CATALOGUE", str(tmp_path / "catalogue"))
    code, said = run("indicators")
    assert code == 0 and name in re.sub(r"\s+", " ", said)


def test_a_bracketed_setting_is_printed_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PARITY_HOME", str(tmp_path / "[bold]home[/x]"))
    monkeypatch.delenv("PARITY_WAREHOUSE_URL", raising=False)
    code, said = run("gate", "docs")
    assert code == 3 and "[bold]home[/x]" in said


def test_no_command_makes_a_console_or_prints_json_of_its_own():
    own = {
        f"{path.relative_to(REPOSITORY)}: {found}"
        for path in (REPOSITORY / "cli").rglob("*.py")
        if path.name != "output.py"
        for found in re.findall(r"\bConsole\(|\bprint\(json|markup=True|\[/?(?:bold|red|green)\]", path.read_text())
    }
    assert not own
