"""A warehouse that older code left, migrated and built by today's code, shows the figures of a fresh build from the same raw data.

Each tests/integration/upgrades/<commit>.dump is what make_dump.py made with that commit's code. 007bf3c stored salaries as numeric and
knew no breakdowns; d834479 had no record of what dbt built; 4fec853 decides which deliveries count and carries closed waves forward.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import run_gate
from ingestion.reference import load_catalogue
from parity.catalogue import load_catalogue as read_catalogue
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY
from publication.releases import build_candidate, publish
from publication.review import record_verdict
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, dbt, query
from tests.integration.warehouse_copies import DUMPS, copy_raw, restore, row_counts, rows

BUILT = ("staging", "core", "indicators", "quality", "fieldwork")
WHEN = ("release_id", "published_at")
OF_A_PUBLISHED_WAVE = ("catalogue_version", "cronbach_alpha")  # what a later catalogue says otherwise of figures that stay


@dataclass(frozen=True)
class Upgraded:
    url: str
    fresh: str
    before: dict[str, int]
    after: dict[str, int]
    columns_before: dict[str, dict[str, str]]
    backup: Path | None
    log: str
    target: Path


OFTEN = ("007bf3c", "4fec853")  # the one that is least like today, and the newest


@pytest.fixture(
    scope="module",
    params=[pytest.param(dump, marks=[] if dump.stem in OFTEN else pytest.mark.long) for dump in DUMPS],
    ids=lambda dump: dump.stem,
)
def upgraded(request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    with database(postgres) as url, database(postgres) as fresh:
        restore(url, request.param)
        before = row_counts(url)
        columns_before = derived_columns(url)
        backup = migrate_warehouse(url, backups=folder / "backups").backup
        after = row_counts(url)
        with psycopg.connect(url) as connection:
            load_catalogue(connection, read_catalogue(REPOSITORY / "catalogue"))
        migrate_warehouse(fresh, backups=None)
        copy_raw(url, fresh, folder)
        log = dbt("run", url, folder / "target")
        build_models(fresh, folder / "fresh")
        for place in (url, fresh):
            release(place)
        yield Upgraded(url, fresh, before, after, columns_before, backup, log, folder / "target")


def derived_columns(url: str) -> dict[str, dict[str, str]]:
    """Table that dbt made → its columns with their types; views are none."""
    found = query(
        url,
        "select table_schema || '.' || table_name as name, column_name, data_type from information_schema.columns"
        " inner join information_schema.tables using (table_schema, table_name)"
        " where table_type = 'BASE TABLE' and table_schema in ('staging', 'core', 'indicators', 'fieldwork', 'quality')",
    )
    columns: dict[str, dict[str, str]] = {}
    for row in found:
        columns.setdefault(row["name"], {})[row["column_name"]] = row["data_type"]
    return columns


def release(url: str) -> None:
    with psycopg.connect(url) as connection:
        number = build_candidate(connection, REPOSITORY / "catalogue")
    run_gate("candidate", url, record_verdict)
    with psycopg.connect(url) as connection:
        publish(connection, number)


def relations(url: str, *schemas: str) -> set[str]:
    found = query(
        url,
        "select table_schema || '.' || table_name as name from information_schema.tables where table_schema = any(%s)",
        list(schemas),
    )
    return {row["name"] for row in found}


def test_there_are_the_dumps_that_upgrades_must_start_from() -> None:
    assert {"2e969ec", "007bf3c", "4fec853"} <= {dump.stem for dump in DUMPS}


def test_migrating_keeps_every_row(upgraded: Upgraded) -> None:
    assert sum(n for table, n in upgraded.before.items() if table.startswith("raw.")) > 1000
    assert {table: upgraded.after.get(table) for table in upgraded.before} == upgraded.before
    assert upgraded.backup is not None and upgraded.backup.stat().st_size > 10_000


def test_figures_are_those_of_a_fresh_build(upgraded: Upgraded) -> None:
    figures = rows(upgraded.url, "indicators.fct_indicator")
    assert len(figures) > 500
    assert figures == rows(upgraded.fresh, "indicators.fct_indicator")


def test_every_relation_is_that_of_a_fresh_build(upgraded: Upgraded) -> None:
    expected = relations(upgraded.fresh, *BUILT)
    assert len(expected) > 100 and expected <= relations(upgraded.url, *BUILT)
    differing = {relation for relation in expected if rows(upgraded.url, relation) != rows(upgraded.fresh, relation)}
    assert not differing


def test_what_is_published_is_that_of_a_fresh_build(upgraded: Upgraded) -> None:
    expected = relations(upgraded.fresh, "published")
    assert expected == relations(upgraded.url, "published") and "published.indicator" in expected
    assert rows(upgraded.url, "published.indicator")
    for relation in sorted(expected - {"published.indicator"}):
        assert rows(upgraded.url, relation, without=WHEN) == rows(upgraded.fresh, relation, without=WHEN), relation
    here, fresh = (by_cell(url) for url in (upgraded.url, upgraded.fresh))
    of_before = {cell for cell in fresh if here[cell]["catalogue_version"] != fresh[cell]["catalogue_version"]}
    assert {fresh[cell]["source"] for cell in of_before} <= {"survey"}, "waves that were published stay as they were"
    masks = {cell: dict.fromkeys(OF_A_PUBLISHED_WAVE) for cell in of_before}
    assert {cell: row | masks.get(cell, {}) for cell, row in here.items()} == {
        cell: row | masks.get(cell, {}) for cell, row in fresh.items()
    }


def by_cell(url: str) -> dict[str, dict[str, Any]]:
    """The published figures, as readers get them."""
    found = [json.loads(row) for row in rows(url, "published.indicator", without=WHEN)]
    return {row["cell_id"]: row for row in found}


def test_migrating_and_building_again_does_nothing(upgraded: Upgraded) -> None:
    again = migrate_warehouse(upgraded.url, backups=upgraded.target.parent / "backups")
    assert (again.applied, again.backup) == ((), None)
    build_models(upgraded.url, upgraded.target, "--write-json")
    results = json.loads((upgraded.target / "run_results.json").read_text())["results"]
    models = [result for result in results if result["unique_id"].startswith("model.")]
    assert len(models) > 100
    assert {result["adapter_response"].get("_message") for result in models} == {"UNCHANGED"}


def test_the_log_names_each_column_that_made_a_relation_new(upgraded: Upgraded, request: pytest.FixtureRequest) -> None:
    now, said = derived_columns(upgraded.url), {}
    for name, before in upgraded.columns_before.items():
        for column, kind in now.get(name, {}).items():
            if column not in before:
                said[f"{name}.{column}"] = f"{column} is new"
            elif before[column] != kind:
                said[f"{name}.{column}"] = f"{column} was {before[column]}, is {kind}"
    for place, sentence in said.items():
        relation = re.escape(place.rpartition(".")[0])
        assert re.search(rf"{relation} is rebuilt whole: .*{re.escape(sentence)}", upgraded.log), place
    is_of_that_day = "007bf3c" in request.node.name  # the data that stopped the code of 17 hours later
    assert not is_of_that_day or said["staging.stg_hr__staff.salary"] == "salary was numeric, is double precision"
    assert not is_of_that_day or said["indicators.fct_indicator.breakdown"] == "breakdown is new"
