"""VIC-04 follows from what is published of stock, hires and separations, and from nothing else."""

import re
from dataclasses import replace

import pytest

from parity.settings import REPOSITORY
from publication.candidate import release_rows
from publication.context import Context
from publication.earlier import Told
from publication.projection import Flows
from publication.years_to_target import TARGET_PCT
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

PLACE = {
    "country_code": "THA", "agency_code": "A", "agency_type": "police", "level": "agency", "source": "hr", "unit": "pct", "period_year": 2025,
    "provenance": "real",
}  # fmt: skip


def share(code, women, men, **given):
    base = women + men
    counts = {"numerator": float(women), "denominator": float(base), "n": base, "estimate": 100 * women / base}
    return a_cell(**PLACE | counts | {"indicator_code": code, "cell_id": code, "method": "census share"} | given)


def leavers(gender, events, years, **given):
    counts = {"numerator": float(events), "denominator": float(years), "n": int(years), "estimate": 100 * events / years}
    unit = {"unit": "per 100 person-years", "level": "agency_gender", "method": "events per person-time"}
    return a_cell(**PLACE | counts | unit | {"indicator_code": "RET-01", "cell_id": f"RET-01 {gender}", "gender": gender} | given)


def projection(**given):
    exact = {"n": 1412, "n_least": 34, "count_least": 10, "estimate": 7.0, "reference_value": 39.726, "unit": "years"}
    method = {"method": "projection of current flows"}
    return a_cell(**PLACE | exact | method | {"indicator_code": "VIC-04", "cell_id": "VIC-04", "source": "external+hr"} | given)


def staff(hired=(11, 23), women=311, left=12, **given):
    return [
        share("REP-01", women, 1101, **given), share("REC-02", *hired, **given), leavers("woman", left, 301.4, **given),
        leavers("man", 38, 1088.2, **given),
    ]  # fmt: skip


def published(cells, code="VIC-04", context=None):
    return next(row for row in release_rows(cells, POLICY, context or Context()) if row.indicator_code == code)


FLOWS = Flows(2025, 310.0, 1100.0, 35.0, 10 / 35, 10 / 301, 40 / 1088)


def test_the_target_is_that_of_the_model():
    model = (REPOSITORY / "dbt" / "models" / "indicators" / "ind_hr__years_to_target.sql").read_text()
    assert float(re.search(r"set target_pct = ([\d.]+)", model)[1]) == TARGET_PCT


def test_it_follows_from_the_published_figures_whatever_the_exact_ones_are():
    row = published([*staff(), projection()])
    assert (row.estimate, row.reference_value, row.n) == (FLOWS.years_to(30), round(FLOWS.levels_off_at), 1410)
    assert row.status == "rounded"
    for exact in (
        {"estimate": 9.0, "reference_value": 31.0},
        {"estimate": None, "unavailable_reason": "not reached: at … 12.3 %"},
    ):
        assert published([*staff(), projection(**exact, count_least=1)]) == row
    assert published([*staff(hired=(9, 25), women=309), projection()]) == row, "other people, rounded alike"


def test_what_is_not_reached_says_where_the_published_flows_level_off():
    row = published([*staff(hired=(6, 60)), projection()])
    share = replace(FLOWS, hired=65.0, women_share_of_hires=5 / 65).levels_off_at
    assert row.unavailable_reason == f"not reached: at current flows the share levels off at {share:.0f} %"
    assert row.status == "not available" and row.estimate is row.reference_value is row.n is None


@pytest.mark.parametrize("few", [{"hired": (3, 31)}, {"hired": (0, 34)}, {"left": 4}, {"women": 4}])
def test_it_goes_with_any_figure_that_it_rests_on(few):
    row = published([*staff(**few), projection()])
    assert row.is_suppressed and row.suppression_reason == "the hires or separations that it rests on are withheld"
    assert row.estimate is row.reference_value is row.n is row.unavailable_reason is None


def test_it_stays_suppressed_where_an_earlier_release_suppressed_it():
    told = Told(1, "VIC-04", "p", True, False, ("suppressed", "too few"), None)
    assert published([*staff(), projection()], context=Context(earlier={"VIC-04": [told]})).suppression_reason == "too few"


def test_of_a_country_it_follows_from_the_totals_that_are_published():
    """One agency's 3 women hired count as a class in the total, and the projection says no more than the total."""
    place = {"agency_code": "all", "agency_type": "all", "level": "country"}
    others = [replace(cell, cell_id=f"B {cell.cell_id}", agency_code="B") for cell in staff(hired=(3, 9))]
    country = [
        replace(cell, cell_id=f"THA {cell.cell_id}", **place | {"level": f"country{'_gender' if cell.gender != 'all' else ''}"})
        for cell in staff(hired=(19, 27), women=622)
    ]
    cells = [*staff(hired=(16, 18)), *others, *country, projection(**place)]
    row, hires = published(cells), next(row for row in release_rows(cells, POLICY) if row.cell_id == "THA REC-02")
    flows = Flows(2025, 620.0, 2200.0, hires.denominator, hires.numerator / hires.denominator, 20 / 603, 80 / 2176)
    assert (hires.numerator, hires.denominator) == (15, 45)
    assert (row.estimate, row.unavailable_reason) == (flows.years_to(30), None)
    assert (row.n_agencies, row.n_agencies_missing) == (2, 0)


def test_a_year_without_breakdowns_takes_the_agency_s_and_no_more_of_the_country_s_than_its_inputs():
    place = {"agency_code": "all", "agency_type": "all", "level": "country"}
    country = [replace(cell, cell_id=f"THA {cell.cell_id}", **place) for cell in staff()]
    cells = [*staff(), projection(), *country, projection(**place, cell_id="THA VIC-04")]
    rows = {row.cell_id: row for row in release_rows(cells, POLICY, Context(without_breakdowns={("A", 2025)}))}
    assert rows["VIC-04"].is_suppressed and rows["THA VIC-04"].is_suppressed
    assert rows["THA VIC-04"].suppression_reason == "the hires or separations that it rests on are withheld"


def test_what_is_reached_and_lost_again_is_flagged():
    """Of 310 women 40 % leave in a year and 150 come: they are 375 in the end; men rise slowly, from 700 by 15 a year less a thousandth, to 15,000."""
    cells = [
        share("REP-01", 310, 700), share("REC-02", 150, 15), leavers("woman", 120, 300.0), leavers("man", 10, 5000.0),
        projection(),
    ]  # fmt: skip
    flows = Flows(2025, 310.0, 700.0, 165.0, 150 / 165, 0.4, 10 / 5000)
    lost = flows.lost_again(TARGET_PCT)
    row = published(cells)
    assert row.estimate == 0.0 and lost.years > 0
    assert row.quality_flag == f"does not last: at current flows the share is below 30 % again from {2025 + lost.years}"
    assert published([*staff(), projection()]).quality_flag is None
