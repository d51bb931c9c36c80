"""A staff figure names the day that it is of, where that is no year's end, and says how many staff are of unknown sex and in no part of it."""

import datetime as dt

import pytest

from publication.cell import MID_YEAR, Status
from publication.newest import label
from publication.notes import noted
from tests.unit.publication.cells import a_published_cell
from tests.unit.publication.policy import POLICY

SEPTEMBER, YEARS_END = dt.date(2025, 9, 30), dt.date(2025, 12, 31)
OF = {"agency_code": "A", "agency_type": "police", "country_code": "AAA", "agency_name": "Police"}
TOTAL = {"agency_code": "all", "agency_type": "all", "country_code": "AAA", "country_name": "Aland"}


def figure(**given):
    said = {
        "indicator_code": "REP-01",
        "source": "hr",
        "period_year": 2025,
        "provenance": "real",
        "status": Status.ROUNDED,
        "estimate": 30.0,
    }
    return a_published_cell(**said | OF | given)  # fmt: skip


def unknown(numerator=15.0, denominator=1410.0, **given):
    return figure(**{"indicator_code": "REP-06", "numerator": numerator, "denominator": denominator} | given)


def notes(*rows):
    return [row.quality_flag for row in noted(rows, POLICY)]


def test_a_list_of_september_is_called_so_and_one_of_december_is_the_years():
    assert notes(figure(period_date=SEPTEMBER), figure()) == ["as of 30 September 2025", None]
    assert label(figure(period_date=SEPTEMBER)) == "Police, 2025 (30 September) · REP-01"
    assert label(figure()) == "Police, 2025 · REP-01"


def test_a_total_names_the_first_and_last_day_of_its_agencies_lists():
    other = {"agency_code": "B"}
    assert notes(figure(period_date=SEPTEMBER), figure(**other), figure(**TOTAL)) == [
        "as of 30 September 2025", None, "from lists of 30 September 2025 to 31 December 2025",
    ]  # fmt: skip
    assert notes(figure(period_date=SEPTEMBER), figure(**TOTAL, period_date=SEPTEMBER))[1] == "as of 30 September 2025"
    # Another country's list, another year's and another figure's are in no total of it.
    elsewhere = figure(country_code="BBB", period_date=SEPTEMBER), figure(period_year=2024, period_date=SEPTEMBER)
    assert notes(*elsewhere, figure(indicator_code="REP-03", period_date=SEPTEMBER), figure(**TOTAL))[-1] is None


@pytest.mark.parametrize("given", [
    {"source": "survey"}, {"source": "external"}, {"period": MID_YEAR}, {"status": Status.SUPPRESSED}, {"status": Status.FEW},
    {"status": Status.NOT_AVAILABLE}, {"status": Status.NOT_DEFINED},
])  # fmt: skip
def test_what_is_no_shown_figure_of_staff_and_a_year_has_no_note(given):
    assert notes(figure(period_date=SEPTEMBER, **given), unknown())[0] is None


def test_who_is_of_unknown_sex_is_told_next_to_every_figure_of_women_and_men_of_the_place():
    said = "sex not known of 15 of 1,410 staff, who are left out"
    rows = [
        figure(),
        figure(grade_band="senior"),
        figure(indicator_code="RET-01", gender="woman"),
        figure(agency_code="B"),
        figure(period_year=2024),
    ]
    assert notes(unknown(), *rows) == [None, said, said, said, None, None]
    assert (
        notes(unknown(), *(figure(indicator_code=code) for code in ("HAR-05", "HAR-06", "LDR-04", "REC-01", "REC-03")))
        == [None] * 6
    )


def test_a_few_of_unknown_sex_are_told_as_rep_06_tells_them_and_nobody_is_not():
    hidden = {"numerator": None, "denominator": None, "status": Status.SUPPRESSED}
    few, of_another = (
        {**hidden, "suppression_reason": why}
        for why in ("fewer than 5 people in the group", "too few people, here or in another part")
    )
    assert notes(unknown(**few), figure())[1] == "sex not known of a few staff, who are left out"
    assert notes(unknown(**of_another), figure())[1] is None
    assert notes(unknown(numerator=0.0, status=Status.ZERO), figure())[1] is None


def test_notes_follow_those_that_a_figure_has():
    flagged = figure(period_date=SEPTEMBER, quality_flag="wide interval: read with care")
    assert notes(unknown(), flagged)[1] == (
        "wide interval: read with care; as of 30 September 2025; sex not known of 15 of 1,410 staff, who are left out"
    )
