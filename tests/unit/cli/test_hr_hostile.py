"""`parity hr check` and `parity hr scaffold` on files that are none: a message and the documented exit code, whatever was given."""

from __future__ import annotations

import gzip
import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import contract
from tests.unit.ingestion.hostile import CSV, FILES, PASSWORD, XLS, XLSX, text

pytestmark = pytest.mark.slow

BROKEN = {
    "nothing": b"",
    "nul": bytes(1000),
    "noise": bytes(range(256)) * 8,
    "one line": b"x" * 2_000_000,
    "half a workbook": XLSX[: len(XLSX) // 2],
    "half an old workbook": XLS[: len(XLS) // 2],
    "half a gzip": gzip.compress(CSV)[:-9],
    "an archive of nothing": make.archive({}),
    "a workbook without its parts": make.archive({"xl/workbook.xml": "<workbook/>"}),
    "a protected workbook": make.protected(XLSX, "another"),
    "lone surrogates": text(encoding="utf-16") + b"\x00\xd8" * 3,
    "a sheet whose parser quotes it": make.changed(
        XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('t="s"', f't="ModuleNotFoundError{"q" * 200_000}"', 1)
    ),
}


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "400"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done.exit_code, done.output


@pytest.fixture(params=["csv", "workbook"])
def any_format(request, monkeypatch):
    monkeypatch.setattr("cli.hr.check.contract_of", lambda *_: contract(format=request.param))


@pytest.mark.parametrize("what", sorted(BROKEN))
def test_hr_check_refuses_a_broken_file_with_a_message_and_a_copy(what, tmp_path, any_format):
    file, copy = tmp_path / "staff.any", tmp_path / "copy.xlsx"
    file.write_bytes(BROKEN[what])
    code, said = run("hr", "check", file, "--annotate", copy)
    assert code == 2 and said.startswith("staff.any") and copy.is_file(), said
    code, said = run("hr", "check", file, "--json")
    assert code == 2 and {"status", "file", "what", "remedy"} <= json.loads(said).keys()


@pytest.mark.parametrize("what", sorted(BROKEN))
def test_hr_scaffold_drafts_nothing_from_a_broken_file(what, tmp_path):
    file = tmp_path / "staff.any"
    file.write_bytes(BROKEN[what])
    code, said = run("hr", "scaffold", file, "--name", "abc", "--agency", "IDN-IMM", "-o", tmp_path / "abc.yml")
    assert code == 2 and said.startswith("staff.any") and not (tmp_path / "abc.yml").exists(), said


@pytest.mark.parametrize("name", sorted(FILES))
def test_hr_scaffold_drafts_from_a_sound_file_of_every_format(name, tmp_path):
    (tmp_path / name).write_bytes(FILES[name][0])
    (tmp_path / "password").write_text(PASSWORD)
    code, said = run(
        "hr", "scaffold", tmp_path / name, "--name", "abc", "--agency", "IDN-IMM", "--password-file", tmp_path / "password"
    )
    assert code == 0 and "grain: roster" in said, said


def test_hr_check_names_a_file_whose_name_is_no_text(tmp_path, monkeypatch):
    monkeypatch.setattr("cli.hr.check.contract_of", lambda *_: contract())
    file = tmp_path / "st\udcff.csv"
    file.write_bytes(CSV)
    code, said = run("hr", "check", file, "--annotate", tmp_path / "copy.xlsx")
    assert code == 2 and r"st\udcff.csv: its name is not written in UTF-8" in said


def test_hr_check_says_that_a_copy_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr("cli.hr.check.contract_of", lambda *_: contract())
    (tmp_path / "staff.csv").write_bytes(CSV)
    code, said = run("hr", "check", tmp_path / "staff.csv", "--annotate", tmp_path / "nowhere" / "copy.xlsx")
    assert code == 2 and "copy.xlsx: the copy cannot be written (No such file or directory)." in said
