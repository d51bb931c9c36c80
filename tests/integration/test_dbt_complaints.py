"""Complaints over person-years and in time, on hand-made cases; numbers are worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_dbt_staff import LONG_AGO, on_lists

LISTS = ((2022, 12), (2025, 12))
HARASSED, TREATED_WORSE, OTHER = "Pelecehan Seksual", "Diskriminasi", "Lainnya"


def case(opened: str, closed: str | None, kind: str = HARASSED) -> dict[str, Any]:
    return {
        "complaint_code": kind,
        "opened_date": dt.date.fromisoformat(opened),
        "closed_date": closed and dt.date.fromisoformat(closed),
        "sex_code": "P",
    }


# The contract tells of 2023 on, and the day of its extract is 2025-12-31.
CASES = [
    case("2024-01-10", "2024-04-09"),  # 90 days
    case("2024-01-10", "2024-04-10"),  # 91
    case("2024-03-01", None, TREATED_WORSE),
    case("2024-05-05", "2024-05-06", OTHER),  # in time, and no matter of HAR-05
    case("2022-06-01", "2022-06-02"),  # before the register begins
    case("2025-10-02", "2026-01-05"),  # opened 90 days before the extract
    case("2025-10-03", "2025-10-04"),  # 89 days: left out though it is closed
    case("2025-12-01", None),
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        people = [row for n in range(40) for row in on_lists(f"p{n}", "PL"[n % 2], *LISTS, hire_date=LONG_AGO)]
        deliver(url, "idn_imm", "IDN-IMM", people + on_lists("x", "", *LISTS, hire_date=LONG_AGO))
        deliver_register(url, "idn_imm_complaints", "IDN-IMM", "complaint", CASES[:3], name="first")
        deliver_register(url, "idn_imm_complaints", "IDN-IMM", "complaint", CASES, name="second")
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cells(url: str, indicator: str, level: str = "agency") -> list[dict[str, Any]]:
    return query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and level = %s and unavailable_reason is null"
        " order by period_year",
        *(indicator, level),
    )


def test_complaints_are_counted_over_everybodys_time_and_a_year_without_one_is_none(built: str) -> None:
    found = {row["period_year"]: row for row in cells(built, "HAR-05")}
    assert {year: row["numerator"] for year, row in found.items()} == {2023: 0, 2024: 3, 2025: 3}
    # 41 people all year, whoever's sex is known or not; a year of 365.25 days.
    assert found[2024]["denominator"] == pytest.approx(41 * 366 / 365.25)
    assert found[2024]["estimate"] == pytest.approx(1000 * 3 / (41 * 366 / 365.25)) and found[2024]["n"] == 41


def test_a_case_is_in_time_until_its_ninetieth_day_and_young_ones_are_left_out(built: str) -> None:
    found = {row["period_year"]: (row["numerator"], row["denominator"], row["estimate"]) for row in cells(built, "HAR-06")}
    assert found == {2024: (2, 4, 50), 2025: (0, 1, 0)}


@pytest.mark.parametrize("code", ["HAR-05", "HAR-06"])
def test_the_country_and_the_type_of_its_only_agency_are_told_as_the_agency_is(built: str, code: str) -> None:
    known = [(row["period_year"], row["numerator"], row["denominator"], row["estimate"]) for row in cells(built, code)]
    for level in ("country", "agency_type"):
        found = cells(built, code, level)
        assert [(row["period_year"], row["numerator"], row["denominator"], row["estimate"]) for row in found] == known
        assert {(row["gender"], row["agency_code"]) for row in found} == {("all", "all")}


def test_complaints_are_told_by_kind(built: str) -> None:
    found = cells(built, "HAR-05", "agency_breakdown")
    whole = {row["period_year"]: row["numerator"] for row in cells(built, "HAR-05")}
    assert {row["breakdown_value"] for row in found} <= {"sexual_harassment", "discrimination"}
    for year in (2024, 2025):
        assert sum(row["numerator"] for row in found if row["period_year"] == year) == whole[year]


def test_the_register_sent_last_is_the_one_that_counts(built: str) -> None:
    assert query(built, "select count(*)::int as n from core.fct_complaint") == [{"n": len(CASES)}]
