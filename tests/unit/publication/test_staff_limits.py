"""Each rule of a published figure of staff at its limit and one step beyond, on either side of it, and the numbers that it publishes then."""

import math

import pytest

from parity.present import present
from publication.cell import NUMBERS, PublishedCell, Status
from publication.intervals import poisson_rate, ratio_of_shares
from publication.staff import Whole, compared, estimated, pairs, rate, share
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

# In the catalogue several limits are 5 or 10: with one number each, none can stand in for another.
DISTINCT = POLICY.model_copy(update={"min_base_hr": 11, "min_count": 4, "rounding_base": 5, "min_base_survey": 50})
IN, OUT = "fewer than 4 people in the group", "fewer than 4 people outside the group"


def staff(count, n, code="REP-01", **changes):
    given = {"source": "hr", "unit": "pct", "method": "census share", "indicator_code": code, "n": n}
    return a_cell(**given | {"numerator": float(count), "denominator": float(n), "estimate": 100 * count / n} | changes)


def told(row):
    return row.status, row.suppression_reason, row.numerator


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    [
        (4, 11, (Status.ROUNDED, None, 5)),
        (7, 11, (Status.ROUNDED, None, 5)),
        (3, 11, (Status.FEW, IN, None)),
        (8, 11, (Status.FEW, OUT, None)),
        (0, 11, (Status.FEW, IN, None)),
        (11, 11, (Status.FEW, OUT, None)),
        (5, 10, (Status.SUPPRESSED, "fewer than 11 staff", None)),
    ],
)
def test_a_share_of_those_who_moved_needs_the_least_base_and_enough_on_both_sides(count, n, expected):
    assert told(share(staff(count, n, "REC-02"), None, DISTINCT)) == expected


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    [
        (4, 11, (Status.ROUNDED, None, 5)),
        (3, 11, (Status.SUPPRESSED, IN, None)),
        (8, 11, (Status.SUPPRESSED, OUT, None)),
        (0, 11, (Status.ZERO, None, 0)),
        (11, 11, (Status.ROUNDED, None, 10)),
        (0, 10, (Status.SUPPRESSED, "fewer than 11 staff", None)),
    ],
)
def test_a_share_of_a_stock_needs_the_least_base_and_no_few_on_a_side(count, n, expected):
    assert told(share(staff(count, n), None, DISTINCT)) == expected


def test_cases_are_called_cases_in_a_stock_and_in_a_flow():
    cases = {"method": "share of cases"}
    assert share(staff(3, 40, "DQ-01", **cases), None, DISTINCT).suppression_reason == "fewer than 4 cases in the group"
    assert share(staff(37, 40, "HAR-06", **cases), None, DISTINCT).suppression_reason == "fewer than 4 cases outside the group"
    assert share(staff(5, 10, "DQ-01", **cases), None, DISTINCT).suppression_reason == "fewer than 11 cases"


@pytest.mark.parametrize(
    ("count", "whole", "why"),
    [
        (0, Whole(3, 300), IN),
        (0, Whole(1, 300), IN),
        (0, Whole(4, 300), None),
        (0, Whole(0, 300), None),
        (0, Whole(300, 3), None),
        (53, Whole(300, 3), OUT),
        (53, Whole(300, 1), OUT),
        (53, Whole(300, 4), None),
        (53, Whole(300, 0), None),
        (53, Whole(3, 300), None),
        (20, Whole(3, 3), None),
    ],
)
def test_nobody_of_one_sex_is_hidden_where_the_agency_has_few_of_that_sex(count, whole, why):
    assert share(staff(count, 53), whole, DISTINCT).suppression_reason == why


EVENTS = {"unit": "per 1000", "method": "events per person-time"}


@pytest.mark.parametrize(
    ("events", "n", "expected"),
    [
        (4, 11, (Status.ROUNDED, None, 5)),
        (3, 11, (Status.FEW, IN, None)),
        (0, 11, (Status.FEW, IN, None)),
        (11, 11, (Status.ROUNDED, None, 10)),
        (4, 10, (Status.SUPPRESSED, "fewer than 11 staff", None)),
    ],
)
def test_a_rate_needs_the_least_base_and_enough_events_and_has_no_other_side(events, n, expected):
    assert told(rate(staff(events, n, "HAR-05", **EVENTS, denominator=40.0), DISTINCT)) == expected


