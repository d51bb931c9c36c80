"""Mid-year figures over two deliveries and three builds: a large agency has them, a small one has none, and no figure of a year moves with them.

Each step delivers, decides, builds with dbt, and releases, as `build_warehouse` does. A step costs a build, so they share one story.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from publication.diff_read import read_diff
from publication.effective import decide_now
from publication.history import find
from publication.releases import list_releases
from publication.snapshots import OPEN, WAITS
from stack.postgres import Postgres
from tests.integration.dbt_project import database, deliver, prepare, query
from tests.integration.test_effective_deliveries import POLICY, RANKS, Story

LARGE, SMALL = "THA-POL", "VNM-CUS"
SIZES = {LARGE: (400, 800), SMALL: (300, 699)}
CODES = {LARGE: ("tha_pol", "ญ", "ช"), SMALL: ("vnm_cus", "Nữ", "Nam")}
FIGURES = (
    "select agency_code, level, grade_band, period, period_year, period_date::text as period_date, numerator, denominator, estimate, is_newest,"
    " status, label from published.indicator where indicator_code = 'REP-01' order by 1, 2, 3, 4, 5"
)
OF_YEARS = (
    "select cell_id, estimate, numerator, denominator, n, status, suppression_reason, is_newest, label from published.indicator"
    " where period = 'year' order by cell_id"
)


def people(agency: str, date: str, joined: int) -> list[dict[str, str]]:
    """Of each sex so many have come in place of the first."""
    _, *sexes = CODES[agency]
    return [
        {
            "period_date": date,
            "person_key": f"{sex}{number}",
            "sex_code": sex,
            "hire_date": "2015-03-01",
            **({"rank_name": RANKS[number % 4]} if agency == LARGE else {}),
        }
        for sex, n in zip(sexes, SIZES[agency], strict=True)
        for number in range(joined, n + joined)
    ]


class MidYears(Story):
    def send(self, date: str, joined: int, name: str | None = None, leave_out: int = 0) -> None:
        for agency, (contract, *_) in CODES.items():
            deliver(self.url, contract, agency, people(agency, date, joined)[leave_out:], name or date)

    def keep(self, name: str, number: int) -> None:
        self.release_ids[name], self.waiting[name] = number, self.pending()
        self.figures[name] = query(self.url, FIGURES)
        self.of_years = {**getattr(self, "of_years", {}), name: query(self.url, OF_YEARS)}

    def mid_years(self, name: str) -> list[dict[str, object]]:
        return [row for row in self.figures[name] if row["period"] == "mid-year"]


@pytest.fixture(scope="module")
def story(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MidYears]:
    with database(postgres) as url:
        prepare(url)
        told = MidYears(url, tmp_path_factory.mktemp("dbt"))
        told.send("2024-12-31", 0)
        told.release("a year")
        told.send("2025-06-30", 20)
        told.release("its june")
        told.send("2025-06-30", 20, "one less", leave_out=1)
        told.waiting["one person"] = told.pending()
        told.send("2025-12-31", 40)
        told.release("the next year")
        yield told


def test_a_large_agency_has_mid_year_figures_before_the_year_is_closed_and_a_small_one_has_none(story):
    assert story.mid_years("a year") == []
    found = story.mid_years("its june")
    assert {(row["agency_code"], row["period_year"], row["period_date"], row["is_newest"]) for row in found} == {
        (LARGE, 2025, "2025-06-30", False)
    }
    assert [row["level"] for row in found] == ["agency", *["agency_grade"] * (len(found) - 1)] and len(found) > 2
    assert (found[0]["numerator"], found[0]["denominator"]) == (400, 1200)
    assert "mid-year 2025" in found[0]["label"]


def test_no_figure_of_a_year_moves_with_a_mid_year(story):
    assert story.of_years["its june"] == story.of_years["a year"] != []
    assert not [row for row in story.figures["its june"] if row["period"] == "year" and row["period_year"] == 2025]


def test_the_list_of_june_waits_as_one_of_its_year_and_not_as_a_mid_year(story):
    assert {(each["agency_code"], each["date"], each["reason"]) for each in story.waiting["its june"]} == {
        (agency, "2025-06-30", OPEN) for agency in (LARGE, SMALL)
    }


def test_a_correction_of_one_person_is_listed_as_a_mid_year_that_waits(story):
    [found] = [each for each in story.waiting["one person"] if each["date"] == "mid-year 2025"]
    assert (found["agency_code"], found["file_name"], found["reason"]) == (LARGE, "one less", WAITS)
    assert (found["n_differ"], found["n_women"], found["n_missing"]) == (1, 1, 9)


def test_when_the_year_is_closed_the_mid_year_stands_beside_it(story):
    assert story.mid_years("the next year") == story.mid_years("its june")
    of_year = [row for row in story.figures["the next year"] if row["period_year"] == 2025 and row["period"] == "year"]
    assert {row["agency_code"] for row in of_year} == {LARGE, SMALL, "all"}
    assert {row["period_date"] for row in of_year} == {"2025-12-31"} and all(row["is_newest"] for row in of_year)
    assert all("mid-year" not in row["label"] for row in of_year)


def test_a_mid_year_is_explained_by_its_own_list_and_a_year_by_those_of_years(story):
    def explained(*options):
        found = CliRunner().invoke(app, ["explain", "REP-01", "--agency", LARGE, "--json", *options], env=story.environment)
        assert found.exit_code == 0, found.output
        return json.loads(found.stdout)

    middle, year = explained("--mid-year"), explained()
    assert [file["file_name"] for file in middle["files"]] == ["2025-06-30"]
    assert {cell["period"] for cell in middle["cells"]} == {"mid-year"} and {cell["period"] for cell in year["cells"]} == {"year"}
    assert [file["file_name"] for file in year["files"]] == ["2024-12-31", "one less", "2025-12-31"]
    told = CliRunner().invoke(app, ["explain", "REP-01", "--agency", LARGE, "--mid-year"], env=story.environment)
    assert "mid-year 2025" in told.output
    nothing = CliRunner().invoke(app, ["explain", "REP-01", "--agency", SMALL, "--mid-year"], env=story.environment)
    assert nothing.exit_code != 0 and "THA-POL 2025" in nothing.output


def test_every_version_that_readers_saw_of_a_mid_year_is_kept(story):
    with psycopg.connect(story.url) as connection:
        kept = connection.execute(
            "select snapshot.agency_code, delivery.file_name, count(*) from release.snapshot as snapshot"
            " inner join raw.hr_delivery as delivery using (contract, content_sha256) where period = 'mid-year' group by 1, 2"
        ).fetchall()
        assert kept == [(LARGE, "2025-06-30", 2)]
        assert [each.delivery_no for each in decide_now(connection, POLICY) if each.period == "mid-year"] == [3]


def test_diff_names_the_mid_year_a_new_period(story):
    with psycopg.connect(story.url) as connection:
        known = list_releases(connection)
        found = read_diff(connection, *(find(known, story.release_ids[name]) for name in ("a year", "its june")), POLICY).changes
    figures = [each for each in found if each.kind == "figure"]
    assert {(str(each.why), each.indicator, each.period) for each in figures} == {("new period", "REP-01", 2025)}
    assert all("mid-year" in each.cut for each in figures)
