"""Headcounts, events, time at risk and the rates made of them: on Chicago's real files, and on hand-made staff lists."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import gzip
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.dbt_project import build, deliver, prepare, query

HR = "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s"


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def month(text: str) -> dt.date | None:
    return dt.date(int(text[:4]), int(text[5:7]), 1) if text else None


def chicago(url: str, data: Path) -> None:
    deliver(
        url,
        "usa_cpd_staff_years",
        "USA-CPD",
        (
            {
                "period_date": dt.date(int(row["year"]), 12, 31),
                "person_key": row["person_key"],
                "sex_code": row["sex"],
                "rank_name": row["rank"],
                "salary": row["salary_usd"] or None,
            }
            for row in rows_of(data / "hr" / "chicago_staff_years.csv.gz")
        ),
    )
    deliver(
        url,
        "usa_cpd_roster",
        "USA-CPD",
        (
            {
                "person_key": row["person_key"],
                "sex_code": row["sex"],
                "rank_name": row["rank"],
                "hire_date": month(row["hire_ym"]),
                "separation_date": month(row["separation_ym"]),
                "active_code": row["active_2017"],
            }
            for row in rows_of(data / "hr" / "chicago_roster_2017.csv.gz")
        ),
    )


def test_chicago_equals_the_independent_script(warehouse: str, shared_data: Path, tmp_path: Path) -> None:
    prepare(warehouse)
    chicago(warehouse, shared_data)
    build(warehouse, tmp_path)
    with (shared_data / "hr" / "chicago_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {(row["measure"], int(row["year"]), row["sex"]): row for row in csv.DictReader(file)}
    gender = {"woman": "F", "man": "M"}

    headcounts = query(
        warehouse,
        "select extract(year from period_date)::int as year, gender, sum(n_staff)::int as n from core.fct_headcount group by 1, 2",
    )
    assert {("headcount", row["year"], gender[row["gender"]]): row["n"] for row in headcounts} == {
        key: float(row["value"]) for key, row in expected.items() if key[0] == "headcount" and key[2] != "all"
    }

    shares = [cell for cell in query(warehouse, HR, "REP-01", "USA-CPD") if cell["grade_band"] == "all"]
    assert len(shares) == 16
    for cell in shares:
        row = expected["women_share_pct", cell["period_year"], "all"]
        assert (cell["numerator"], cell["denominator"]) == (float(row["numerator"]), float(row["denominator"]))
        assert math.isclose(cell["estimate"], float(row["value"]), rel_tol=1e-9)

    rates = [cell for cell in query(warehouse, HR, "RET-01", "USA-CPD") if 2010 <= cell["period_year"] <= 2015]
    assert len(rates) == 12
    for cell in rates:
        row = expected["separation_rate_per_100py", cell["period_year"], gender[cell["gender"]]]
        assert cell["numerator"] == float(row["numerator"])
        assert math.isclose(cell["denominator"], float(row["denominator"]), rel_tol=1e-9)
        assert math.isclose(cell["estimate"], float(row["value"]), rel_tol=1e-9)
        assert cell["provenance"] == "real"


def months(first: tuple[int, int], last: tuple[int, int]) -> Iterator[dt.date]:
    """The month ends from one (year, month) to another."""
    for number in range(12 * first[0] + first[1] - 1, 12 * last[0] + last[1]):
        year, month_no = number // 12, number % 12 + 1
        yield dt.date(year, month_no, calendar.monthrange(year, month_no)[1])


def on_lists(person: str, sex: str, first: tuple[int, int], last: tuple[int, int], **more: Any) -> list[dict[str, Any]]:
    return [{"period_date": end, "person_key": person, "sex_code": sex, **more} for end in months(first, last)]


LONG_AGO = dt.date(2010, 1, 1)
WHOLE = ((2023, 12), (2024, 12))


def events(url: str) -> list[dict[str, Any]]:
    return query(
        url,
        "select person_key, event_type, event_date, interval_from, interval_to, is_inferred from core.fct_staff_event"
        " order by person_key, event_date, event_type",
    )


def test_absent_leavers_left_midway_between_two_lists(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse)
    deliver(
        warehouse,
        "idn_imm",
        "IDN-IMM",
        [
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
        ],
    )
    build(warehouse, tmp_path)
    day = dt.date
    assert [tuple(event.values()) for event in events(warehouse)] == [
        ("b2", "separation", day(2024, 4, 15), day(2024, 3, 31), day(2024, 4, 30), True),
        ("c3", "hire", day(2024, 6, 10), day(2024, 6, 10), day(2024, 6, 10), False),
        ("f6", "separation", day(2024, 2, 14), day(2024, 1, 31), day(2024, 2, 29), True),
        ("f6", "hire", day(2024, 9, 2), day(2024, 9, 2), day(2024, 9, 2), False),
    ]
    rates = {cell["gender"]: cell for cell in query(warehouse, HR, "RET-01", "IDN-IMM")}
    assert {cell["period_year"] for cell in rates.values()} == {2024}  # of 2023 only the last day is seen
    assert rates["man"]["numerator"] == 2
    men_days = (day(2024, 4, 15) - day(2024, 1, 1)).days + 366 + (day(2024, 2, 14) - day(2024, 1, 1)).days + (
        day(2025, 1, 1) - day(2024, 9, 2)
    ).days
    assert rates["man"]["denominator"] == pytest.approx(men_days / 365.25)
    hires = query(warehouse, HR, "REC-02", "IDN-IMM")
    assert [(cell["numerator"], cell["denominator"], cell["estimate"]) for cell in hires] == [(1, 2, 50)]


def test_listed_leavers_are_no_stock_of_the_month_they_leave(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse)
    gone = dt.date(2024, 12, 31)
    deliver(
        warehouse,
        "vnm_cus",
        "VNM-CUS",
        [
            *on_lists("a1", "Nữ", *WHOLE, hire_date=LONG_AGO, rank_name="Chi cục phó"),
            *on_lists("b2", "Nam", *WHOLE, hire_date=LONG_AGO, rank_name="Chi cục phó"),
            *on_lists("c3", "Nam", (2023, 12), (2024, 11), hire_date=LONG_AGO, rank_name="Cục trưởng"),
            {"period_date": gone, "person_key": "c3", "sex_code": "Nam", "rank_name": "Cục trưởng", "hire_date": LONG_AGO,
             "separation_date": dt.date(2024, 12, 20)},
            # Hired and gone within one month: seen on one list only, as a leaver.
            {"period_date": dt.date(2024, 5, 31), "person_key": "d4", "sex_code": "Nữ", "hire_date": dt.date(2024, 5, 3),
             "separation_date": dt.date(2024, 5, 20)},
            *on_lists("e5", "", *WHOLE, hire_date=LONG_AGO),
            *on_lists("f6", "??", *WHOLE, hire_date=LONG_AGO),
        ],
    )  # fmt: skip
    build(warehouse, tmp_path)
    assert [(event["person_key"], event["event_type"], event["event_date"], event["is_inferred"]) for event in events(warehouse)] == [
        ("c3", "separation", dt.date(2024, 12, 20), False),
        ("d4", "hire", dt.date(2024, 5, 3), False),
        ("d4", "separation", dt.date(2024, 5, 20), False),
    ]
    share = {cell["period_year"]: cell for cell in query(warehouse, HR, "PRO-01", "VNM-CUS")}
    assert (share[2023]["numerator"], share[2023]["denominator"]) == (1, 3)
    assert (share[2024]["numerator"], share[2024]["denominator"]) == (1, 2)
    stock = query(warehouse, "select gender, n_staff from core.fct_headcount where period_date = %s and grade is null", gone)
    assert stock == [{"gender": "missing", "n_staff": 2}]
    unknown = query(warehouse, "select count(distinct person_key) as n from staging.stg_hr__staff where not is_gender_known")
    assert unknown == [{"n": 1}]


def test_the_newest_delivery_of_a_period_replaces_the_older(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse)
    people = [*on_lists("a1", "P", (2024, 11), (2024, 12)), *on_lists("b2", "L", (2024, 11), (2024, 12))]
    deliver(warehouse, "idn_imm", "IDN-IMM", people, name="first")
    deliver(warehouse, "idn_imm", "IDN-IMM", on_lists("a1", "P", (2024, 12), (2024, 12)), name="corrected December")
    build(warehouse, tmp_path)
    stock = query(warehouse, "select period_date, sum(n_staff)::int as n from core.fct_headcount group by 1 order by 1")
    assert stock == [{"period_date": dt.date(2024, 11, 30), "n": 2}, {"period_date": dt.date(2024, 12, 31), "n": 1}]


def test_flows_are_left_out_of_years_with_a_wide_gap(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse)
    deliver(
        warehouse,
        "idn_imm",
        "IDN-IMM",
        [
            *on_lists("a1", "P", (2022, 12), (2023, 12), hire_date=LONG_AGO),
            *on_lists("a1", "P", (2025, 1), (2026, 12), hire_date=LONG_AGO),
        ],
    )
    build(warehouse, tmp_path)
    years = query(warehouse, "select period_year from core.int_staff__covered_year order by 1")
    assert [row["period_year"] for row in years] == [2023, 2026]


def test_empty_sources_build_to_empty_tables(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse, catalogue=False)
    build(warehouse, tmp_path)
    assert query(warehouse, "select count(*)::int as n from indicators.fct_indicator") == [{"n": 0}]


def test_layers_build_one_after_another(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse)
    for layer in ("staging", "core", "indicators"):
        build(warehouse, tmp_path, "--select", f"path:models/{layer}")
    schemas = query(warehouse, "select distinct schemaname from pg_tables where schemaname in ('staging', 'core', 'indicators')")
    assert {row["schemaname"] for row in schemas} == {"staging", "core", "indicators"}
