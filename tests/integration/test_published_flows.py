"""Flows of a road map, from figures as a release shows them: of the newest whole year, of one place, and of nobody else."""

import psycopg
import pytest

from publication.projection import Flows, FlowsUnknown, published_flows

PLACE = {"agency_code": "THA-POL", "country_code": "THA", "grade_band": "all", "period": "year", "provenance": "real"}


def year(period_year, women=120, men=880, women_hired=12, hired=60, women_leave=6.0, men_leave=4.0):
    """The four figures of a year."""
    return [
        PLACE | {"period_year": period_year} | cell
        for cell in (
            {
                "indicator_code": "REP-01",
                "level": "agency",
                "gender": "all",
                "numerator": women,
                "denominator": women + men,
                "estimate": 12.0,
            },
            {
                "indicator_code": "REC-02",
                "level": "agency",
                "gender": "all",
                "numerator": women_hired,
                "denominator": hired,
                "estimate": 20.0,
            },
            {
                "indicator_code": "RET-01",
                "level": "agency_gender",
                "gender": "woman",
                "numerator": 7,
                "denominator": 120,
                "estimate": women_leave,
            },
            {
                "indicator_code": "RET-01",
                "level": "agency_gender",
                "gender": "man",
                "numerator": 35,
                "denominator": 880,
                "estimate": men_leave,
            },
        )
    ]


@pytest.fixture(scope="module")
def connection(postgres):
    with psycopg.connect(postgres.url()) as opened:
        opened.execute(
            "create schema published; create table published.indicator (indicator_code text, level text, country_code text, agency_code text,"
            " gender text, grade_band text, period text, period_year int, provenance text, numerator float8, denominator float8, estimate float8)"
        )
        yield opened
        opened.rollback()


def flows(connection, cells, agency="THA-POL", country=None):
    connection.execute("truncate published.indicator")
    for cell in cells:
        names = ", ".join(cell)
        connection.execute(
            f"insert into published.indicator ({names}) values ({', '.join(['%s'] * len(cell))})", tuple(cell.values())
        )
    return published_flows(connection, agency, country)


def test_flows_are_those_of_the_figures_with_shares_from_0_to_1(connection):
    assert flows(connection, year(2024)) == Flows(2024, 120, 880, 60, 0.2, 0.06, 0.04)


@pytest.mark.parametrize("order", [(2022, 2023, 2024), (2024, 2023, 2022), (2023, 2024, 2022)])
def test_of_three_years_the_newest_counts_in_whatever_order_they_stand(connection, order):
    cells = [cell for number in order for cell in year(number, women=number - 1900)]
    found = flows(connection, cells)
    assert (found.year, found.women) == (2024, 124)


@pytest.mark.parametrize("missing", range(4))
def test_a_newest_year_of_which_one_figure_is_withheld_gives_way_to_the_year_before(connection, missing):
    newest = year(2024)
    newest[missing] |= {"numerator": None, "estimate": None}
    assert flows(connection, [*year(2022), *year(2023), *newest]).year == 2023


def test_a_year_without_hires_is_none_to_start_from(connection):
    assert flows(connection, [*year(2023), *year(2024, women_hired=0, hired=0)]).year == 2023


@pytest.mark.parametrize(
    "other",
    [
        {"agency_code": "IDN-IMM"},
        {"grade_band": "senior"},
        {"period": "mid-year"},
        {"level": "agency_breakdown"},
        {"provenance": "synthetic", "period_year": 2023},
    ],
)
def test_figures_of_other_places_parts_and_periods_are_not_taken(connection, other):
    cells = [
        cell | {name: value * 3 if value else value for name, value in cell.items() if name in ("numerator", "estimate")} | other
        for cell in year(2024)
    ]
    assert flows(connection, [*cells, *year(2024)]) == Flows(2024, 120, 880, 60, 0.2, 0.06, 0.04)


def test_figures_of_women_and_of_men_are_not_exchanged(connection):
    found = flows(connection, year(2024, women=10, men=20, women_hired=3, hired=10, women_leave=30.0, men_leave=1.0))
    assert found == Flows(2024, 10, 20, 10, 0.3, 0.3, 0.01)


def test_a_country_is_asked_for_by_its_code_and_named_where_it_is_unknown(connection):
    of = [cell | {"agency_code": "all", "level": cell["level"].replace("agency", "country")} for cell in year(2024)]
    elsewhere = [cell | {"country_code": "IDN"} for cell in year(2025, women=1)]
    elsewhere = [cell | {"agency_code": "all", "level": cell["level"].replace("agency", "country")} for cell in elsewhere]
    assert flows(connection, [*of, *elsewhere], "all", "THA").year == 2024
    with pytest.raises(FlowsUnknown, match="no year of VNM"):
        flows(connection, of, "all", "VNM")
    with pytest.raises(FlowsUnknown, match="no year of THA-IMM"):
        flows(connection, of, "THA-IMM")