@pytest.mark.parametrize(("unit", "factor"), [("per 100 person-years", 100), ("per 1000", 1000), ("per 100000", 100_000)])
def test_a_rate_is_scaled_to_its_unit_with_its_interval(unit, factor):
    row = rate(staff(12, 33, "HAR-05", unit=unit, method="events per person-time", denominator=40.4), POLICY)
    low, high = poisson_rate(10, 40)
    assert (row.numerator, row.denominator, row.n) == (10, 40, 35)
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx((factor / 4, factor * low, factor * high))


@pytest.mark.parametrize(("years", "why"), [(0.4, "less than half a year of one person is observed"), (0.6, None)])
def test_half_a_year_of_one_person_is_the_least_that_a_rate_is_over(years, why):
    assert rate(staff(12, 33, "HAR-05", **EVENTS, denominator=years), POLICY).suppression_reason == why


FOUR = {"first_count": 30.0, "first_base": 100.0, "second_count": 40.0, "second_base": 120.0, "n_least": 100}
RATIO = {"unit": "ratio", "numerator": None, "denominator": None, "method": "ratio of census shares"}


def comparison(code="DEP-01", **changes):
    return staff(1, 220, code, **RATIO | FOUR | changes)


@pytest.mark.parametrize("side", ["first_count", "second_count"])
@pytest.mark.parametrize(
    ("count", "of_stock", "of_flow"),
    [
        (4, None, (Status.ROUNDED, None)),
        (3, IN, (Status.FEW, IN)),
        (1, IN, (Status.FEW, IN)),
        (0, None, (Status.FEW, IN)),
    ],
)
def test_a_comparison_needs_enough_counted_on_both_sides(side, count, of_stock, of_flow):
    row = pairs(comparison(**{side: float(count)}), DISTINCT)
    no_ratio = IN if (side, count) == ("second_count", 0) else of_stock  # nothing is divided by nobody
    assert row.suppression_reason == no_ratio
    row = pairs(comparison("REC-03", **{side: float(count)}), DISTINCT)
    assert (row.status, row.suppression_reason) == of_flow


@pytest.mark.parametrize("changes", [{"first_count": 97.0}, {"first_count": 99.0}, {"second_count": 117.0}])
def test_a_comparison_of_shares_hides_a_few_outside_and_one_of_rates_has_no_outside(changes):
    assert pairs(comparison(**changes), DISTINCT).suppression_reason == OUT
    assert not pairs(comparison(**changes, method="rate ratio"), DISTINCT).is_suppressed


@pytest.mark.parametrize("changes", [{"first_count": 96.0}, {"first_count": 100.0}, {"second_count": 116.0}])
def test_enough_or_nobody_outside_hides_no_comparison(changes):
    assert not pairs(comparison(**changes), DISTINCT).is_suppressed


@pytest.mark.parametrize(("n_least", "why"), [(11, None), (10, "fewer than 11 people on a side")])
def test_the_smaller_side_of_a_comparison_has_the_least_base(n_least, why):
    assert pairs(comparison(n_least=n_least), DISTINCT).suppression_reason == why


def test_a_comparison_that_is_not_available_says_so_only_where_nothing_is_hidden():
    why = "not defined: no man left"
    assert pairs(comparison(unavailable_reason=why), DISTINCT).unavailable_reason == why
    hidden = pairs(comparison(unavailable_reason=why, first_count=2.0), DISTINCT)
    assert (hidden.unavailable_reason, hidden.is_suppressed) == (None, True)


def test_a_ratio_of_shares_is_that_of_the_rounded_ones_and_only_a_selection_or_a_rate_has_an_interval():
    row = pairs(comparison(first_count=32.0, reference_value=0.8), POLICY)
    assert (row.estimate, row.n, row.ci_low, row.reference_value) == (pytest.approx((30 / 100) / (40 / 120)), 220, None, None)
    row = pairs(comparison("REC-03", first_count=32.0, method="ratio of selection rates"), POLICY)
    assert (row.ci_low, row.ci_high) == pytest.approx(ratio_of_shares(30, 100, 40, 120)[0])
    assert row.method == "ratio of selection rates; Katz"
    row = pairs(comparison("RET-02", first_base=100.4, method="rate ratio"), POLICY)
    factor = math.exp(1.959963984540054 * math.sqrt(1 / 30 + 1 / 40))
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx((0.9, 0.9 / factor, 0.9 * factor))
    assert row.method == "rate ratio; log-normal"


