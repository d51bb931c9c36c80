"""How much two lists of an agency may differ: counted from pairs, and against bounds worked out by hand."""

from __future__ import annotations

import pytest

from ingestion.hr.continuity.measure import Flow, Pair, limit, measure, outside
from ingestion.hr.continuity.numbers import are_rounded, read_otherwise
from ingestion.hr.identity import NumberRule, pseudonym
from parity.catalogue.hr_parts import Continuity

WOMAN, MAN = ("woman", 1), ("man", 1)
BOUNDS = Continuity()


def kept(n: int, side=MAN, **more: int) -> Pair:
    return Pair(side, side, True, n, **more)


def gone(n: int, side=MAN) -> Pair:
    return Pair(side, None, False, n)


def come(n: int, side=MAN) -> Pair:
    return Pair(None, side, False, n)


def test_flows_are_those_of_each_sex_and_grade():
    found = measure(
        [kept(90), kept(8, WOMAN), gone(2, WOMAN), come(5), Pair(("man", 1), ("man", 2), True, 3), Pair(MAN, None, True, 1)]
    )
    assert found.people == Flow(n_before=104, n_after=106, n_kept=101, n_come=5, n_gone=3)
    assert found.groups["woman"] == Flow(10, 8, 8, 0, 2)
    assert found.groups["grade 2"] == Flow(n_before=0, n_after=3, n_kept=0, n_come=0, n_gone=0)
    assert found.n_on_both == 102


def test_a_bound_leaves_room_for_chance_in_small_groups():
    assert limit(100, 0.2) == pytest.approx(20 + 3 * 4 + 3)
    assert limit(0, 0.2) == 3 and limit(50, 0) == 3


@pytest.mark.parametrize(
    ("n_gone", "days", "is_held"), [(197, 30, False), (205, 30, True), (205, 366, False), (345, 366, False), (350, 366, True)]
)
def test_who_may_be_gone_grows_with_time(n_gone, days, is_held):
    """Of 1,000: in half a year 1 - 0.7 ** 0.5 = 16.3 %, 163.3 + 3 * 11.69 + 3 = 201.4; in 366 days 30.05 %, 300.5 + 43.5 + 3 = 347."""
    told = outside(measure([kept(1_000 - n_gone), gone(n_gone)]), BOUNDS, days)
    assert bool(told) is is_held
    assert not told or told == [f"{n_gone} of 1,000 people of the list before are gone"]


def test_women_who_are_all_gone_are_told_where_the_whole_is_within_its_bounds():
    assert outside(measure([kept(950), gone(50, WOMAN)]), BOUNDS, 30) == ["50 of 50 women of the list before are gone"]


def test_a_class_of_recruits_may_be_of_one_sex_or_of_a_grade_that_was_empty():
    assert outside(measure([kept(1_000), come(100, ("woman", 4))]), BOUNDS, 30) == []


def test_who_may_come_grows_with_time():
    assert outside(measure([kept(100), come(42)]), BOUNDS, 30) == []  # 25 + 3 * 5 + 3 = 43
    assert outside(measure([kept(100), come(44)]), BOUNDS, 30) == ["44 of 144 people are new; the list before had 100"]
    assert outside(measure([kept(100), come(70)]), BOUNDS, 366) == []


@pytest.mark.parametrize(("name", "words"), [("n_other_birth", "another year of birth"), ("n_other_hire", "another day of hire")])
def test_people_who_are_restated_are_told(name, words):
    assert outside(measure([kept(1_000, **{name: 36})]), BOUNDS, 30) == []  # 20 + 3 * 4.43 + 3 = 36.3
    assert outside(measure([kept(1_000, **{name: 37})]), BOUNDS, 30) == [f"37 of 1,000 people who are on both lists have {words}"]


def test_sex_that_changed_is_told():
    told = outside(measure([kept(900), Pair(WOMAN, MAN, True, 100)]), BOUNDS, 30)
    assert "100 of 1,000 people who are on both lists have another sex" in told


def test_ranks_and_units_with_other_names_are_told():
    told = outside(measure([kept(400, n_new_unit=300, n_new_rank=20)]), BOUNDS, 30)
    assert told == ["300 of 400 people are in a unit that the list before did not have"]


KEY, RULE = b"a key", NumberRule()


@pytest.mark.parametrize(
    ("before", "now", "how"),
    [
        ("{:06}", "{}", "the old ones without their zeros"),
        ("{}", "{:06}", "the old ones with zeros in front"),
        ("{}7", "{}-7", "the old ones with dashes or dots"),
        ("{}", "PNP-{}", "the old ones with letters before or behind them"),
    ],
)
def test_numbers_that_are_the_old_ones_read_otherwise_are_found(before, now, how):
    known = frozenset(pseudonym(KEY, before.format(number), RULE) for number in range(101, 141))
    found = read_otherwise([now.format(number) for number in range(111, 151)] + ["N/A"], KEY, RULE, known)
    assert found is not None and (found.n, found.how) == (30, how)


def test_other_numbers_are_not_taken_for_the_old_ones():
    known = frozenset(pseudonym(KEY, str(number), RULE) for number in range(1, 41))
    assert read_otherwise([str(number) for number in range(5_000, 5_040)], KEY, RULE, known) is None
    assert read_otherwise([str(number) for number in range(1, 41)], KEY, RULE, known) is None


def test_numbers_that_a_spreadsheet_rounded_are_found():
    assert are_rounded(["199001012015041000", "198503022010122000", "198701012009011000"])
    assert not are_rounded(["199001012015041001", "198503022010122000", "198701012009011000"]) and not are_rounded(["1000"] * 5)
