"""What a projection starts from: the figures of a place and year that are all shown, and of what they are the share."""

from __future__ import annotations

import pytest

from publication.shown_flows import share_after, shown_flows
from tests.unit.publication.cells import a_published_cell

PLACE = {"country_code": "THA", "agency_code": "THA-POL", "agency_type": "police", "provenance": "real", "period_year": 2025}
STAFF = {"indicator_code": "REP-01", "gender": "all", "numerator": 150.0, "denominator": 1000.0, "estimate": 15.0}
HIRES = {"indicator_code": "REC-02", "gender": "all", "numerator": 10.0, "denominator": 40.0, "estimate": 25.0}
WOMEN = {"indicator_code": "RET-01", "gender": "woman", "estimate": 6.0}
MEN = {"indicator_code": "RET-01", "gender": "man", "estimate": 4.0}


def flows(*changes, period="year", **place):
    """Of the four figures, each with its changes."""
    given = [*changes, *[{}] * (4 - len(changes))]
    cells = [
        a_published_cell(**{**PLACE, **place, **cell, **change})
        for cell, change in zip((STAFF, HIRES, WOMEN, MEN), given, strict=True)
    ]
    return shown_flows(cells, period)


def test_stock_hires_and_rates_of_leaving_are_those_that_are_shown():
    [(key, found)] = flows().items()
    assert key == ("THA", "THA-POL", "real", 2025)
    flow = found.flows
    assert (flow.year, flow.women, flow.men, flow.hired, flow.women_share_of_hires) == (2025, 150, 850, 40, 0.25)
    assert (flow.women_leave, flow.men_leave) == (0.06, 0.04)
    assert (found.n_agencies, found.n_agencies_missing) == (None, None)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(
    "change",
    [
        {"estimate": None}, {"period": "mid-year"}, {"grade_band": "senior"}, {"breakdown": "function"}, {"period_year": 2024},
        {"provenance": "synthetic"}, {"country_code": "VNM"}, {"agency_code": "THA-IMM"}, {"gender": "other"}, {"indicator_code": "REP-02"},
    ],
    ids=str,
)  # fmt: skip
def test_a_figure_that_is_not_shown_or_is_of_others_leaves_nothing_to_start_from(number, change):
    assert flows(*[{}] * number, change) == {}


def test_a_year_without_hires_is_none_to_start_from():
    assert flows({}, {"denominator": 0.0}) == {}


def test_a_rate_of_leaving_over_all_staff_is_all_of_them():
    [found] = flows({}, {}, {"estimate": 130.0}, {"estimate": 101.0}).values()
    assert (found.flows.women_leave, found.flows.men_leave) == (1, 1)


def test_a_kind_of_agency_within_a_country_is_not_the_country():
    assert flows(agency_code="all") == {}
    [found] = flows(
        {"n_agencies": 5, "n_agencies_missing": 0},
        {"n_agencies": 3, "n_agencies_missing": 2},
        {"n_agencies": 4},
        agency_code="all",
        agency_type="all",
    ).values()
    assert (found.n_agencies, found.n_agencies_missing) == (3, 2)


def test_mid_years_start_from_figures_of_mid_years_alone():
    assert flows(period="mid-year") == {} and list(flows(*[{"period": "mid-year"}] * 4, period="mid-year")) == list(flows())


def test_no_share_is_told_before_the_year_beyond_the_horizon_or_of_nobody():
    [found] = flows().values()
    assert share_after(found.flows, 0) == 15.0
    assert [share_after(found.flows, years) is None for years in (-1, 0, 100, 101)] == [True, False, False, True]
    [empty] = flows({"numerator": 0.0, "denominator": 0.0}).values()
    assert share_after(empty.flows, 0) is None
