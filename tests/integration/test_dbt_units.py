"""Units that a contract marks: border and transit posts and counter-trafficking units, counted by hand on a year's last list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from parity.catalogue import Catalogue
from parity.catalogue.hr_parts import Unit
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

DAY = dt.date(2024, 12, 31)
UNITS = [
    Unit(name="Old Gate", post="port", valid_to=dt.date(2023, 12, 31)),
    Unit(name="Gate 100%", post="rail"),
    Unit(name="Gate*", post="border"),
    Unit(name="Task Force", post="airport", counter_trafficking=True),
]
# unit → women and men of grade 1, and women and men of grade 4
STAFF = {
    "Gate 100%": (6, 4, 0, 0),
    "Gate 1000": (5, 7, 2, 3),
    "Task Force": (8, 9, 0, 1),
    "Old Gate": (20, 20, 0, 0),
    "Head Office": (10, 30, 4, 6),
}


def marked(catalogue: Catalogue) -> Catalogue:
    contract = catalogue.hr["idn_imm"].model_copy(update={"units": UNITS})
    return catalogue.model_copy(update={"hr": catalogue.hr | {"idn_imm": contract}})


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url, edit=marked)
        sides = (
            ("P", "Pengatur Muda (II/a)"),
            ("L", "Pengatur Muda (II/a)"),
            ("P", "Penata Muda (III/a)"),
            ("L", "Penata Muda (III/a)"),
        )
        deliver(
            url,
            "idn_imm",
            "IDN-IMM",
            [
                {"period_date": DAY, "person_key": f"{unit}{side}{k}", "sex_code": sex, "rank_name": rank, "unit_name": unit}
                for unit, counts in STAFF.items()
                for side, ((sex, rank), n) in enumerate(zip(sides, counts, strict=True))
                for k in range(n)
            ],
        )
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def shares(url: str, indicator: str) -> dict[tuple[str, str], tuple[float, float]]:
    rows = query(
        url,
        "select level, grade_band, numerator, denominator, estimate from indicators.fct_indicator where indicator_code = %s"
        " and country_code in ('IDN', 'all') and breakdown = 'none' and unavailable_reason is null",
        indicator,
    )
    for row in rows:
        assert row["estimate"] == pytest.approx(100 * row["numerator"] / row["denominator"])
    return {(row["level"], row["grade_band"]): (row["numerator"], row["denominator"]) for row in rows}


def test_posts_are_the_units_that_the_contract_marks_on_that_day(built: str) -> None:
    everybody = (6 + 5 + 2 + 8, 10 + 17 + 18)
    assert shares(built, "REP-03") == {
        ("agency", "all"): everybody,
        ("agency_grade", "junior"): (6 + 5 + 8, 10 + 12 + 17),
        ("agency_grade", "middle"): (2, 6),
        ("country", "all"): everybody,
        ("agency_type", "all"): everybody,
    }


def test_womens_share_is_told_of_each_kind_of_post_and_of_posts_beside_the_rest(built: str) -> None:
    rows = query(
        built,
        "select indicator_code, breakdown, breakdown_value, numerator, denominator from indicators.fct_indicator"
        " where agency_code = 'IDN-IMM' and breakdown in ('post_type', 'border_post') and estimate is not null",
    )
    assert {(row["indicator_code"], row["breakdown_value"]): (row["numerator"], row["denominator"]) for row in rows} == {
        ("REP-03", "rail"): (6, 10),
        ("REP-03", "border"): (5 + 2, 5 + 7 + 2 + 3),
        ("REP-03", "airport"): (8, 18),
        ("REP-01", "yes"): (21, 45),
        ("REP-01", "no"): (20 + 10 + 4, 40 + 50),
    }


def test_of_several_entries_the_first_that_fits_holds_and_a_per_cent_sign_is_one(built: str) -> None:
    rows = query(built, "select unit_name, post_type, is_counter_trafficking from core.int_unit__tagged order by 1")
    assert [tuple(row.values()) for row in rows] == [
        ("Gate 100%", "rail", False),
        ("Gate 1000", "border", False),
        ("Task Force", "airport", True),
    ]


def test_counter_trafficking_units_stand_by_themselves(built: str) -> None:
    assert set(shares(built, "DEP-02").values()) == {(8, 18)}
    # Marks do not touch what is counted over all units.
    assert shares(built, "REP-01")["agency", "all"] == (55, 135)
