"""Headcounts, events and time at risk on hand-made staff lists: who left, when, and what a lost row or file must not do."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

HR = (
    "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s"
    " and breakdown = 'none' and level <> 'agency_gender_grade'"
)
LONG_AGO = dt.date(2010, 1, 1)
WHOLE = ((2023, 12), (2024, 12))
Month = tuple[int, int]


def on_lists(person: str, sex: str, first: Month, last: Month, **more: Any) -> list[dict[str, Any]]:
    """The person's rows on the month-end lists from one (year, month) to another."""
    rows = []
    for number in range(12 * first[0] + first[1] - 1, 12 * last[0] + last[1]):
        year, month = number // 12, number % 12 + 1
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        rows.append({"period_date": end, "person_key": person, "sex_code": sex, **more})
    return rows


ABSENT_LEAVERS = [
    *on_lists("a1", "P", *WHOLE, hire_date=LONG_AGO),
    *on_lists("b2", "L", (2023, 12), (2024, 3), hire_date=LONG_AGO),
    *on_lists("c3", "P", (2024, 6), (2024, 12), hire_date=dt.date(2024, 6, 10)),
    # Missing from one list, the same hire date: a lost row, neither a leaver nor a hire.
    *on_lists("d4", "L", (2023, 12), (2024, 4), hire_date=LONG_AGO),
    *on_lists("d4", "L", (2024, 6), (2024, 12), hire_date=LONG_AGO),
    # Seen first in August, hired before the first list: a late row, no hire of this window.
    *on_lists("e5", "P", (2024, 8), (2024, 12), hire_date=LONG_AGO),
    # A re-hire is a second spell.
    *on_lists("f6", "L", (2023, 12), (2024, 1), hire_date=LONG_AGO),
    *on_lists("f6", "L", (2024, 9), (2024, 12), hire_date=dt.date(2024, 9, 2)),
    # Gone and back between two lists: she left before she came back.
    *on_lists("g7", "P", (2023, 12), (2024, 4), hire_date=LONG_AGO),
    *on_lists("g7", "P", (2024, 5), (2024, 12), hire_date=dt.date(2024, 5, 6)),
]

LISTED_LEAVERS = [
    *on_lists("a1", "Nữ", *WHOLE, hire_date=LONG_AGO, rank_name="Chi cục phó"),
    *on_lists("b2", "Nam", *WHOLE, hire_date=LONG_AGO, rank_name="Chi cục phó"),
    *on_lists("c3", "Nam", (2023, 12), (2024, 11), hire_date=LONG_AGO, rank_name="Cục trưởng"),
    *on_lists("c3", "Nam", (2024, 12), (2024, 12), rank_name="Cục trưởng", separation_date=dt.date(2024, 12, 20)),
    # Hired and gone within one month: seen on one list only, as a leaver.
    *on_lists("d4", "Nữ", (2024, 5), (2024, 5), hire_date=dt.date(2024, 5, 3), separation_date=dt.date(2024, 5, 20)),
    # Her last row has lost its hire date.
    *on_lists("g7", "Nữ", (2024, 3), (2024, 5), hire_date=dt.date(2024, 3, 5)),
    *on_lists("g7", "Nữ", (2024, 6), (2024, 6), separation_date=dt.date(2024, 6, 10)),
    *on_lists("e5", "", *WHOLE, hire_date=LONG_AGO),
    *on_lists("f6", "??", *WHOLE, hire_date=LONG_AGO),
]