def test_the_reference_of_a_ratio_is_told_in_steps_that_its_interval_supports():
    row = pairs(comparison("REC-03", method="ratio of selection rates", reference_value=0.834), POLICY)
    half = (present(row.ci_high) - present(row.ci_low)) / 2
    assert 0.2 <= half < 0.4 and row.reference_value == 0.8  # steps of 0.1: the half of 0.2 to 0.4
    row = pairs(
        comparison("REC-03", method="ratio of selection rates", reference_value=0.834, first_base=1000.0, second_base=1200.0),
        POLICY,
    )
    assert row.reference_value in (0.8, 0.9)


def test_rates_over_no_time_are_not_compared():
    row = pairs(comparison("RET-02", second_base=0.4, method="rate ratio"), POLICY)
    assert row.suppression_reason == "less than half a year of one person is observed"


def test_a_difference_to_a_public_share_moves_with_its_bounds_by_the_rounding():
    one = {"second_count": None, "second_base": None, "unit": "percentage points", "first_count": 32.0, "first_base": 101.0}
    row = pairs(comparison(**one, estimate=10.0, bound_low=4.0, bound_high=16.0), POLICY)
    moved = 100 * (32 / 101 - 30 / 100)
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx((10 + moved, 4 + moved, 16 + moved), abs=1e-6)
    row = pairs(comparison(**one, estimate=10.0), POLICY)
    assert (row.estimate, row.ci_low, row.ci_high) == (pytest.approx(10 + moved, abs=1e-6), None, None)


@pytest.mark.parametrize(("victims", "n"), [(40.5, 40), (2000.0, 220)])
def test_the_base_of_a_difference_to_a_public_share_is_the_smaller_of_both(victims, n):
    one = {"second_count": None, "second_base": None, "unit": "percentage points", "first_count": 32.0, "first_base": 101.0}
    row = pairs(comparison(**one, estimate=10.0, numerator=30.0, denominator=victims), POLICY)
    assert (row.n, row.numerator, row.denominator) == (n, 30.0, victims)


def test_nobody_over_a_public_share_is_nothing_and_not_divided_by():
    one = {"second_count": None, "second_base": None, "first_count": 0.0}
    assert pairs(comparison(**one, estimate=0.0), POLICY).estimate == 0


def test_a_comparison_with_nobody_on_its_second_side_is_withheld():
    cell = comparison()
    row = compared(cell, [(30.0, 100.0), (0.0, 120.0)], PublishedCell.of(cell), POLICY, 220)
    assert row.suppression_reason == "fewer than 5 people in the group"


ALONE = {"numerator": None, "denominator": None, "n_least": 60, "count_least": 12, "first_count": None, "first_base": None}


def alone(code="PAY-01", **changes):
    return staff(1, 122, code, **ALONE | {"unit": "years", "estimate": 12.3, "method": "median"} | changes)


@pytest.mark.parametrize(
    ("code", "changes", "expected"),
    [
        ("X", {}, (Status.ROUNDED, None)),
        ("X", {"n_least": 11}, (Status.ROUNDED, None)),
        ("X", {"n_least": 10}, (Status.SUPPRESSED, "fewer than 11 people on a side")),
        ("X", {"count_least": 4}, (Status.ROUNDED, None)),
        ("X", {"count_least": 3}, (Status.SUPPRESSED, IN)),
        ("X", {"count_least": 0}, (Status.SUPPRESSED, IN)),
        ("X", {"count_least": None}, (Status.ROUNDED, None)),
        ("X", {"estimate": 0.0}, (Status.ROUNDED, None)),
        ("PRO-05", {"count_least": 4}, (Status.ROUNDED, None)),
        ("PRO-05", {"count_least": 3}, (Status.FEW, IN)),
        ("PRO-05", {"count_least": None}, (Status.FEW, IN)),
        ("PRO-05", {"estimate": 0.0}, (Status.FEW, IN)),
        ("PRO-05", {"unavailable_reason": "not defined: nobody rose"}, (Status.FEW, IN)),
        ("PRO-05", {"unavailable_reason": "not available: needs X"}, (Status.NOT_AVAILABLE, None)),
        ("X", {"unavailable_reason": "not defined: nobody rose"}, (Status.NOT_DEFINED, None)),
    ],
)
def test_a_figure_without_counts_needs_enough_people_and_enough_counted(code, changes, expected):
    row = estimated(alone(code, **changes), DISTINCT)
    assert (row.status, row.suppression_reason) == expected


