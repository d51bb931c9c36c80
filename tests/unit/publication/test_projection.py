"""The closed form of the cohort model against year-by-year bookkeeping."""

import math
from dataclasses import replace

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.projection import Flows, Lost, what_if

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


# Half of the women and a tenth of the men leave each year; 10 women and 18 men come. Women: 8, 14, 17, 18.5, 19.25, 19.625, 19.8125, 19.90625, …, 20;
# men: 90, 99, 107.1, 114.39, 120.951, 126.8559, 132.17031, 136.953279, …, 180. In per cent: 8.16, 12.39, 13.70, 13.92, 13.73, 13.40, 13.04, 12.69, …, 10.
PASSING = Flows(2024, women=8, men=90, hired=28, women_share_of_hires=10 / 28, women_leave=0.5, men_leave=0.1)


@pytest.mark.parametrize(
    ("target", "reached", "lost"),
    [
        (13, 2, Lost(7, 100 * 18.5 / 132.89, 3)),
        (13.9, 3, Lost(4, 100 * 18.5 / 132.89, 3)),
        (8, 0, None),
        (14, None, None),
        (9.9, 1, None),
    ],
)
def test_a_share_that_rises_above_the_one_in_which_it_ends_loses_its_target_again(target, reached, lost):
    assert PASSING.years_to(target) == reached
    found = PASSING.lost_again(target)
    assert (found and (found.years, found.peak_years)) == (lost and (lost.years, lost.peak_years))
    assert (found and found.peak) == pytest.approx(lost and lost.peak)


def test_what_is_lost_after_a_hundred_years_is_lost_and_a_share_that_ends_at_the_target_is_not():
    """Women and men come and go so slowly that the share, from 50 %, still stands above its end, 40 %, after a century."""
    slow = Flows(2024, women=500, men=500, hired=1, women_share_of_hires=0.4, women_leave=0.001, men_leave=0.001)
    assert slow.share_after(100) > 48 and slow.levels_off_at == pytest.approx(40)
    found = slow.lost_again(45)
    assert (found.years, found.peak, found.peak_years, found.back) == (None, 50.0, 0, None)
    assert slow.lost_again(40) is None and slow.lost_again(39) is None
    assert what_if(slow, hires_factor=0).lost_again(45) is None


def test_a_share_that_dips_below_its_target_reaches_it_again():
    """All women leave each year and one comes; half of the men leave, and none comes: 3 of 202, 1 of 100.5, 1 of 50.75, 1 of 25.875, …"""
    dipping = Flows(2024, women=3, men=199, hired=1, women_share_of_hires=1, women_leave=1, men_leave=0.5)
    assert [round(dipping.share_after(years), 3) for years in range(4)] == [1.485, 0.995, 1.97, 3.865]
    found = dipping.lost_again(1.2)
    assert (found.years, found.back) == (1, 2)
    assert dipping.lost_again(2) is None and dipping.years_to(2) == 3


@given(flows, st.floats(1, 99))
def test_a_target_is_lost_again_where_the_books_say_so(flows, target):
    shares = [simulated(flows, years) for years in range(101)]
    hypothesis.assume(min(abs(share - target) for share in shares) > 1e-5)
    above = [share > target for share in shares]
    first = above.index(True) if True in above else None
    years = None if first is None else next((n for n in range(first, 101) if not above[n]), None)
    back = None if years is None else next((n for n in range(years, 101) if above[n]), None)
    found = flows.lost_again(target)
    assert (found and (found.years, found.back)) == (
        (years, back) if years is not None or (found is not None and found.end < target) else None
    )
