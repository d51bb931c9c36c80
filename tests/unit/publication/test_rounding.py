"""Rounding, classes and bounds: by hand, and what holds of all numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.rounding import bound_pct, outward, rounded, supported_step, to_step
from tests.unit.publication.cells import released_alone


@pytest.mark.parametrize(
    ("count", "base", "shown"), [(0, 5, 0), (5, 5, 5), (7, 5, 5), (8, 5, 10), (12, 5, 10), (15, 10, 20), (2.5, 5, 5)]
)
def test_counts_go_to_the_nearest_multiple(count, base, shown):
    assert rounded(count, base) == shown


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_part_is_never_rounded_over_its_whole_and_moves_by_two_at_the_most(part, rest):
    assert rounded(part, 5) <= rounded(part + rest, 5)
    assert abs(rounded(part, 5) - part) <= 2


@pytest.mark.parametrize(
    ("half_width", "least", "step"),
    [(12, 1, 5), (8, 1, 2), (4, 1, 2), (3.9, 1, 1), (0.3, 1, 1), (0.3, 0.01, 0.1), (None, 1, 1), (0, 0.5, 0.5)],
)
def test_a_step_is_no_more_than_half_of_what_the_interval_leaves_open(half_width, least, step):
    assert supported_step(half_width, least) == pytest.approx(step)


@given(st.floats(-1000, 1000), st.floats(0, 100), st.sampled_from([0.01, 0.1, 1, 2, 5]))
def test_an_interval_is_rounded_outward_to_multiples_of_the_step(low, width, step):
    least, greatest = outward((low, low + width), step)
    assert least <= low + 1e-6 and greatest >= low + width - 1e-6
    assert greatest - least <= width + 2 * step + 1e-6
    assert math.isclose(least / step, round(least / step), abs_tol=1e-4)


def test_no_zero_is_negative_and_no_binary_fraction_shows():
    assert str(to_step(-0.2, 1)) == "0.0" and to_step(0.30000000000000004, 0.1) == 0.3 and to_step(None, 1) is None


def answers(n, n_positive, estimate, **changes):
    cell = {"source": "survey", "statistic": "share", "unit": "pct", "gender": "woman", "n": n, "n_positive": n_positive}
    cell |= {"estimate": estimate, "se": 2.0, "df": n - 1, "numerator": 1234.5678, "denominator": 9876.5432, "method": "m"}
    return released_alone(cell | changes)


def test_a_share_of_a_survey_is_told_in_whole_per_cent_and_nothing_that_tells_its_base_exactly():
    row = answers(62, 30, 48.3871)
    assert (row["estimate"], row["n"], row["status"]) == (48, 60, "rounded")
    assert row["numerator"] is row["denominator"] is row["se"] is row["df"] is None
    assert row["ci_low"] == int(row["ci_low"]) and row["ci_high"] == int(row["ci_high"])


def test_a_share_with_few_on_one_side_is_a_bound():
    assert bound_pct(5, 60) == 9
    low, high = answers(62, 3, 4.1), answers(62, 60, 96.2)
    assert (low["status"], low["estimate"], low["ci_low"], low["ci_high"]) == ("bounded", None, 0, 9)
    assert (high["status"], high["estimate"], high["ci_low"], high["ci_high"]) == ("bounded", None, 91, 100)


def test_a_bound_that_the_weighted_share_does_not_keep_is_suppressed():
    row = answers(62, 3, 14.0)
    assert (row["status"], row["suppression_reason"], row["ci_high"]) == ("suppressed", "fewer than 5 people in the group", None)


def test_the_base_of_a_sensitive_figure_is_rounded_to_ten():
    assert answers(66, 30, 45.0, is_sensitive=True)["n"] == 70


def test_a_mean_is_told_to_a_tenth():
    row = answers(62, None, 3.1487, statistic="mean", unit="mean 1-5", se=0.05)
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == (3.1, 3.0, 3.3)


def staff(**changes):
    cell = {"source": "hr", "unit": "pct", "method": "census share", "indicator_code": "REP-01", "n": 53, "denominator": 53.0}
    return released_alone(cell | changes)


def test_a_share_of_staff_is_computed_from_its_rounded_counts():
    row = staff(numerator=13.0, estimate=24.528)
    assert (row["numerator"], row["denominator"], row["n"], row["status"]) == (15, 55, 55, "rounded")
    assert row["estimate"] == pytest.approx(100 * 15 / 55)


@pytest.mark.parametrize(
    ("numerator", "status"), [(0.0, "zero"), (1.0, "suppressed"), (4.0, "suppressed"), (49.0, "suppressed"), (53.0, "rounded")]
)
def test_of_a_stock_nobody_is_told_and_a_few_are_not(numerator, status):
    assert staff(numerator=numerator)["status"] == status


@pytest.mark.parametrize("numerator", [0.0, 4.0, 49.0, 53.0])
def test_of_a_flow_nobody_and_a_few_are_one_class(numerator):
    row = staff(numerator=numerator, indicator_code="REC-02")
    assert row["status"] == "few" and row["numerator"] is row["estimate"] is row["n"] is None


@pytest.mark.parametrize(("women_of_agency", "status"), [(3.0, "suppressed"), (0.0, "zero"), (5.0, "zero")])
def test_no_women_in_a_grade_is_told_only_where_the_women_of_the_agency_are_no_small_number(women_of_agency, status):
    from publication.candidate import release_row
    from publication.staff import Whole
    from tests.unit.publication.cells import a_cell
    from tests.unit.publication.policy import POLICY

    cell = a_cell(source="hr", unit="pct", method="census share", indicator_code="REP-01", n=53, numerator=0.0, denominator=53.0)
    assert release_row(cell, POLICY, Whole(women_of_agency, 300.0)).status == status


def test_a_ratio_moves_with_the_rounded_share_where_the_other_side_is_public():
    row = staff(unit="ratio", source="hr+external", indicator_code="REP-02", n_least=53, count_least=13, first_count=13.0, first_base=53.0,
                numerator=None, denominator=None, estimate=13 / 53 / 0.5)  # fmt: skip
    assert row["estimate"] == pytest.approx(15 / 55 / 0.5) and row["n"] == 55


def test_a_number_in_the_words_of_what_is_not_reached_has_no_decimals():
    row = staff(unit="years", indicator_code="VIC-04", n_least=100, count_least=20, estimate=None,
                unavailable_reason="not reached: at current flows the share levels off at 21.4 %")  # fmt: skip
    assert row["unavailable_reason"].endswith("levels off at 21 %") and row["status"] == "not available"


def test_a_rate_over_less_than_half_a_person_year_is_no_figure():
    rate = {"unit": "per 1000", "indicator_code": "HAR-05", "method": "events per person-time", "n": 12, "estimate": 1.0}
    row = staff(**rate, numerator=6.0, denominator=0.2)
    assert row["is_suppressed"] and row["suppression_reason"].startswith("less than half a year")


def test_a_unit_without_a_step_is_told_in_whole_numbers():
    row = staff(unit="weeks", indicator_code="X-01", n_least=100, estimate=12.4, numerator=None, denominator=None)
    assert row["estimate"] == 12


def test_the_mean_of_two_counts_of_staff_is_rounded_as_they_are():
    row = staff(
        unit="per 100 person-years",
        indicator_code="RET-01",
        method="events per mean staff of the year",
        n=26,
        numerator=18.0,
        denominator=13.0,
    )
    assert (row["numerator"], row["denominator"]) == (20, 15)


@pytest.mark.parametrize(
    "changes", [{"estimate": 0.0}, {"estimate": None, "unavailable_reason": "not defined: no man was promoted"}]
)
def test_that_nobody_of_one_sex_was_promoted_is_not_told(changes):
    row = staff(unit="ratio", indicator_code="PRO-04", n_least=60, count_least=20, numerator=None, denominator=None, **changes)
    assert row["status"] == "few" and row["unavailable_reason"] is None


@pytest.mark.parametrize("women", [13.0, 14.0, 15.0, 17.0])
def test_the_last_digits_of_a_ratio_to_a_public_figure_do_not_tell_the_exact_share(women):
    public = 0.4982716049382716
    told = {
        staff(
            unit="ratio",
            source="hr+external",
            indicator_code="REP-02",
            n_least=base,
            count_least=13,
            first_count=women,
            first_base=base,
            n=base,
            numerator=None,
            denominator=None,
            estimate=women / base / public,
        )["estimate"]
        for base in (53.0, 54.0, 55.0, 56.0, 57.0)
    }
    assert len(told) == 1
