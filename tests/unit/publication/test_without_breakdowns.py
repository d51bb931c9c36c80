"""Of an agency and year without breakdowns: which figures stay, which go, and which others are made of the exact figures of its staff."""

from typing import Any

import pytest

from publication.candidate import release_rows
from publication.context import Context
from publication.disclosure import NO_BREAKDOWNS
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

PLACE: dict[str, Any] = {
    "agency_code": "A",
    "agency_type": "police",
    "country_code": "THA",
    "period_year": 2025,
    "provenance": "real",
}
WITHOUT = Context(without_breakdowns={("A", 2025)})


def staff(code, **changes):
    numbers = {"numerator": 300.0, "denominator": 1000.0, "n": 1000, "estimate": 30.0}
    given = {"cell_id": code, "indicator_code": code, "source": "hr", "unit": "pct", "level": "agency", "method": "census share"}
    return a_cell(**given | PLACE | numbers | changes)


NO_COUNTS: dict[str, Any] = {"numerator": None, "denominator": None}
RATIO: dict[str, Any] = NO_COUNTS | {
    "unit": "ratio",
    "first_count": 300.0,
    "first_base": 1000.0,
    "second_count": 200.0,
    "second_base": 1000.0,
    "n_least": 300,
}
TO_PUBLIC: dict[str, Any] = RATIO | {"second_count": None, "second_base": None, "source": "hr+external"}
ALONE: dict[str, Any] = NO_COUNTS | {"n_least": 300, "count_least": 40}
RATE: dict[str, Any] = {"unit": "per 100 person-years", "method": "events per person-time"}
# of the whole agency, and of everybody in it
OF_ALL: dict[str, dict[str, Any]] = {
    "REP-01": {}, "REP-02": TO_PUBLIC, "REC-01": {}, "REC-02": {}, "RET-01": RATE, "RET-03": {}, "PRO-01": {}, "PRO-02": {}, "REP-03": {},
    "DEP-04": {}, "PRO-03": RATIO, "RET-02": RATIO | {"method": "rate ratio"}, "REC-03": RATIO, "DEP-01": RATIO, "RET-04": ALONE,
    "REP-04": ALONE | {"unit": "index 0-1"},
}  # fmt: skip
STAY = {"REP-01", "REP-02", "REC-01", "REC-02", "RET-01", "DEP-04"}


def gone(cells, context=WITHOUT):
    return {row.cell_id for row in release_rows(cells, POLICY, context) if row.suppression_reason == NO_BREAKDOWNS}


def test_totals_of_the_agency_and_ratios_of_such_totals_stay_and_all_else_goes():
    cells = [staff(code, **changes) for code, changes in OF_ALL.items()]
    assert gone(cells) == OF_ALL.keys() - STAY
    assert gone(cells, Context()) == set()


FINER: dict[str, dict[str, Any]] = {
    "women": {"gender": "woman", "level": "agency_gender"},
    "a grade band": {"grade_band": "senior", "level": "agency_grade"},
    "a function": {"breakdown": "function", "breakdown_value": "patrol", "level": "agency_breakdown"},
    "a breakdown that the source lacks": {"breakdown": "function", "breakdown_value": "all", "level": "agency_breakdown"},
}


@pytest.mark.parametrize("finer", FINER)
@pytest.mark.parametrize("code", ["REP-01", "DEP-04", "RET-01"])
def test_whatever_is_finer_than_the_agency_goes(finer, code):
    cells = [staff("REP-01"), staff(code, cell_id="finer", **OF_ALL[code] | FINER[finer])]
    assert gone(cells) == {"finer"}


ELSEWHERE: dict[str, dict[str, Any]] = {
    "another agency": {"agency_code": "B"},
    "another year": {"period_year": 2024},
    "the middle of the year": {"period": "mid-year"},
    "a survey": {"source": "survey", "indicator_code": "CUL-03", "statistic": "share", "n_positive": 300, "se": 1.0, "df": 900},
    "a fact about rules": {"source": "fact_finding", "indicator_code": "LDR-01"},
    "what is not available": {"unavailable_reason": "not available: needs X", "numerator": None, "estimate": None},
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_figures_of_other_people_and_what_is_no_figure_stay(where):
    finer = FINER["a grade band"] | ELSEWHERE[where]
    assert gone([staff("REP-01"), staff("REP-01", cell_id="finer", **finer)]) == set()


ABOVE: dict[str, Any] = {"agency_code": "all", "agency_type": "all", "level": "country"}


def test_an_exact_figure_of_its_country_or_type_goes_and_one_made_of_published_counts_stays():
    cells = [
        staff("REP-01"),
        staff("RET-04", cell_id="exact", **ABOVE | ALONE),
        staff("RET-04", cell_id="of its type", **ALONE | ABOVE | {"agency_type": "police", "country_code": "all"}),
        staff("RET-04", cell_id="of all", **ALONE | ABOVE | {"country_code": "all"}),
        staff("VIC-04", cell_id="projected", **ABOVE | ALONE | {"unit": "years"}),
    ]
    assert gone(cells) == {"exact", "of its type", "of all"}


@pytest.mark.parametrize(
    "other",
    [{"country_code": "VNM"}, {"agency_type": "customs", "country_code": "all"}, {"period_year": 2024}, {"provenance": "synthetic"},
     {"period": "mid-year"}, {"source": "external"}],
)  # fmt: skip
def test_an_exact_figure_of_other_countries_types_years_and_sources_stays(other):
    assert gone([staff("REP-01"), staff("RET-04", cell_id="exact", **ABOVE | ALONE | other)]) == set()


def test_an_agency_without_a_stock_in_the_release_takes_nothing_above_it():
    above = staff("RET-04", cell_id="exact", **ABOVE | ALONE)
    assert gone([staff("REC-02"), above]) == set()
    assert gone([staff("REP-01", agency_code="B"), above]) == set()
    assert gone([staff("REP-01", **FINER["a grade band"]), above]) == {"REP-01"}
