"""The UN's figures as they are published: whom a count is of, whom to cite, and police beside police."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publication.cell import PublishedCell
from publication.police_share import Share, police_rows
from publication.trafficking import people, trafficking_rows
from tests.unit.publication.cells import a_cell
from tests.unit.publication.test_trafficking_trend import COUNT

SHARE = Share(country_code="THA", country="Thailand", period_year=2017, women_pct=8.0, source_year=2019, provenance="real")


@pytest.mark.parametrize(
    ("gender", "age_group", "words"),
    [
        ("woman", "all", "Women and girls"),
        ("woman", "child", "Girls"),
        ("man", "adult", "Men"),
        ("all", "child", "Children"),
        ("other", "adult", "Another gender, adults"),
        ("missing", "missing", "Not known, age not known"),
    ],
)
def test_people__girls_count_as_women_and_are_called_so_alone(gender: str, age_group: str, words: str) -> None:
    assert people(gender, age_group) == words


def test_trafficking_rows__bounds_stay_and_synthetic_counts_say_so() -> None:
    rows = trafficking_rows([replace(COUNT, count_low=1, count_high=4), replace(COUNT, provenance="synthetic")], "UNODC")
    assert [(row["count_low"], row["count_high"], row["source"]) for row in rows] == [
        (1, 4, "UNODC"),
        (5, 5, "Synthetic data in the form of: UNODC"),
    ]
    assert rows[0]["measure_label"] == "Victims detected"


def stock(code: str, women: float, base: float, **given: object) -> PublishedCell:
    place = {"country_code": "THA", "agency_code": code, "agency_type": "police", "period_year": 2024, "provenance": "synthetic"}
    cell = a_cell(indicator_code="REP-01", **place | {"numerator": women, "denominator": base} | given)
    return replace(PublishedCell.of(cell), estimate=100 * women / base)


def test_police_rows__stand_beside_published_police_agencies_alone() -> None:
    cells = [
        stock("A", 10, 100),
        stock("B", 50, 300),
        stock("A", 90, 100, period_year=2023),
        stock("C", 90, 100, agency_type="customs"),
        stock("A", 90, 100, grade_band="senior"),
        stock("D", 90, 100, country_code="VNM"),
        stock("E", 5, 100).suppress("fewer than 5"),
    ]
    older = replace(SHARE, period_year=2016)
    elsewhere = replace(SHARE, country_code="ALB", country="Albania")
    rows = police_rows([older, SHARE, elsewhere], cells, "UNSD")
    assert [(row["country_code"], row["period_year"], row["is_newest"]) for row in rows] == [
        ("THA", 2016, False),
        ("THA", 2017, True),
        ("ALB", 2017, True),
    ]
    beside = {name: rows[1][name] for name in ("agencies_pct", "agencies_year", "n_agencies", "agencies_provenance")}
    assert beside == {"agencies_pct": 15.0, "agencies_year": 2024, "n_agencies": 2, "agencies_provenance": "synthetic"}
    assert rows[2]["agencies_pct"] is None and rows[2]["source"] == "UNSD"


def test_police_rows__real_agencies_go_before_synthetic_ones() -> None:
    cells = [stock("A", 10, 100, period_year=2025), stock("B", 30, 100, provenance="real")]
    [row] = police_rows([SHARE], cells, "UNSD")
    assert (row["agencies_pct"], row["agencies_year"], row["agencies_provenance"]) == (30.0, 2024, "real")