@pytest.mark.parametrize(("unit", "n_least", "why"), [
    ("index 0-1", 100, None), ("index 0-1", 99, "fewer than 100 women or men"), ("years", 99, None),
])  # fmt: skip
def test_an_index_needs_a_hundred_women_and_a_hundred_men(unit, n_least, why):
    assert estimated(alone(unit=unit, n_least=n_least), POLICY).suppression_reason == why


def test_what_is_not_available_holds_no_number_and_no_decimal():
    row = estimated(alone(unavailable_reason="not reached: 21.4 % after 12.6 years"), POLICY)
    assert row.unavailable_reason == "not reached: 21 % after 13 years"
    assert [getattr(row, name) for name in NUMBERS] == [None] * len(NUMBERS)


def published(**changes):
    row = estimated(alone(**changes), POLICY)
    return row.estimate, row.ci_low, row.ci_high, row.method


def test_the_interval_is_that_of_the_logarithm_of_the_error_or_of_the_bounds_in_this_order():
    """Steps: years go by 0.5 at the least, or by what half of the interval's half width holds."""
    both = {"se": 1.0, "bound_low": 11.0, "bound_high": 13.0}
    assert published() == (12.5, None, None, "median")
    assert published(bound_low=11.2, bound_high=13.1) == (12.5, 11, 13.5, "median")
    assert published(**both) == (12.5, 10, 14.5, "median; normal")  # 12.3 ∓ 1.96
    assert published(**both, se_log=0.2) == (12, 8, 20, "median; log-normal")  # 8.31 to 18.20, in steps of 2
    assert published(se_log=0.2, estimate=0.0, se=None, unit="ratio")[:3] == (0, None, None)


@pytest.mark.parametrize(("half_width", "expected"), [
    (None, (Status.SUPPRESSED, "too imprecise to publish", None)),
    (2.51, (Status.SUPPRESSED, "too imprecise to publish", None)),
    (2.5, (Status.ROUNDED, None, "wide interval: read with care")),
    (1.26, (Status.ROUNDED, None, "wide interval: read with care")),
    (1.25, (Status.ROUNDED, None, None)),
])  # fmt: skip
def test_a_difference_of_medians_needs_an_interval_with_two_ends_that_is_not_too_wide(half_width, expected):
    ends = {} if half_width is None else {"bound_low": 12.0 - half_width, "bound_high": 12.0 + half_width}
    row = estimated(alone("PRO-05", method="Kaplan-Meier medians; MOVER", **ends), POLICY)
    assert (row.status, row.suppression_reason, row.quality_flag) == expected
    equal = estimated(alone("PRO-05", method="Kaplan-Meier medians; MOVER", estimate=0.0, bound_low=-1.0, bound_high=1.0), POLICY)
    assert (equal.status, equal.estimate) == (Status.ROUNDED, 0)  # equal medians are no class of nobody
    # Another figure in years, such as a projection, has no such rule, and too few people are a reason before the width is.
    assert estimated(alone("PRO-05", **ends), POLICY).suppression_reason is None
    few = estimated(alone("PRO-05", method="Kaplan-Meier medians", count_least=3), POLICY)
    assert few.status == Status.FEW


def test_a_ratio_of_promotions_of_nobody_is_a_class_and_never_a_zero_without_interval():
    nobody = {"unit": "ratio", "estimate": 0.0, "se_log": None, "method": "Mantel-Haenszel risk ratio over grades"}
    row = estimated(alone("PRO-04", **nobody), DISTINCT)
    assert (row.status, row.estimate, row.suppression_reason) == (Status.FEW, None, IN)


def test_a_share_with_an_interval_of_its_logarithm_ends_at_a_hundred_and_other_figures_do_not():
    assert published(estimate=90.0, se_log=0.2, unit="pct")[2] == 100
    assert published(estimate=90.0, se_log=0.2, unit="years")[2] > 100


def test_people_and_references_are_rounded_and_a_projection_is_told_in_whole_units():
    row = estimated(alone(reference_value=17.2, se=0.3), POLICY)
    assert (row.n, row.reference_value, row.se) == (120, 17, None)
    assert estimated(alone(reference_value=17.4), POLICY).reference_value == 17.5
    assert estimated(alone(reference_value=17.4, method="projection of current flows"), POLICY).reference_value == 17
    assert estimated(alone(reference_value=17.4, method="projection of current flows", se=6.0), POLICY).reference_value == 15
