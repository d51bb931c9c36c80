"""What holds of the whole dbt project: estimators equal numbers worked by hand, and names, descriptions, keys and contracts keep to the rules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, database, dbt, prepare


@pytest.fixture(scope="module")
def artifacts(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """dbt's own account of a build without rows: manifest, catalog of the columns that the database has, and results of unit tests."""
    target = tmp_path_factory.mktemp("dbt")
    with database(postgres) as url:
        prepare(url, catalogue=False)
        dbt("build", url, target, "--write-json", "--exclude", "test_type:data")
        (target / "run_results.json").rename(target / "unit_tests.json")
        dbt("docs generate", url, target, "--write-json", "--static", "--no-compile")
    yield target


def test_estimators_equal_numbers_worked_by_hand(artifacts: Path) -> None:
    results = json.loads((artifacts / "unit_tests.json").read_text())["results"]
    passed = [result for result in results if result["unique_id"].startswith("unit_test.") and result["status"] == "pass"]
    assert len(passed) >= 29


def test_every_model_keeps_to_the_conventions(artifacts: Path) -> None:
    rules = yaml.safe_load((REPOSITORY / "dbt" / "dbt-bouncer.yml").read_text())
    config, found = artifacts / "dbt-bouncer.yml", artifacts / "found.json"
    config.write_text(yaml.safe_dump(rules | {"dbt_artifacts_dir": str(artifacts)}))
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from dbt_bouncer.main import app; app()",
            "run",
            "--config-file",
            config,
            "--output-file",
            found,
            "--output-format",
            "json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    checked = json.loads(found.read_text())
    failures = [check["failure_message"] for check in checked if check["outcome"] != "success"]
    assert not failures and run.returncode == 0, "\n".join(failures) or run.stdout
    assert len(checked) > 1000


def test_checks_of_several_columns_are_named_by_what_they_hold(artifacts: Path) -> None:
    """dbt makes up a name from the arguments, which no reader of a failed run understands."""
    nodes = json.loads((artifacts / "manifest.json").read_text())["nodes"].values()
    generic = [node for node in nodes if node["resource_type"] == "test" and node.get("test_metadata")]
    plain = {"not_null", "unique", "relationships", "accepted_values"}
    unnamed = [
        node["name"]
        for node in generic
        if node["test_metadata"]["name"] not in plain and node["name"].startswith(node["test_metadata"]["name"])
    ]
    assert generic and not unnamed


def test_lineage_leads_from_each_dashboard_to_raw(artifacts: Path) -> None:
    parents = json.loads((artifacts / "manifest.json").read_text())["parent_map"]
    exposures = [name for name in parents if name.startswith("exposure.")]
    assert exposures
    for name in exposures:
        found, reached = [name], set()
        while found:
            news = set(parents.get(found.pop(), ())) - reached
            reached |= news
            found += news
        assert {
            "source.parity.raw.hr_staff",
            "source.parity.raw.kobo_submission",
            "source.parity.raw.catalogue_indicator",
        } <= reached
    page = (artifacts / "static_index.html").read_text()
    assert all(name in page for name in exposures)


def test_every_model_of_cells_is_united(artifacts: Path) -> None:
    """A model with a figure and its method holds cells: it carries the tag, and fct_indicator reads it, itself or by another that does."""
    nodes = json.loads((artifacts / "manifest.json").read_text())["nodes"]
    models = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model"}
    read = {name: {key.split(".")[-1] for key in node["depends_on"]["nodes"]} for name, node in models.items()}
    tagged = {name for name, node in models.items() if "cell" in node["tags"]}
    looks_like_cells = {
        name for name, node in models.items() if {"indicator_code", "estimate", "method"} <= node["columns"].keys()
    }
    assert tagged == {name for name in read["fct_indicator"] if name.startswith("ind_")}
    assert looks_like_cells - {"fct_indicator"} - tagged == {"ind_survey__estimate"} <= read["ind_survey__cell"]


def test_a_model_of_cells_has_no_column_that_a_cell_has_not(artifacts: Path) -> None:
    nodes = json.loads((artifacts / "manifest.json").read_text())["nodes"]
    cell = nodes["model.parity.fct_indicator"]["columns"].keys()
    unknown = {node["name"]: node["columns"].keys() - cell for node in nodes.values() if "cell" in node["tags"]}
    assert not {name: columns for name, columns in unknown.items() if columns}
