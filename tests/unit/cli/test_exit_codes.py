"""Every command ends by the one table, which docs/reference/exit-codes.md prints."""

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exit_codes import GROUPS, ExitCode, epilog, exit_codes_page
from cli.main import app
from parity.settings import REPOSITORY


def test_the_page_has_every_code_with_its_meaning():
    page = exit_codes_page()
    assert [f"| {code.value} | {code.meaning} |" in page for code in ExitCode] == [True] * 5
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 130]


def literal_codes(source: str) -> list[int]:
    """Lines that end a command with a bare number in place of a code of the table."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("Exit", "SystemExit")
        and any(isinstance(argument, ast.Constant) and isinstance(argument.value, int) for argument in node.args)
    ]


def test_no_command_ends_with_a_number_of_its_own():
    files = [path for path in (REPOSITORY / "cli").rglob("*.py") if path.name != "__main__.py"]
    assert len(files) > 20
    assert not [f"{path.relative_to(REPOSITORY)}:{line}" for path in files for line in literal_codes(path.read_text())]


def test_a_bare_number_is_found():
    assert literal_codes("raise typer.Exit(4)\nraise SystemExit(1)\nraise typer.Exit(ExitCode.DONE)") == [1, 2]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["hr", "check", "nowhere.csv"], ExitCode.WRONG_INPUT),
        (["hr", "load", "nowhere.csv", "--contract", "nope"], ExitCode.WRONG_INPUT),
        (["hr", "load", "nowhere.csv", "--contract", "tha_pol", "--json"], ExitCode.WRONG_INPUT),
        (["kobo", "check", "nope"], ExitCode.WRONG_INPUT),
        (["kobo", "preview", "--language", "xx"], ExitCode.WRONG_INPUT),
        (["roadmap", "what-if"], ExitCode.WRONG_INPUT),
        (["roadmap", "report", "THA"], ExitCode.CANNOT_RUN),
        (["roadmap", "report", "THA", "--format", "docx"], ExitCode.WRONG_INPUT),
        (["raw", "export"], ExitCode.WRONG_INPUT),
        (["release", "list"], ExitCode.CANNOT_RUN),
        (["gate", "raw"], ExitCode.CANNOT_RUN),
        (["kobo", "sync"], ExitCode.CANNOT_RUN),
        (["migrate"], ExitCode.CANNOT_RUN),
        (["explain", "REP-01"], ExitCode.CANNOT_RUN),
        (["indicators", "--nope"], ExitCode.WRONG_INPUT),
        (["indicators"], ExitCode.DONE),
    ],
)
def test_groups_end_alike_where_nothing_was_started_or_the_call_is_wrong(words, code, tmp_path: Path, monkeypatch):
    for name in ("PARITY_WAREHOUSE_URL", "PARITY_KOBO_URL", "PARITY_KOBO_TOKEN", "PARITY_RAW_PARQUET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))
    done = CliRunner().invoke(app, words)
    assert done.exit_code == code, done.output


@pytest.mark.parametrize(
    ("group", "words"), [("parity gate", ["gate", "raw"]), ("parity hr check, parity hr load", ["hr", "check"])]
)
def test_the_help_of_a_group_with_meanings_of_its_own_says_them(group, words):
    said = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "300"}).stdout
    assert epilog(group) in said and all(meaning in said for meaning in GROUPS[group].values())
