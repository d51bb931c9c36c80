"""Each limit of a total above an agency, at it and one step beyond: who is missing, what stands in for a hidden count, and how small a sum may be."""

from dataclasses import replace

import pytest

from publication.above_agency import Member, pooled, total
from publication.candidate import release_row
from publication.cell import Status
from publication.disclosure import NO_BREAKDOWNS, WITH_ANOTHER
from publication.intervals import poisson_rate
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

STOCK = {"indicator_code": "DEP-02", "source": "hr", "unit": "pct", "method": "census share"}
FLOW = {"indicator_code": "RET-01", "source": "hr", "unit": "per 100 person-years", "method": "events per person-time"}
TOO_MANY_MISSING = "the figures of agencies with too many of the staff are withheld"


def member(count, n, policy=POLICY, withheld=None, **changes):
    """An agency with so many counted of `n`, and what it publishes."""
    numbers = {"numerator": float(count), "denominator": float(n), "n": n, "estimate": 100 * count / n}
    cell = a_cell(**STOCK | {"agency_code": "A", "level": "agency", "period_year": 2025} | numbers | changes)
    row = release_row(cell, policy)
    return Member(cell, row.suppress(withheld) if withheld else row)


def total_of(*members, policy=POLICY, **changes):
    numbers = {"numerator": 1.0, "denominator": 2.0, "n": 2, "estimate": 50.0}
    cell = a_cell(**STOCK | {"agency_code": "all", "level": "country", "period_year": 2025} | numbers | changes)
    return total(cell, list(members), policy)


@pytest.mark.parametrize(("n", "is_shown"), [(171, True), (170, False)])
def test_missing_agencies_may_have_five_per_cent_of_the_staff_and_no_more(n, is_shown):
    row = total_of(member(40, n), member(5, 9))  # 9 of 180 are 5 %
    assert (row.n_agencies, row.n_agencies_missing) == ((1, 1) if is_shown else (None, None))
    assert row.suppression_reason == (None if is_shown else TOO_MANY_MISSING)


@pytest.mark.parametrize("why", [WITH_ANOTHER, NO_BREAKDOWNS])
def test_an_agency_that_is_withheld_whatever_its_size_is_missing(why):
    row = total_of(member(400, 2000), member(40, 90, withheld=why))
    assert (row.numerator, row.n, row.n_agencies, row.n_agencies_missing) == (400, 2000, 1, 1)


def test_an_agency_of_the_least_base_counts_though_its_few_are_hidden_and_a_smaller_one_is_missing():
    least = POLICY.min_base_hr
    row = total_of(member(400, 2000), member(3, least))
    assert (row.n_agencies, row.n_agencies_missing, row.n) == (2, 0, 2010)
    assert total_of(member(400, 2000), member(3, least - 1)).n_agencies_missing == 1


def test_an_agency_whose_figure_is_not_available_is_missing():
    row = total_of(member(400, 2000), member(40, 90, unavailable_reason="not available: needs X"))
    assert (row.numerator, row.n_agencies, row.n_agencies_missing) == (400, 1, 1)
    assert total_of(member(40, 90, unavailable_reason="not available: needs X")).suppression_reason == TOO_MANY_MISSING
    assert total_of().suppression_reason == TOO_MANY_MISSING


@pytest.mark.parametrize(("least", "why"), [(50, None), (51, "fewer than 51 staff")])
def test_a_total_has_a_least_base_itself(least, why):
    assert total_of(member(20, 50), policy=POLICY.model_copy(update={"min_base_hr": least})).suppression_reason == why


@pytest.mark.parametrize(("counts", "shown"), [([0, 0], 0), ([0, 2], None), ([4, 20], None), ([4, 30], 35)])
def test_of_a_stock_nobody_is_told_and_a_few_are_not(counts, shown):
    """A hidden count stands as 2.5: a sum of that alone is small, of 22.5 it is more than a tenth, and of 32.5 less."""
    policy = POLICY.model_copy(update={"max_filled_pct": 10})
    row = total_of(*(member(count, 200) for count in counts), policy=policy)
    assert row.numerator == shown and row.is_suppressed is (shown is None)
    assert row.status == (Status.ROUNDED if shown else Status.ZERO if shown == 0 else Status.SUPPRESSED)