A_YEAR_NEVER_SENT = [
    *on_lists("a1", "ญ", (2022, 12), (2023, 12), hire_date=LONG_AGO),
    *on_lists("a1", "ญ", (2025, 1), (2026, 12), hire_date=LONG_AGO),
    *on_lists("b2", "ช", (2026, 11), (2026, 12), hire_date=LONG_AGO),
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three agencies, a case each, in one warehouse."""
    with database(postgres) as url:
        prepare(url)
        deliver(url, "idn_imm", "IDN-IMM", ABSENT_LEAVERS)
        deliver(url, "vnm_cus", "VNM-CUS", LISTED_LEAVERS)
        deliver(url, "tha_pol", "THA-POL", A_YEAR_NEVER_SENT)
        deliver(url, "tha_pol", "THA-POL", on_lists("a1", "ญ", (2026, 12), (2026, 12)), name="December corrected")
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def events(url: str, agency: str) -> list[tuple[Any, ...]]:
    rows = query(
        url,
        "select person_key, event_type, event_date, interval_from, interval_to, is_inferred from core.fct_staff_event"
        " where agency_code = %s order by person_key, event_date, event_type",
        agency,
    )
    return [tuple(row.values()) for row in rows]


def test_absent_leavers_left_midway_between_two_lists(built: str) -> None:
    day = dt.date
    assert events(built, "IDN-IMM") == [
        ("b2", "separation", day(2024, 4, 15), day(2024, 3, 31), day(2024, 4, 30), True),
        ("c3", "hire", day(2024, 6, 10), day(2024, 6, 10), day(2024, 6, 10), False),
        ("f6", "separation", day(2024, 2, 14), day(2024, 1, 31), day(2024, 2, 29), True),
        ("f6", "hire", day(2024, 9, 2), day(2024, 9, 2), day(2024, 9, 2), False),
        ("g7", "hire", day(2024, 5, 6), day(2024, 5, 6), day(2024, 5, 6), False),
        ("g7", "separation", day(2024, 5, 6), day(2024, 4, 30), day(2024, 5, 31), True),
    ]


def test_time_at_risk_is_counted_in_days_of_whole_years_only(built: str) -> None:
    day = dt.date
    cells = query(built, HR, "RET-01", "IDN-IMM")
    assert {cell["period_year"] for cell in cells} == {2024}  # of 2023 only the last day is seen
    [men] = [cell for cell in cells if cell["gender"] == "man"]
    new_year = day(2024, 1, 1)
    days = (day(2024, 4, 15) - new_year).days + 366 + (day(2024, 2, 14) - new_year).days
    days += (day(2025, 1, 1) - day(2024, 9, 2)).days
    assert men["numerator"] == 2
    assert men["denominator"] == pytest.approx(days / 365.25)
    assert men["estimate"] == pytest.approx(100 * 2 / (days / 365.25))


def test_womens_share_of_hires_counts_women_and_men(built: str) -> None:
    hires = query(built, HR, "REC-02", "IDN-IMM")
    assert [(cell["numerator"], cell["denominator"], cell["estimate"]) for cell in hires] == [(2, 3, pytest.approx(200 / 3))]


def test_listed_leavers_leave_on_the_day_that_is_stated(built: str) -> None:
    assert [(person, kind, date, inferred) for person, kind, date, _, _, inferred in events(built, "VNM-CUS")] == [
        ("c3", "separation", dt.date(2024, 12, 20), False),
        ("d4", "hire", dt.date(2024, 5, 3), False),
        ("d4", "separation", dt.date(2024, 5, 20), False),
        ("g7", "hire", dt.date(2024, 3, 5), False),
        ("g7", "separation", dt.date(2024, 6, 10), False),
    ]


def test_leavers_are_no_stock_of_the_month_they_leave(built: str) -> None:
    share = {cell["period_year"]: cell for cell in query(built, HR, "PRO-01", "VNM-CUS")}
    assert (share[2023]["numerator"], share[2023]["denominator"]) == (1, 3)
    assert (share[2024]["numerator"], share[2024]["denominator"]) == (1, 2)


def test_unknown_sex_stands_apart_and_outside_the_share(built: str) -> None:
    stock = query(
        built,
        "select gender, n_staff from core.fct_headcount where agency_code = 'VNM-CUS' and period_date = %s and grade is null",
        dt.date(2024, 12, 31),
    )
    assert stock == [{"gender": "missing", "n_staff": 2}]
    unmapped = query(built, "select distinct person_key from staging.stg_hr__staff where not is_gender_known")
    assert unmapped == [{"person_key": "f6"}]
    [cell] = [
        cell for cell in query(built, HR, "REP-01", "VNM-CUS") if cell["period_year"] == 2024 and cell["grade_band"] == "all"
    ]
    assert (cell["numerator"], cell["denominator"]) == (1, 2)


def test_the_newest_delivery_of_a_period_replaces_the_older(built: str) -> None:
    stock = query(
        built,
        "select period_date, sum(n_staff)::int as n from core.fct_headcount"
        " where agency_code = 'THA-POL' and period_date >= '2026-11-01' group by 1 order by 1",
    )
    assert [row["n"] for row in stock] == [2, 1]


def test_flows_are_left_out_of_years_with_a_wide_gap(built: str) -> None:
    years = query(built, "select period_year from core.int_staff__covered_year where agency_code = 'THA-POL' order by 1")
    assert [row["period_year"] for row in years] == [2023, 2026]


def test_totals_are_the_sums_of_their_agencies(built: str) -> None:
    [total] = query(
        built,
        "select * from indicators.fct_indicator where level = 'agency_type_gender' and agency_type = 'immigration'"
        " and indicator_code = 'RET-01' and gender = 'man'",
    )
    [agency] = [cell for cell in query(built, HR, "RET-01", "IDN-IMM") if cell["gender"] == "man"]
    assert total["numerator"] == agency["numerator"]
    assert total["denominator"] == pytest.approx(agency["denominator"], rel=1e-14)
    assert (total["country_code"], total["agency_code"], total["provenance"]) == ("all", "all", "synthetic")
