"""What is made from something else in the checkout is up to date, and what is not is named and written."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from cli import generate as generate_cli
from cli.generated import generated, out_of_date
from cli.main import app
from parity.settings import REPOSITORY


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the folders that generated files stand in and follow from."""
    for folder in ("catalogue", "dbt/models", "superset/assets", "docs"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    monkeypatch.setattr(generate_cli, "REPOSITORY", tmp_path)
    return tmp_path


def run(*words):
    done = CliRunner().invoke(app, ["generate", *words])
    return done.exit_code, done.stdout + done.stderr


def test_every_generated_file_is_up_to_date():
    assert not [str(path) for path, _ in out_of_date(REPOSITORY)], "run: .venv/bin/parity generate"
    kinds = {path.suffix for path, _ in generated(REPOSITORY)}
    assert kinds == {".json", ".md", ".yml", ".yaml"}


def test_files_that_are_missing_or_changed_are_named_and_nothing_is_written(checkout):
    page, schema = checkout / "docs" / "indicators.md", checkout / "catalogue" / "known.schema.json"
    page.write_text(page.read_text() + "By hand.\n")
    schema.unlink()
    code, said = run("--check")
    assert code == 1 and "docs/indicators.md is out of date" in said and "catalogue/known.schema.json is out of date" in said
    assert page.read_text().endswith("By hand.\n") and not schema.exists()


def test_they_are_written_once_and_then_there_is_nothing_to_do(checkout):
    page = checkout / "docs" / "indicators.md"
    right = page.read_text()
    page.write_text("nothing")
    assert run("--json") == (0, json.dumps({"written": ["docs/indicators.md"]}) + "\n")
    assert page.read_text() == right
    assert run() == (0, "All generated files are up to date.\n")
    assert run("--check")[0] == 0


def test_a_description_that_moved_in_the_models_moves_into_the_captions(checkout):
    before = "Cronbach's alpha of the indicator's items"
    described = [path for path in (checkout / "dbt" / "models").rglob("*.*") if before in path.read_text(encoding="utf-8")]
    assert described
    for path in described:
        path.write_text(path.read_text(encoding="utf-8").replace(before, "Alpha of the items"), encoding="utf-8")
    code, said = run("--check")
    assert code == 1 and "superset/assets/datasets/parity/indicator.yaml is out of date" in said


def test_a_faulty_source_is_a_sentence(checkout):
    dataset = checkout / "superset" / "assets" / "datasets" / "parity" / "indicator.yaml"
    dataset.write_text(dataset.read_text().replace("table_name: indicator", "table_name: secret"))
    code, said = run()
    assert code == 2 and "published.secret" in said
