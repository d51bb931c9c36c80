"""`parity kobo` with a questionnaire as spreadsheets write it: the same answer for every way to save it, and words for what is wrong."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.settings import REPOSITORY


@pytest.fixture
def survey(tmp_path, monkeypatch):
    shutil.copytree(REPOSITORY / "catalogue", tmp_path / "catalogue")
    monkeypatch.setenv("PARITY_CATALOGUE", str(tmp_path / "catalogue"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "catalogue" / "questionnaire" / "workplace_culture" / "survey.csv"


def kobo(*words):
    done = CliRunner().invoke(app, ["kobo", *words], env={"COLUMNS": "400"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_check_finds_no_fault_in_an_encoding_of_spreadsheets(survey, encoding):
    survey.write_bytes(survey.read_text(encoding="utf-8").encode(encoding))
    code, said = kobo("check")
    assert code == 0 and "no faults" in said


@pytest.mark.parametrize("command", ["check", "build", "preview"])
@pytest.mark.parametrize(
    ("type", "told"),
    [
        ("select_one yn or_other", "'or_other' adds a question for free text"),
        ("select_one_from_file a.csv", "the choices stand in the file 'a.csv'"),
    ],
)
def test_a_type_that_is_not_supported_is_told_by_every_command(survey, command, type, told):
    survey.write_text(survey.read_text(encoding="utf-8").replace("select_one yn,consent", f"{type},consent"), encoding="utf-8")
    code, said = kobo(command)
    assert code == 1 and f"survey.csv:5: type: {told}" in said


@pytest.mark.parametrize("command", ["check", "build", "preview"])
def test_an_older_encoding_is_told_by_every_command(survey, command):
    text = survey.read_text(encoding="utf-8").replace("Do you agree", "Señora, do you agree")
    survey.write_bytes(text.encode("cp1252", "replace"))
    code, said = kobo(command)
    assert code == 1 and "survey.csv:5: " in said and "not readable as UTF-8" in said and "Save it as 'CSV UTF-8'" in said


def test_check_answers_in_json_where_a_file_cannot_be_read(survey):
    survey.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    done = CliRunner().invoke(app, ["kobo", "check", "--json"])
    assert done.exit_code == 1 and "Save it as .xlsx" in json.loads(done.stdout)["error"]


def test_preview_writes_a_file_for_a_language_with_a_name_of_any_kind(survey, tmp_path):
    for path in (survey, survey.with_name("choices.csv"), survey.with_name("translations.csv")):
        path.write_text(path.read_text(encoding="utf-8").replace("ไทย (th)", "ไทย/Thai"), encoding="utf-8")
    code, _ = kobo("preview", "--language", "ไทย/Thai")
    assert code == 0 and (tmp_path / "workplace_culture.ไทย_Thai.html").is_file()
