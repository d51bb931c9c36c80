"""What is made from something else in the checkout is up to date, and what is not is named and written."""

import json
import re
import shutil

import pytest
import typer
from typer.testing import CliRunner

from cli import generate as generate_cli
from cli.commands_page import commands_page
from cli.generated import generated, out_of_date
from cli.main import app
from cli.rooms_picture import FLOORS
from parity.settings import REPOSITORY

pytestmark = pytest.mark.slow

ROOMS = [room for floor in FLOORS for room in floor]
PARITY = typer.main.get_command(app)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the folders that generated files stand in and follow from."""
    for folder in ("catalogue", "dbt/models", "dbt/macros", "superset/assets", "docs", *ROOMS):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(generate_cli, "REPOSITORY", tmp_path)
    return tmp_path


def run(*words):
    done = CliRunner().invoke(app, ["generate", *words])
    return done.exit_code, done.stdout + done.stderr


def test_every_generated_file_is_up_to_date():
    assert not [str(path) for path, _ in out_of_date(REPOSITORY, PARITY)], "run: .venv/bin/parity generate"
    kinds = {path.suffix for path, _ in generated(REPOSITORY, PARITY)}
    assert kinds == {".json", ".md", ".yml", ".yaml", ".sql", ".svg"}


def test_examples_of_a_command_keep_their_lines():
    assert "\n    parity build core                the models of a folder of dbt/models\n" in commands_page(PARITY)


def test_files_that_are_missing_or_changed_are_named_and_nothing_is_written(checkout):
    page, schema = checkout / "docs" / "reference" / "indicators.md", checkout / "catalogue" / "known.schema.json"
    page.write_text(page.read_text() + "By hand.\n")
    schema.unlink()
    code, said = run("--check")
    assert (
        code == 1
        and "docs/reference/indicators.md is out of date" in said
        and "catalogue/known.schema.json is out of date" in said
    )
    assert page.read_text().endswith("By hand.\n") and not schema.exists()


def test_they_are_written_once_and_then_there_is_nothing_to_do(checkout):
    page = checkout / "docs" / "reference" / "indicators.md"
    right = page.read_text()
    page.write_text("nothing")
    assert run("--json") == (0, json.dumps({"written": ["docs/reference/indicators.md"]}) + "\n")
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


def test_a_new_model_of_shares_is_united_and_described_by_its_first_comment(checkout):
    models = checkout / "dbt" / "models" / "indicators"
    known = (models / "ind_hr__women_share_command.sql").read_text()
    (models / "ind_hr__women_share_new.sql").write_text(known.replace("PRO-01", "PRO-99"))
    code, said = run()
    assert code == 2 and "ind_hr__women_share_new.sql: say under `counts` in catalogue/disclosure.yml whom PRO-99 counts" in said
    indicators = checkout / "catalogue" / "indicators.yml"
    [written] = re.findall(r"(?m)^  - id: PRO-01\n(?:    .*\n)+", indicators.read_text())
    indicators.write_text(indicators.read_text().replace(written, written + written.replace("PRO-01", "PRO-99")))
    policy = checkout / "catalogue" / "disclosure.yml"
    policy.write_text(policy.read_text().replace("counts:\n", "counts:\n  PRO-99: {of: stock, grade_band: senior}\n", 1))
    assert run()[0] == 0
    assert "'ind_hr__women_share_new'," in (checkout / "dbt" / "macros" / "cell_models.sql").read_text()
    assert "PRO-99: women" in (models / "_women_shares.yml").read_text()
    (models / "ind_hr__women_share_new.sql").write_text(known.split("\n", 1)[1])
    code, said = run()
    assert code == 2 and "ind_hr__women_share_new.sql: open it with a comment" in said


def test_an_import_upward_has_no_place_in_the_picture(checkout):
    (checkout / "ingestion" / "wrong.py").write_text("def late():\n    import publication.cell\n")
    code, said = run()
    assert code == 2 and "ingestion imports publication" in said


def test_every_key_of_the_catalogue_has_a_meaning():
    page = (REPOSITORY / "docs" / "reference" / "contracts.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 200 and not [row for row in rows if row.endswith("|  |")]


def test_every_option_of_every_command_has_a_meaning():
    page = (REPOSITORY / "docs" / "reference" / "commands.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 80 and not [row for row in rows if row.endswith("|  |")]
