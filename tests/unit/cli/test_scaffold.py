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


def scaffolded(tmp_path, *more: str):
    file = tmp_path / "list_2024-03.csv"
    file.write_text("No;Sex\n1001;F\n1002;M\n1003;F\n1004;M\n1005;F\n", encoding="utf-8")
    return CliRunner().invoke(app, ["hr", "scaffold", str(file), "--name", "tha_new", *more])


def test_an_agency_that_there_is_not_is_refused_with_the_nearest(tmp_path) -> None:
    done = scaffolded(tmp_path, "--agency", "THA-POLL")
    assert done.exit_code == 2 and "no agency 'THA-POLL'" in done.stderr and "Did you mean 'THA-POL'?" in done.stderr


def test_a_contract_is_written_under_its_own_name_only(tmp_path) -> None:
    done = scaffolded(tmp_path, "--agency", "THA-POL", "--output", str(tmp_path / "other.yml"))
    assert done.exit_code == 2 and "is called tha_new.yml" in done.stderr and not (tmp_path / "other.yml").exists()


def test_a_draft_that_is_no_contract_is_not_written(tmp_path) -> None:
    output = tmp_path / "tha_new.yml"
    done = scaffolded(tmp_path, "--agency", "THA-POL", "--grain", "complaints", "--output", str(output))
    assert done.exit_code == 2 and "must map complaint_type, opened_date" in done.stderr and not output.exists()
    done = scaffolded(tmp_path, "--agency", "THA-POL", "--output", str(output))
    assert done.exit_code == 0 and "needs_review: true" in output.read_text(encoding="utf-8")
