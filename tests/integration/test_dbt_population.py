"""Staff and victims set against the population; numbers are worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ingestion.warehouse import copy_rows
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

DAY = dt.date(2024, 12, 31)
VICTIM = ("source_row", "iso3", "indicator", "dimension", "category", "sex", "age", "year", "value_text")
# (sex, age) → what UNODC would say of Viet Nam
VICTIMS = {
    ("Total", "Total"): "1,000",
    ("Female", "Total"): "700",
    ("Male", "Total"): "<5",
    ("Female", "0 to 17 years"): "300",
    ("Female", "18 years or over"): "390",
    ("Male", "0 to 17 years"): "<5",
    ("Male", "18 years or over"): "0",
}
PEOPLE = [("Female", "15-64", 480), ("Male", "15-64", 520), ("Female", "Total", 700_000), ("Male", "Total", 800_000)]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        people = [
            {"period_date": DAY, "person_key": f"{sex}{k}", "sex_code": sex}
            for sex, n in (("Nữ", 12), ("Nam", 48))
            for k in range(n)
        ]
        deliver(url, "vnm_cus", "VNM-CUS", people)
        deliver(url, "idn_imm", "IDN-IMM", [{"period_date": DAY, "person_key": "p", "sex_code": "P"}])
        with psycopg.connect(url) as connection:
            copy_rows(
                connection,
                "raw.ref_victim",
                VICTIM,
                (
                    (n, "VNM", "Detected trafficking victims", "Total", "Total", *of_whom, 2024, value)
                    for n, (of_whom, value) in enumerate([*VICTIMS.items(), *VICTIMS.items()])  # the source repeats rows
                ),
            )
            copy_rows(
                connection,
                "raw.ref_victim",
                VICTIM,
                (
                    (
                        99,
                        "VNM",
                        "Detected trafficking victims",
                        "by form of exploitation",
                        "Forced labour",
                        sex,
                        "Total",
                        2024,
                        value,
                    )
                    for sex, value in (("Total", "150"), ("Male", "<5"))
                ),
            )
            elsewhere = {("Total", "Total"): 20, ("Female", "0 to 17 years"): 5, ("Female", "18 years or over"): 6}
            elsewhere |= {("Male", "0 to 17 years"): 4, ("Male", "18 years or over"): 0}
            copy_rows(
                connection,
                "raw.ref_victim",
                (*VICTIM, "source"),
                (
                    (n, "TLS", "Detected trafficking victims", "Total", "Total", *of_whom, 2024, str(value), "GLOTIP")
                    for n, (of_whom, value) in enumerate(elsewhere.items())
                ),
            )
            copy_rows(
                connection,
                "raw.ref_population",
                ("iso3", "year", "sex", "age", "population"),
                [("VNM", year, *people) for year in (2023, 2024) for people in PEOPLE]
                + [
                    ("IDN", 2024, "Female", "15-64", 9),
                    ("TLS", 2024, "Female", "Total", 290_000),
                    ("TLS", 2024, "Male", "Total", 310_000),
                ],
            )
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cells(url: str, indicator: str) -> dict[tuple[str, str], dict[str, Any]]:
    rows = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and country_code = 'VNM' and breakdown = 'none'"
        " and unavailable_reason is null",
        indicator,
    )
    return {(row["level"], row["gender"]): row for row in rows}


def test_staff_are_set_against_the_working_age_population_of_the_year(built: str) -> None:
    found = cells(built, "REP-02")
    assert found.keys() == {("agency", "all"), ("country", "all")}
    for cell in found.values():
        assert cell["estimate"] == pytest.approx((12 / 60) / 0.48, rel=1e-12)
        assert (cell["n"], cell["n_least"], cell["count_least"], cell["period_year"]) == (60, 60, 12, 2024)


def test_half_a_population_gives_no_ratio_and_says_what_is_needed(built: str) -> None:
    [row] = query(built, "select * from indicators.fct_indicator where indicator_code = 'REP-02' and country_code = 'IDN'")
    assert row["estimate"] is None and row["unavailable_reason"].startswith("not available: needs the population aged 15 to 64")


def test_detected_victims_are_told_per_100_000_with_the_bounds_of_suppressed_counts(built: str) -> None:
    found = cells(built, "VIC-02")
    told = {gender: (row["estimate"], row["bound_low"], row["bound_high"]) for (_, gender), row in found.items()}
    assert told == {
        "all": (pytest.approx(1000 / 15), None, None),
        "woman": (pytest.approx(100), None, None),
        "man": (pytest.approx(2 / 8), 0, pytest.approx(4 / 8)),
    }
    assert {level for level, _ in found} == {"country", "country_gender"}


def test_detected_victims_are_told_by_age_and_by_form_of_exploitation_over_the_same_people(built: str) -> None:
    rows = query(
        built,
        "select * from indicators.fct_indicator where indicator_code = 'VIC-02' and country_code = 'VNM' and breakdown <> 'none'",
    )
    assert {row["level"] for row in rows} == {"country_breakdown"}
    assert {(row["breakdown_value"], row["gender"]): (row["estimate"], row["bound_high"]) for row in rows} == {
        ("child", "woman"): (pytest.approx(300 / 7), None),
        ("adult", "woman"): (pytest.approx(390 / 7), None),
        ("child", "man"): (pytest.approx(2 / 8), pytest.approx(4 / 8)),
        ("adult", "man"): (pytest.approx(0), None),
        ("forced_labour", "all"): (pytest.approx(150 / 15), None),
        ("forced_labour", "man"): (pytest.approx(2 / 8), pytest.approx(4 / 8)),
    }


def test_victims_of_known_sex_and_age_are_a_share_of_the_sources_own_total(built: str) -> None:
    cell = cells(built, "VIC-05")["country", "all"]
    assert cell["estimate"] == pytest.approx(100 * 692 / 1000)
    assert (cell["bound_low"], cell["bound_high"]) == (pytest.approx(69.0), pytest.approx(69.4))


def test_a_country_without_an_agency_has_its_victims_too(built: str) -> None:
    rows = query(
        built,
        "select indicator_code, estimate, provenance from indicators.fct_indicator where country_code = 'TLS' and level = 'country'"
        " order by indicator_code",
    )
    assert rows == [
        {"indicator_code": "VIC-02", "estimate": pytest.approx(20 / 6), "provenance": "real"},
        {"indicator_code": "VIC-05", "estimate": pytest.approx(100 * 15 / 20), "provenance": "real"},
    ]


def test_what_stands_for_a_country_is_not_asked_of_its_agencies(built: str) -> None:
    rows = query(built, "select indicator_code from indicators.fct_indicator where agency_code = 'VNM-CUS'")
    assert not {"VIC-02", "VIC-05"} & {row["indicator_code"] for row in rows}
