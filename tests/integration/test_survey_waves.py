"""Closed survey waves from raw to releases: what late edits, deletions, erasures, a second wave and an order to open one again change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from expectations import run_gate
from ingestion.kobo.erasure import erase
from ingestion.landing import Landing
from parity.catalogue import Catalogue
from parity.catalogue.policy import load_policy
from parity.catalogue.waves import Wave
from parity.settings import REPOSITORY
from publication.diff import Change
from publication.diff_read import read_diff
from publication.disclosure import WAVE_OPEN
from publication.history import ReleaseError, find
from publication.releases import build_candidate, list_releases, publish, rollback
from publication.reopening import reopen
from publication.review import record_verdict
from stack.postgres import Postgres
from tests.integration.dbt_project import database, dbt, document, prepare, query, respond

FORM = "workplace_culture"
WAVES = [Wave(name=f"wave {year}", first_day=dt.date(year, 5, 1), last_day=dt.date(year, 9, 30)) for year in (2025, 2026)]
AUTUMN_2025, SUMMER_2026, AUTUMN_2026 = dt.date(2025, 10, 1), dt.date(2026, 6, 30), dt.date(2026, 10, 1)
SURVEY = "select * from release.indicator where release_id = %s and source = 'survey' and period_year = %s order by cell_id"
MODELS = (
    "--select",
    "+fct_indicator",
    "+ind_roadmap__progress",
    "+ind_roadmap__path",
    "+ind_roadmap__milestone",
    "+ind_roadmap__change",
    "+ind_roadmap__action",
    "int_survey__wave",
    "+dim_country",
    "+ind_trafficking__count",
    "+fct_police_share",
)
NEVER = {f"h{n}": "never" for n in range(1, 6)}


def two_waves(catalogue: Catalogue) -> Catalogue:
    contract = catalogue.kobo[FORM]
    return catalogue.model_copy(update={"kobo": catalogue.kobo | {FORM: contract.model_copy(update={"waves": WAVES})}})


def people(shift: int = 0) -> list[dict[str, str]]:
    """60 women and 60 men of each of two agencies."""
    return [
        {"agency": agency, "gender": gender, "grade_band": "junior" if n % 3 else "middle", "har_optin": "yes", **NEVER}
        | {"h1": "once" if n % 4 == 0 else "never", "respect": str(2 + (n + shift) % 4), "sup_balance": str(1 + (n + shift) % 5)}
        for agency in ("THA-POL", "VNM-CUS")
        for gender in ("woman", "man")
        for n in range(60)
    ]


def answer(url: str, number: int, *, is_deleted: bool = False, **answers: str) -> None:
    """A newer version of the submission."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into raw.kobo_submission (form, asset_uid, submission_id, root_uuid, uuid, submitted_at, is_deleted, content_hash, answers)"
            " select form, asset_uid, submission_id, root_uuid, uuid, submitted_at, %s, content_hash || 'x', answers || %s"
            " from raw.kobo_submission where submission_id = %s order by load_no desc limit 1",
            (is_deleted, document(answers), number),
        )


class Warehouse:
    """A warehouse with two agencies' answers; `release` builds a release of what dbt built, gates and publishes it."""

    def __init__(self, url: str, target: Path) -> None:
        self.url, self.target = url, target
        self.landing = Landing(str(target / "landing"))

    def dbt(self) -> None:
        dbt("run", self.url, self.target, *MODELS)

    def release(self, today: dt.date) -> int:
        with psycopg.connect(self.url) as connection:
            number = build_candidate(connection, REPOSITORY / "catalogue", today=today)
        if query(self.url, "select state from release.release where release_id = %s", number)[0]["state"] == "candidate":
            run_gate("candidate", self.url, record_verdict)
        with psycopg.connect(self.url) as connection:
            publish(connection, number)
        return number

    def diff(self, before: int, after: int) -> list[Change]:
        """The survey figures that differ."""
        with psycopg.connect(self.url) as connection:
            known = list_releases(connection)
            found = read_diff(connection, find(known, before), find(known, after), load_policy(REPOSITORY / "catalogue")).changes
        return [change for change in found if change.kind == "figure" and change.cell_id in self.figures(after, change.period)]

    def figures(self, release: int, year: int) -> dict[str, dict]:
        """Without what charts need of a cell: of an older wave, a newer one takes `is_newest`."""
        rows, left_out = query(self.url, SURVEY, release, year), ("release_id", "is_newest", "label")
        return {row.pop("cell_id"): {name: value for name, value in row.items() if name not in left_out} for row in rows}

    def reopen(self, wave: str = "wave 2025") -> None:
        with psycopg.connect(self.url) as connection:
            reopen(connection, FORM, wave, "answers were entered twice", "somebody")

    def exact(self, year: int) -> list[dict]:
        return query(
            self.url, "select cell_id, n, estimate from indicators.fct_indicator where indicator_code = 'CUL-03' and period_year = %s"
            " and n is not null order by 1", year,
        )  # fmt: skip