@pytest.mark.parametrize(("counts", "status"), [([0], Status.FEW), ([0, 4], Status.FEW), ([0, 20], Status.ROUNDED)])
def test_of_a_flow_nobody_and_a_few_are_one_class(counts, status):
    members = [member(count, 200, **FLOW) for count in counts]
    assert total_of(*members, **FLOW).status == status


@pytest.mark.parametrize(("most", "is_shown"), [(20, True), (19.9, False)])
@pytest.mark.parametrize("hidden", [1, 4])
def test_stand_ins_may_be_so_much_of_a_sum_and_no_more(most, is_shown, hidden):
    policy = POLICY.model_copy(update={"max_filled_pct": most})
    row = total_of(member(10, 200), member(hidden, 200), policy=policy)  # 2.5 of 12.5
    assert row.suppression_reason == (None if is_shown else "too few people in most of its agencies")


@pytest.mark.parametrize("outside", [1, 4])
def test_a_few_outside_are_hidden_in_a_total_as_a_few_inside_are(outside):
    policy = POLICY.model_copy(update={"max_filled_pct": 100})
    row = total_of(member(200 - outside, 200), member(50, 50), policy=policy)
    assert row.suppression_reason == "fewer than 5 people outside the group" and row.numerator is None
    row = total_of(member(200 - outside, 200), member(40, 50), policy=policy)
    assert (row.numerator, row.denominator) == (240, 250)  # 197.5 and 40, to the nearest 5


def test_everybody_of_each_agency_is_everybody_of_their_country():
    row = total_of(member(203, 203), member(52, 52))
    assert (row.numerator, row.denominator, row.estimate) == (255, 255, 100)


def survival(estimate=90.0, withheld=None, **changes):
    numbers = {"indicator_code": "RET-04", "n_least": 60, "count_least": 12, "estimate": estimate}
    return member(60, 120, withheld=withheld, **numbers | {"numerator": None, "denominator": None} | changes)


def pooled_of(*members):
    of_all = survival(agency_code="all", level="country")
    return pooled(of_all.cell, of_all.row, list(members), POLICY)


def test_a_pooled_figure_goes_with_the_withheld_one_of_any_agency_and_not_with_one_that_there_is_not():
    assert (pooled_of(survival(), survival()).estimate, pooled_of(survival(), survival()).n_agencies) == (90, 2)
    hidden, absent = (
        survival(withheld="x"),
        survival(unavailable_reason="not defined: nobody left", estimate=None, indicator_code="PAY-01"),
    )
    row = pooled_of(survival(), hidden)
    assert row.suppression_reason == "the figure of one of its agencies is withheld" and row.estimate is None
    row = pooled_of(survival(), absent)
    assert (row.suppression_reason, row.n_agencies, row.n_agencies_missing) == (None, 1, 0)
    assert pooled_of(absent).is_suppressed and pooled_of().is_suppressed
    imprecise = survival(withheld="too imprecise to publish")
    row = pooled_of(survival(), imprecise)
    assert (row.estimate, row.n_agencies, row.n_agencies_missing) == (90, 2, 0)  # it is in the figure of both, and hides nobody


def test_a_rate_of_a_country_is_its_events_over_its_person_years_with_the_interval_of_these():
    row = total_of(*(member(31, 204, denominator=180.4, **FLOW) for _ in range(2)), **FLOW)
    low, high = poisson_rate(60, 360)
    assert (row.numerator, row.denominator, row.n) == (60, 360, 410)
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx((100 / 6, 100 * low, 100 * high))


