"""`parity hr scaffold`: what it refuses before it reads a file."""

from __future__ import annotations

from typer.testing import CliRunner

from cli.main import app


def test_a_grain_that_there_is_not_is_refused_with_those_there_are(tmp_path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("No;Sex\n1;F\n2;M\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["hr", "scaffold", str(file), "--name", "tha_pol", "--agency", "THA-POL", "--grain", "rosters"]
    )
    assert done.exit_code == 2 and "no grain 'rosters'" in done.stderr and "roster, spells" in done.stderr