@pytest.fixture(scope="module")
def warehouse_of_waves(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with database(postgres) as url:
        prepare(url, edit=two_waves)
        with psycopg.connect(url) as connection:
            connection.execute("update raw.catalogue_survey_frame set n_population = 300")
        respond(url, FORM, people())
        yield Warehouse(url, tmp_path_factory.mktemp("dbt"))


def test_no_published_figure_of_a_closed_wave_moves_until_ten_differ_and_somebody_orders_it(warehouse_of_waves) -> None:
    """One history, as each step of dbt takes its time: three builds, five releases."""
    world = warehouse_of_waves
    world.dbt()
    kept = world.exact(2025)
    first = world.release(AUTUMN_2025)
    before = world.figures(first, 2025)
    assert sum(not row["is_suppressed"] and row["unavailable_reason"] is None for row in before.values()) > 30
    each_is_of_one_wave(world)

    # One answer less, one edited, one erased, and answers of a second wave, which is open.
    answer(world.url, 1, is_deleted=True)
    answer(world.url, 2, respect="5", sup_balance="5")
    with psycopg.connect(world.url) as connection:
        report = erase(connection, world.landing, FORM, f"{FORM}-3")
    assert report.rows["raw.kobo_submission"] == report.rows["release.survey_seal"] == 1
    assert report.rows["indicators.ind_survey__person_score"] > 0
    assert not query(world.url, "select 1 from raw.kobo_submission where submission_id = 3")
    assert not query(world.url, "select 1 from core.fct_survey_response where submission_id = 3")
    respond(world.url, FORM, people(1), first_id=1001, year=2026)
    world.dbt()
    assert world.exact(2025) != kept, "the exact figures follow the answers"
    second = world.release(SUMMER_2026)
    assert same(world, second, 2025, before)
    still_open = world.figures(second, 2026).values()
    assert {(row["status"], row["suppression_reason"]) for row in still_open if row["unavailable_reason"] is None} == {
        ("wave open", WAVE_OPEN)
    }
    assert {(row["grade_band"], row["breakdown"]) for row in still_open if row["unavailable_reason"] is None} == {("all", "none")}
    assert not [change for change in world.diff(first, second) if change.period == 2025]

    # The second wave closes; the first one is opened again, but three of it differ, one of whom was erased.
    world.reopen()
    third = world.release(AUTUMN_2026)
    assert same(world, third, 2025, before)
    of_2026 = world.figures(third, 2026)
    assert {row["status"] for row in of_2026.values()} >= {"rounded"} and "wave open" not in {
        r["status"] for r in of_2026.values()
    }
    assert query(world.url, "select release_id from ops.survey_wave_reopened") == [{"release_id": third}]

    assert {str(change.why) for change in world.diff(second, third) if change.period == 2026} == {"closed wave"}

    # Twelve women of one agency have other answers. Nothing moves before the order, and with it what they are the base of.
    for number in range(11, 23):
        answer(world.url, number, respect="5", sup_balance="5")
    world.dbt()
    assert world.release(AUTUMN_2026) == third
    world.reopen("2025")
    fourth = world.release(AUTUMN_2026)
    after = world.figures(fourth, 2025)
    moved = {cell for cell, row in after.items() if row != before[cell]}
    keys = {
        (before[cell]["agency_code"], before[cell]["gender"]) for cell in moved if before[cell]["gender"] != "women minus men"
    }
    assert moved and keys <= {("THA-POL", "woman"), ("THA-POL", "all"), ("all", "woman"), ("all", "all")}
    assert {before[cell]["indicator_code"] for cell in moved} <= codes_of(world, "respect", "sup_balance")
    assert same(world, fourth, 2026, of_2026)
    for found in (world.diff(third, fourth), world.diff(fourth, third), world.diff(first, fourth)):
        assert {change.cell_id for change in found if change.period == 2025} <= moved
        assert {str(change.why) for change in found if change.period == 2025} == {"revised data"}

    # Taken back: the figures that were published last stay those of the wave.
    with psycopg.connect(world.url) as connection:
        assert rollback(connection) == third
    fifth = world.release(AUTUMN_2026)
    assert same(world, fifth, 2025, after) and same(world, fifth, 2026, of_2026)

    # The days of a published wave may not move its people into another year.
    with psycopg.connect(world.url) as connection:
        for table in ("wave", "respondent"):  # as dbt makes them then
            connection.execute(f"update core.int_survey__{table} set period_year = 2027 where period_year = 2026")
    with psycopg.connect(world.url) as connection, pytest.raises(ReleaseError, match="Restore the days under `waves`"):
        build_candidate(connection, REPOSITORY / "catalogue", today=dt.date(2028, 1, 1))


def each_is_of_one_wave(world: Warehouse) -> None:
    """Every figure of a survey is of the respondents of one form and year."""
    rows = query(
        world.url,
        "select cell.cell_id, count(distinct wave.form) as n from indicators.fct_indicator as cell"
        " inner join core.dim_indicator as indicator using (indicator_code)"
        " left join core.int_survey__wave as wave on cell.period_year = wave.period_year and cell.provenance = wave.provenance"
        " where indicator.source = 'survey' and cell.n is not null group by 1",
    )
    assert rows and {row["n"] for row in rows} == {1}


def codes_of(world: Warehouse, *items: str) -> set[str]:
    rows = query(world.url, "select indicator_code from raw.catalogue_indicator_item where item = any(%s)", list(items))
    return {row["indicator_code"] for row in rows}


def same(world: Warehouse, release: int, year: int, before: dict[str, dict]) -> bool:
    """Whether every figure that `before` shows or suppresses is what it was; what a source lacks may be told of another year."""
    now = world.figures(release, year)
    told = {cell: row for cell, row in before.items() if row["unavailable_reason"] is None}
    assert {cell: now.get(cell) for cell in told} == told
    return {cell for cell, row in now.items() if row["unavailable_reason"] is None} == told.keys()