def ratio(first, second, **changes):
    """Women's count and base, and men's."""
    four = {"first_count": first[0], "first_base": first[1], "second_count": second[0], "second_base": second[1], "n_least": 60}
    pair = {
        "indicator_code": "DEP-01",
        "unit": "ratio",
        "method": "ratio of census shares",
        "numerator": None,
        "denominator": None,
    }
    return member(1, int(first[1] + second[1]), **four | pair | changes)


def ratio_of(*members, **changes):
    cell = ratio((30.0, 100.0), (40.0, 100.0), agency_code="all", level="country", **changes).cell
    return total(cell, list(members), POLICY)


@pytest.mark.parametrize(("women", "counted"), [(3.0, 302.5), (57.0, 357.5), (0.0, 300), (60.0, 360), (21.0, 320)])
def test_each_side_of_a_ratio_has_its_own_stand_ins(women, counted):
    """A few women are 2.5, a few others are all but 2.5, and nobody is told as nobody where the agency's ratio is."""
    row = ratio_of(ratio((300.0, 600.0), (90.0, 300.0)), ratio((women, 60.0), (30.0, 60.0)))
    assert row.estimate == pytest.approx((counted / 660) / (120 / 360)) and row.n_agencies == 2


def test_time_at_risk_goes_to_whole_years_and_no_few_are_outside_it():
    rates = {"indicator_code": "RET-02", "method": "rate ratio"}
    row = ratio_of(*(ratio((30.0, 33.4), (20.0, 100.4), **rates) for _ in range(2)), **rates)
    assert row.estimate == pytest.approx((60 / 66) / (40 / 200))


NO_MAN = "not defined: no man"


@pytest.mark.parametrize(("men", "why", "said"), [(0.0, NO_MAN, NO_MAN), (40.0, None, None)])
def test_a_ratio_of_a_stock_is_undefined_only_where_what_is_published_has_nobody_to_divide_by(men, why, said):
    row = ratio_of(*(ratio((30.0, 100.0), (men, 100.0), unavailable_reason=why) for _ in range(2)), unavailable_reason=why)
    assert (row.unavailable_reason, row.is_suppressed) == (said, False)
    assert row.estimate == (None if said else pytest.approx(0.75))


def test_an_agency_without_a_number_of_staff_has_none_of_the_staff_that_are_missing():
    absent = member(40, 90, unavailable_reason="not available: needs X")
    assert total_of(member(9, 18), Member(replace(absent.cell, n=None), absent.row)).n_agencies_missing == 1
    hidden = member(3, 90)
    assert hidden.row.is_suppressed
    assert total_of(member(9, 18), Member(replace(hidden.cell, n=None), hidden.row)).n_agencies_missing == 1


def test_of_a_flow_the_class_may_stand_as_nobody_and_is_still_no_number():
    policy = POLICY.model_copy(update={"class_value": 0})
    assert total_of(member(0, 200, **FLOW), member(4, 200, **FLOW), policy=policy, **FLOW).status == Status.FEW


@pytest.mark.parametrize(("count", "shown"), [(0, 25), (4, 25), (5, 25), (10, 30)])
def test_of_a_flow_nobody_stands_as_a_few_do(count, shown):
    policy = POLICY.model_copy(update={"class_value": 3})
    members = [member(20, 200, **FLOW), member(count, 200, **FLOW)]
    assert total_of(*members, policy=policy, **FLOW).numerator == shown


@pytest.mark.parametrize(
    ("women", "men", "counted"), [(3.0, 0.0, (302.5, 92.5)), (30.0, 0.0, (330, 92.5)), (3.0, 30.0, (302.5, 120))]
)
def test_in_a_figure_that_is_withheld_nobody_stands_as_a_few_do(women, men, counted):
    row = ratio_of(ratio((300.0, 600.0), (90.0, 300.0)), ratio((women, 60.0), (men, 60.0)))
    assert row.estimate == pytest.approx((counted[0] / 660) / (counted[1] / 360))
