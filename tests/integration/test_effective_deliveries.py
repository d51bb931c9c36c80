"""From lists to releases over several builds: one row less, corrections that gather, a new year beside a correction, a rollback.

Each step delivers, decides, builds with dbt, and releases, as `build_warehouse` does. A step costs a build, so they share one story.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from dags.steps import release as steps
from parity.build_state import is_unchanged, read_inputs, remember
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.diff import Reason
from publication.diff_read import read_diff
from publication.effective import decide_now, store, version_of
from publication.history import find
from publication.releases import build_candidate, decide, list_releases, publish, rollback
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

CATALOGUE = REPOSITORY / "catalogue"
POLICY = load_policy(CATALOGUE)
LAYERS = [word for layer in ("staging", "core", "indicators") for word in ("--select", f"path:models/{layer}")]
RANKS = ("พลตำรวจ", "ด.ต.", "พ.ต.ต.", "พ.ต.อ.")
PUBLISHED = (
    "select indicator_code, gender, grade_band, breakdown, breakdown_value, period_year, numerator, denominator, estimate, status,"
    " suppression_reason from published.indicator where agency_code = 'THA-POL' order by 1, 2, 3, 4, 5, 6"
)


def people(date: str, *, joined: int = 0) -> list[dict[str, Any]]:
    """240 people in December of a year, 80 of them women; of each sex so many have come in place of the first."""
    year = int(date[:4])
    return [
        {
            "period_date": date,
            "person_key": f"{sex}{number}",
            "sex_code": sex,
            "rank_name": RANKS[number % 4],
            "function_name": "สืบสวน" if number % 2 else "สายตรวจ",
            "hire_date": f"{min(2010 + number // 8, year)}-03-01",
        }
        for sex, n in (("ญ", 80), ("ช", 160))
        for number in range(joined, n + joined)
    ]


def promoted(rows: list[dict[str, Any]], n_women: int, n_men: int) -> list[dict[str, Any]]:
    """So many of each sex, from the eleventh of the list on, who came long ago, have another rank."""
    for sex, n in (("ญ", n_women), ("ช", n_men)):
        some = [row for row in rows if row["sex_code"] == sex][10 : 10 + n]
        rows = [{**row, "rank_name": "พล.ต.ท."} if row in some else row for row in rows]
    return rows


class Story:
    """The steps of `build_warehouse` on a warehouse; what each left is kept by its name."""

    def __init__(self, url: str, target: Path) -> None:
        self.url, self.target = url, target
        self.release_ids: dict[str, int] = {}
        self.figures: dict[str, list[dict[str, Any]]] = {}
        self.waiting: dict[str, list[dict[str, Any]]] = {}

    def deliver(self, name: str, rows: list[dict[str, Any]]) -> None:
        deliver(self.url, "tha_pol", "THA-POL", rows, name)

    def release(self, name: str) -> None:
        with psycopg.connect(self.url) as connection:
            store(connection, decide_now(connection, POLICY))
        build_models(self.url, self.target, *LAYERS, deliveries="effective")
        with psycopg.connect(self.url) as connection:
            number = build_candidate(connection, CATALOGUE)
            decide(connection, passed=True)
            publish(connection, number)
        self.keep(name, number)

    def keep(self, name: str, number: int) -> None:
        self.release_ids[name] = number
        self.figures[name] = query(self.url, PUBLISHED)
        self.waiting[name] = self.pending()

    def pending(self) -> list[dict[str, Any]]:
        found = CliRunner().invoke(app, ["release", "pending", "--json"], env=self.environment)
        assert found.exit_code == 0, found.output
        return json.loads(found.stdout)

    @property
    def environment(self) -> dict[str, str]:
        return {"PARITY_WAREHOUSE_URL": self.url, "PARITY_CATALOGUE": str(CATALOGUE), "COLUMNS": "220"}

    def of_year(self, name: str, year: int) -> list[dict[str, Any]]:
        return [row for row in self.figures[name] if row["period_year"] == year]

    def rows_of(self, date: str) -> int:
        return query(self.url, "select count(*) as n from core.int_staff__person_period where period_date = %s", date)[0]["n"]


@pytest.fixture(scope="module")
def story(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with database(postgres) as url:
        prepare(url)
        told = Story(url, tmp_path_factory.mktemp("dbt"))
        for number, year in enumerate((2023, 2024)):
            told.deliver(f"{year}.csv", people(f"{year}-12-31", joined=20 * number))
        told.release("first")
        december = people("2024-12-31", joined=20)
        told.deliver("2024-one-less.csv", december[1:])
        told.release("one row less")
        told.n_rows_waiting = told.rows_of("2024-12-31")
        told.deliver("2024-four.csv", promoted(december[1:], 2, 2))
        told.waiting["five people"] = told.pending()
        told.deliver("2024-twelve.csv", promoted(december, 6, 6))
        told.deliver("2023-one-less.csv", people("2023-12-31")[1:])
        told.deliver("2025.csv", people("2025-12-31", joined=40))
        told.deliver("2026-03.csv", people("2026-03-31", joined=42))
        told.release("twelve people and a new year")
        with psycopg.connect(url) as connection:
            earlier = rollback(connection)
        told.keep("rolled back", earlier)
        told.deliver("2024-thirteen.csv", promoted(december, 6, 7))
        told.release("after the rollback")
        yield told


def test_one_row_less_moves_no_published_figure(story):
    assert story.release_ids["one row less"] == story.release_ids["first"]
    assert story.figures["one row less"] == story.figures["first"] != []
    assert story.n_rows_waiting == 240, "core keeps the list that was published"


def test_one_row_less_is_listed_with_what_is_missing(story):
    assert story.waiting["first"] == []
    [found] = story.waiting["one row less"]
    assert (found["agency_code"], found["date"], found["file_name"]) == ("THA-POL", "2024-12-31", "2024-one-less.csv")
    assert (found["n_differ"], found["n_women"], found["n_men"], found["n_missing"]) == (1, 1, 0, 9)


def test_corrections_gather_to_ten_and_then_move_the_figures(story):
    [found] = story.waiting["five people"]
    assert (found["n_differ"], found["n_women"], found["n_men"], found["n_missing"]) == (5, 3, 2, 5)
    assert story.release_ids["twelve people and a new year"] > story.release_ids["first"]
    assert story.of_year("twelve people and a new year", 2024) != story.of_year("first", 2024)


def test_diff_tells_the_correction_from_the_new_year_figure_by_figure(story):
    with psycopg.connect(story.url) as connection:
        known = list_releases(connection)
        sides = [find(known, story.release_ids[name]) for name in ("first", "twelve people and a new year", "after the rollback")]
        corrected, again = (read_diff(connection, *pair, POLICY).changes for pair in (sides[:2], sides[1:]))
    figures = [each for each in corrected if each.kind == "figure" and each.agency == "THA-POL"]
    assert {(each.period, str(each.why)) for each in figures if each.status_after == each.status_before} == {
        (2024, "revised data")
    }
    assert {str(each.why) for each in figures if each.period == 2025} == {"new period"}
    assert {each.why.reasons[0] for each in figures if each.period == 2024} <= {Reason.REVISED, Reason.DISCLOSURE}
    assert {each.people and each.people.people for each in figures if str(each.why) == "revised data"} == {12}
    assert not {Reason.UNEXPLAINED, Reason.NOT_RECORDED} & {
        reason for each in (*corrected, *again) for reason in each.why.reasons
    }
    assert not [each for each in corrected if each.kind == "figure" and each.period == 2023]


def test_each_release_records_the_code_and_the_sources_of_its_figures(story):
    codes = query(
        story.url, "select source, count(distinct state) as n from release.ingredient where source like 'model.%%' group by 1"
    )
    assert len(codes) > 30 and {row["n"] for row in codes} == {1}, "another build of the same code has the same"
    models = query(
        story.url,
        "select model, reads from release.figure_model where indicator_code = 'REP-01' and breakdown = 'none' and release_id = 1",
    )
    [share] = [row for row in models if row["model"] == "model.parity.ind_hr__women_share"]
    assert {"raw.hr_staff", "raw.catalogue_rank", "raw.catalogue_sex_code"} <= set(share["reads"])
    assert not {"raw.ref_victim", "raw.kobo_answer", "raw.catalogue_indicator"} & set(share["reads"])
    exact = query(
        story.url,
        "select exact from release.made_of inner join release.indicator using (release_id, cell_id) where source = 'hr'",
    )
    assert exact and all(row["exact"] for row in exact)


def test_a_correction_waits_while_the_list_of_a_new_year_is_published(story):
    after = "twelve people and a new year"
    waiting = {found["date"]: found for found in story.waiting[after]}
    assert waiting.keys() == {"2023-12-31", "2026-03-31"}
    assert (waiting["2023-12-31"]["n_differ"], waiting["2023-12-31"]["n_missing"]) == (1, 9)
    assert "year is not closed" in waiting["2026-03-31"]["reason"]
    assert story.of_year(after, 2025) and not story.of_year("first", 2025) and not story.of_year(after, 2026)
    assert story.of_year(after, 2023) == story.of_year("first", 2023) != []


def test_after_a_rollback_a_new_release_is_compared_with_the_one_that_was_taken_back(story):
    assert story.figures["rolled back"] == story.figures["first"]
    [found] = [each for each in story.waiting["after the rollback"] if each["date"] == "2024-12-31"]
    assert (found["file_name"], found["n_differ"], found["n_women"], found["n_men"]) == ("2024-thirteen.csv", 1, 0, 1)
    assert story.release_ids["after the rollback"] > story.release_ids["twelve people and a new year"]
    assert story.figures["after the rollback"] == story.figures["twelve people and a new year"]


def test_a_build_after_a_publication_is_unchanged_and_makes_no_release(story, monkeypatch):
    with psycopg.connect(story.url) as connection:
        deliveries = version_of(decide_now(connection, POLICY))
        n_releases = len(list_releases(connection))
    with psycopg.connect(story.url) as connection:
        store(connection, decide_now(connection, POLICY))
        build_candidate(connection, CATALOGUE)
        assert version_of(decide_now(connection, POLICY)) == deliveries
        assert len(list_releases(connection)) == n_releases
    monkeypatch.setattr(steps, "warehouse_url", lambda: story.url)
    monkeypatch.setattr("dags.steps.warehouse.warehouse_url", lambda: story.url)
    monkeypatch.setenv("PARITY_CATALOGUE", str(CATALOGUE))
    inputs = steps.new_inputs(force=True)
    assert inputs["deliveries"] == deliveries and "ops.effective_delivery" not in inputs["sources"]
    with psycopg.connect(story.url) as connection:
        remember(connection, read_inputs(connection, catalogue=CATALOGUE).version)
        assert not is_unchanged(connection, steps._known(inputs).version)
        remember(connection, steps._known(inputs).version)
    assert steps.new_inputs(force=False) is None
    assert steps.decide_deliveries() == {"n_lists": 4, "n_waiting": 3}
    assert steps.new_inputs(force=False) is None


def test_the_table_of_what_waits_names_file_and_reason(story):
    found = CliRunner().invoke(app, ["release", "pending"], env=story.environment)
    assert "2026-03.csv" in found.output and "too few people" in found.output
