"""The closed form of the cohort model against year-by-year bookkeeping."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.projection import Flows, what_if

FLOWS = Flows(year=2024, women=120, men=880, hired=60, women_share_of_hires=0.2, women_leave=0.06, men_leave=0.04)
rates = st.floats(0, 1)
flows = st.builds(Flows, st.just(2024), st.floats(0, 1e5), st.floats(1, 1e5), st.floats(0.1, 1e4), st.floats(0, 1), rates, rates)


def simulated(flows: Flows, years: int, share: float | None = None) -> float:
    share = flows.women_share_of_hires if share is None else share
    women, men = flows.women, flows.men
    for _ in range(years):
        women, men = (
            women * (1 - flows.women_leave) + flows.hired * share,
            men * (1 - flows.men_leave) + flows.hired * (1 - share),
        )
    return 100 * women / (women + men)


@given(flows, st.integers(0, 60))
def test_the_share_after_some_years_is_that_of_the_books(flows, years):
    assert flows.share_after(years) == pytest.approx(simulated(flows, years), rel=1e-6, abs=1e-6)


@given(flows, st.floats(1, 99), st.integers(1, 40))
def test_hiring_the_needed_share_of_women_reaches_the_target_in_the_year(flows, target, years):
    needed = flows.share_needed(target, years)
    if 0 <= needed <= 100:
        assert simulated(flows, years, needed / 100) == pytest.approx(target, rel=1e-6)
    elif needed > 100:
        assert simulated(flows, years, 1) <= target * (1 + 1e-9)
    else:
        assert simulated(flows, years, 0) >= target * (1 - 1e-9)


def test_nothing_is_needed_of_the_past_or_of_nobody():
    assert FLOWS.share_needed(30, 0) is None
    assert what_if(FLOWS, hires_factor=0).share_needed(30, 5) is None


def test_years_to_a_target_are_none_where_the_share_levels_off_below_it():
    steady = 0.2 / 0.06 / (0.2 / 0.06 + 0.8 / 0.04)
    assert steady < 0.3 and FLOWS.years_to(30) is None
    assert FLOWS.years_to(math.floor(FLOWS.share_after(7))) <= 7
    assert FLOWS.years_to(10) == 0


def test_a_question_changes_only_what_it_names():
    assert what_if(FLOWS) == FLOWS
    asked = what_if(FLOWS, hires_factor=2, women_share_of_hires=0.5, women_leave_as_men=True)
    assert (asked.hired, asked.women_share_of_hires, asked.women_leave, asked.men_leave) == (120, 0.5, 0.04, 0.04)
    assert what_if(FLOWS, men_separation_factor=50).men_leave == 1


@pytest.mark.parametrize("years", [0, 1, 5])
def test_as_many_women_as_men_who_come_and_go_alike_stay_at_a_half(years):
    even = Flows(2024, women=500, men=500, hired=40, women_share_of_hires=0.5, women_leave=0.05, men_leave=0.05)
    assert even.share_after(years) == pytest.approx(50)


def test_nobody_is_no_share():
    assert math.isnan(Flows(2024, 0, 0, 0, 0.5, 0.05, 0.05).share_after(3))


@pytest.mark.parametrize("target", [0, 100])
def test_no_share_of_hires_makes_everybody_women_or_men(target):
    assert FLOWS.share_needed(target, 5) is None and FLOWS.share_needed(1 if target == 0 else 99, 5) is not None


def test_a_target_that_is_reached_within_a_hundred_years_and_not_one_later():
    slow = Flows(2024, women=100, men=900, hired=10, women_share_of_hires=0.5, women_leave=0.01, men_leave=0.01)
    assert slow.years_to(slow.share_after(100)) == 100
    assert slow.years_to(slow.share_after(101)) is None


@pytest.mark.parametrize(("leave", "left"), [(0, 120), (1, 0)])
def test_those_in_post_stay_all_or_none_where_nobody_or_everybody_leaves(leave, left):
    flows = what_if(Flows(2024, 120, 80, 10, 0.0, leave, 0.0))
    assert flows.share_after(1) == pytest.approx(100 * left / (left + 90))


@pytest.mark.parametrize(
    ("men", "hired", "women_hired", "leave", "years"), [(40, 20, 15, 0.25, 1), (75, 20, 14, 0.2, 2), (75, 100, 38, 0.2, 2)]
)
def test_a_share_that_is_the_target_but_for_its_last_digit_has_reached_it(men, hired, women_hired, leave, years):
    """By year-by-year bookkeeping in fractions, each of these comes to 30 % exactly."""
    exact = Flows(
        2024, women=0, men=men, hired=hired, women_share_of_hires=women_hired / hired, women_leave=leave, men_leave=leave
    )
    assert exact.share_after(years) < 30 and exact.years_to(30) == years
    assert replace(exact, women_share_of_hires=(women_hired - 1) / hired).years_to(30) != years
