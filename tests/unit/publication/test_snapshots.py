"""Which lists count: made-up lists of people over several years, corrections, releases and rollbacks."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.difference import Difference
from publication.differences import of_counts
from publication.late import LATE
from publication.listings import Place, Published
from publication.lost import LOST
from publication.snapshots import EARLY, FIRST, NEWEST, OPEN, WAITS
from publication.year_ends import ALIKE
from tests.unit.publication.deliveries import DECEMBERS, World, changed, staff, without
from tests.unit.publication.policy import POLICY


def test_first_lists_count_at_once_and_with_their_breakdowns(world):
    decisions = world.decide().values()
    assert {(each.reason, each.has_breakdowns, each.waits) for each in decisions} == {(FIRST, True, False)}


def test_a_bulk_of_history_is_no_correction_of_what_stands(world):
    world.publish()
    for year in (2019, 2020, 2021):
        world.deliver(dt.date(year, 12, 31), staff(joined=100 - 10 * (year - 2018)))
    assert [world.of(dt.date(year, 12, 31)).reason for year in (2019, 2020, 2021)] == [FIRST] * 3
    assert not any(each.waits for each in world.decide().values())


def test_a_list_of_a_day_that_has_not_come_waits_closes_no_year_and_holds_nobody_else_back(world):
    """The December list of 2026 comes in November, when March has been sent; another agency is on time."""
    world.publish()
    march, december = dt.date(2026, 3, 31), dt.date(2026, 12, 31)
    world.deliver(march, staff(joined=20))
    world.deliver(december, staff(joined=30))
    world.deliver(dt.date(2025, 12, 31), staff(), agency="VNM-CUS")
    found = world.decide(today=dt.date(2026, 11, 26))
    reasons = {(place.agency_code, place.period_date): each.reason for place, each in found.items()}
    assert (reasons["THA-POL", march], reasons["THA-POL", december]) == (OPEN, EARLY)
    assert reasons["VNM-CUS", dt.date(2025, 12, 31)] == FIRST
    assert {each.reason for place, each in world.decide(today=december).items() if place.year == 2026} == {FIRST}


def test_a_first_list_of_a_day_that_has_not_come_waits(world):
    day = dt.date(2027, 1, 31)
    world.deliver(day, staff(), agency="VNM-CUS")
    [found] = [each for place, each in world.decide(today=dt.date(2026, 11, 26)).items() if place.agency_code == "VNM-CUS"]
    assert (found.reason, found.delivery_no) == (EARLY, None)


def test_a_build_of_the_same_lists_decides_the_same_after_each_publication(world):
    before = [(each.place, each.delivery_no, each.has_breakdowns) for each in world.publish().values()]
    for _ in range(3):
        assert [(each.place, each.delivery_no, each.has_breakdowns) for each in world.publish().values()] == before


@pytest.mark.parametrize("date", DECEMBERS)
def test_one_row_less_waits_whichever_year_it_is_of(world, date):
    world.publish()
    first = world.of(date).delivery_no
    world.deliver(date, without(world.people[first], "w40"))
    found = world.of(date)
    assert (found.delivery_no, found.reason, found.difference, found.n_missing) == (first, WAITS, Difference(1, 1, 0), 9)
    assert sum(each.waits for each in world.decide().values()) == 1


@pytest.mark.parametrize(
    ("n_women", "n_men", "missing"),
    [(0, 9, 1), (0, 10, 0), (10, 0, 0), (1, 9, 4), (4, 40, 1), (5, 5, 0), (5, 4, 1), (9, 3, 2), (2, 2, 6), (0, 1, 9)],
)
def test_ten_people_move_a_figure_and_of_each_sex_none_or_five(world, n_women, n_men, missing):
    world.publish()
    first = world.of(DECEMBERS[0]).delivery_no
    second = world.deliver(DECEMBERS[0], changed(world.people[first], n_women, n_men))
    found = world.of(DECEMBERS[0])
    assert (found.delivery_no == second, found.n_missing or 0) == (missing == 0, missing)


def test_somebody_whose_sex_is_corrected_is_among_the_women_and_among_the_men(world):
    world.publish()
    first = world.of(DECEMBERS[0]).delivery_no
    world.deliver(DECEMBERS[0], world.people[first] | {"w1": "man"})
    assert world.of(DECEMBERS[0]).difference == Difference(1, 1, 1)


def test_corrections_of_one_date_gather_until_they_pass_together(world):
    world.publish()
    first = world.of(DECEMBERS[0]).delivery_no
    for n_women, n_men, passes in ((1, 2, False), (3, 4, False), (4, 6, False), (5, 6, True)):
        number = world.deliver(DECEMBERS[0], changed(world.people[first], n_women, n_men))
        assert (world.of(DECEMBERS[0]).delivery_no == number) is passes
        world.publish()
    assert world.of(DECEMBERS[0]).reason == NEWEST


def test_people_of_other_dates_never_count_towards_the_ten(world):
    world.publish()
    firsts = [world.of(date).delivery_no for date in DECEMBERS]
    for date, number in zip(DECEMBERS, firsts, strict=True):
        world.deliver(date, without(world.people[number], *[f"m{person}" for person in range(100, 103)]))
    assert [world.of(date).n_missing for date in DECEMBERS] == [7] * 4
    assert [world.of(date).delivery_no for date in DECEMBERS] == firsts


def test_an_older_delivery_that_passes_counts_while_a_newer_one_waits(world):
    world.publish()
    first = world.of(DECEMBERS[0]).delivery_no
    good = world.deliver(DECEMBERS[0], changed(world.people[first], 6, 6))
    world.publish()
    world.deliver(DECEMBERS[0], changed(world.people[first], 6, 7))
    found = world.of(DECEMBERS[0])
    assert (found.delivery_no, found.difference) == (good, Difference(1, 0, 1))


def test_after_a_rollback_a_new_release_is_compared_with_the_one_taken_back_as_well(world):
    world.publish()
    date = DECEMBERS[0]
    first = world.of(date).delivery_no
    world.deliver(date, changed(world.people[first], 10, 10))
    world.publish()  # and rolled back: readers saw it
    third = world.deliver(date, changed(world.people[first], 10, 11))
    found = world.of(date)
    assert found.delivery_no != third and found.difference == Difference(1, 0, 1)
    fourth = world.deliver(date, changed(world.people[first], 25, 25))
    assert world.of(date).delivery_no == fourth


def test_a_correction_waits_while_the_list_of_a_new_year_counts(world):
    world.publish()
    first = world.of(DECEMBERS[-1]).delivery_no
    world.deliver(DECEMBERS[-1], without(world.people[first], "w45"))
    new = world.deliver(dt.date(2026, 12, 31), staff(joined=60))
    assert world.of(dt.date(2026, 12, 31)).delivery_no == new
    assert world.of(DECEMBERS[-1]).delivery_no == first and world.of(DECEMBERS[-1]).n_missing == 9


def test_a_corrected_list_that_says_the_same_of_everybody_counts(world):
    world.publish()
    again = world.deliver(DECEMBERS[0], dict(world.people[world.of(DECEMBERS[0]).delivery_no]))
    assert world.of(DECEMBERS[0]).delivery_no == again


def test_lists_of_a_year_wait_until_one_of_its_last_month_or_later_comes(world):
    world.publish()
    for month in (3, 6, 11):
        world.deliver(dt.date(2026, month, 28), staff(joined=40 + month))
    assert [world.of(dt.date(2026, month, 28)).reason for month in (3, 6, 11)] == [OPEN] * 3
    world.deliver(dt.date(2027, 1, 31), staff(joined=70))
    assert [world.of(dt.date(2026, month, 28)).reason for month in (3, 6, 11)] == [FIRST] * 3
    assert world.of(dt.date(2027, 1, 31)).reason == OPEN


def test_a_new_agency_is_told_of_by_its_first_list_alone_until_a_year_is_closed():
    world = World()
    months = [dt.date(2026, month, 28) for month in (2, 3, 4)]
    for number, date in enumerate(months):
        world.deliver(date, staff(joined=number))
    assert [world.of(date).reason for date in months] == [FIRST, OPEN, OPEN]
    world.publish()
    assert [world.of(date).reason for date in months] == [NEWEST, OPEN, OPEN]
    world.deliver(dt.date(2026, 1, 31), staff())
    assert world.of(dt.date(2026, 1, 31)).reason == OPEN, "the list that was published stays the first"
    world.deliver(dt.date(2026, 12, 31), staff(joined=30))
    world.publish()
    assert {each.reason for each in world.decide().values()} == {NEWEST}


def test_a_month_that_was_skipped_and_comes_late_moves_no_figure_of_a_published_year():
    world = World()
    months = [dt.date(2025, month, 28) for month in (1, 2, 4, 12)]
    for date in months:
        world.deliver(date, staff(joined=date.month))
    world.publish()
    world.deliver(dt.date(2025, 3, 28), staff(joined=3))
    assert (found := world.of(dt.date(2025, 3, 28))).reason == LATE and found.delivery_no is None and found.n_missing
    world.publish()
    world.deliver(dt.date(2025, 8, 28), staff(joined=20))
    assert world.of(dt.date(2025, 8, 28)).reason == FIRST, "enough people differ from both neighbours"


def test_a_late_list_that_would_be_the_stock_of_a_published_year_is_compared_with_the_one_that_is():
    world = World()
    for date in (dt.date(2024, 12, 31), dt.date(2025, 11, 30), dt.date(2026, 1, 31)):
        world.deliver(date, staff(joined=date.month * 10))
    world.publish()
    world.deliver(dt.date(2025, 12, 31), staff(joined=111))
    assert world.of(dt.date(2025, 12, 31)).reason == LATE
    world.deliver(dt.date(2025, 12, 31), staff(joined=140))
    assert world.of(dt.date(2025, 12, 31)).reason == FIRST


def test_a_correction_of_a_year_end_is_compared_with_the_list_that_stood_for_the_year_before_it_came():
    """The long story found it: the correction passed against the version that it corrects, and one woman stood between two figures of the year."""
    world = World()
    world.deliver(dt.date(2025, 11, 30), staff())
    world.publish()
    first = world.deliver(DECEMBERS[3], staff(joined=10))
    world.publish()
    world.deliver(DECEMBERS[3], without(staff(), "w3"))
    found = world.of(DECEMBERS[3])
    assert (found.delivery_no, found.reason, found.difference.people, found.n_missing) == (first, WAITS, 1, 9)
    number = world.deliver(DECEMBERS[3], staff(joined=5))
    assert world.of(DECEMBERS[3]).delivery_no == number, "ten of each sex differ from both"


def test_a_third_list_of_a_year_is_compared_with_each_that_stood_for_it():
    world = World()
    for date, joined in ((dt.date(2025, 10, 31), 0), (dt.date(2025, 12, 15), 10)):
        world.deliver(date, staff(joined=joined))
        world.publish()
    world.deliver(DECEMBERS[3], without(staff(), "w3"))
    assert (world.of(DECEMBERS[3]).reason, world.of(DECEMBERS[3]).n_missing) == (LATE, 9)
    world.deliver(DECEMBERS[3], staff(joined=20))
    assert world.of(DECEMBERS[3]).reason == FIRST


def test_a_correction_of_a_month_is_not_compared_with_the_other_months_of_its_year():
    """They differ by few people as a rule, and none of them was the year's stock."""
    world = World()
    for date, joined in ((dt.date(2025, 10, 31), 0), (dt.date(2025, 11, 30), 1), (DECEMBERS[3], 2)):
        world.deliver(date, staff(joined=joined))
    world.publish()
    number = world.deliver(DECEMBERS[3], changed(staff(joined=2), 15, 15))
    assert world.of(DECEMBERS[3]).delivery_no == number
    number = world.deliver(dt.date(2025, 11, 30), changed(staff(joined=1), 15, 15))
    assert world.of(dt.date(2025, 11, 30)).delivery_no == number


def test_a_year_end_too_like_its_neighbour_is_published_without_breakdowns_and_stays_so():
    world = World()
    world.deliver(DECEMBERS[0], staff())
    world.deliver(DECEMBERS[1], staff(joined=10))
    world.publish()
    world.deliver(DECEMBERS[2], staff(joined=11))
    assert [(world.of(date).has_breakdowns, world.of(date).waits) for date in DECEMBERS[:3]] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    assert (world.of(DECEMBERS[2]).reason, world.of(DECEMBERS[2]).n_missing) == (ALIKE, 6)
    world.publish()
    world.deliver(DECEMBERS[3], staff(joined=40))
    for _ in range(2):
        assert [world.of(date).has_breakdowns for date in DECEMBERS] == [True, True, False, True]
        world.publish()


def test_a_correction_that_makes_two_year_ends_alike_loses_its_own_breakdowns_only(world):
    world.publish()
    alike = without(world.people[world.of(DECEMBERS[2]).delivery_no], "m150")
    number = world.deliver(DECEMBERS[1], alike)
    assert world.of(DECEMBERS[1]).delivery_no == number
    assert [world.of(date).has_breakdowns for date in DECEMBERS] == [True, False, True, True]


def test_an_old_year_that_comes_later_gives_way_to_the_published_neighbour(world):
    world.publish()
    world.deliver(dt.date(2021, 12, 31), without(staff(), "w3"))
    assert not world.of(dt.date(2021, 12, 31)).has_breakdowns
    assert world.of(DECEMBERS[0]).has_breakdowns


def test_where_a_published_file_is_not_loaded_any_more_nothing_new_counts(world):
    world.publish()
    place = Place("tha-pol_roster", "THA-POL", DECEMBERS[0])
    first = world.of(DECEMBERS[0]).delivery_no
    world.deliver(DECEMBERS[0], staff(joined=100))
    world.shown[place].append(Published(None))
    assert world.of(DECEMBERS[0]).delivery_no == first
    assert world.of(DECEMBERS[0]).reason == f"{LOST}: load the list of THA-POL of 2022-12-31 again"


def test_agencies_do_not_meet(world):
    for number, date in enumerate(DECEMBERS):
        world.deliver(date, staff(joined=10 * number + 1), agency="VNM-CUS")
    assert {each.reason for each in world.decide().values()} == {FIRST}


def test_lists_that_nobody_corrected_are_not_counted_again(world):
    world.publish()
    world.n_counted = 0
    world.decide()
    assert world.n_counted == 0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("woman", 1, 3, 0), ("man", 1, 8, 0)], Difference(11, 3, 8)),
        ([("woman", 1, 1, 1)], Difference(1, 1, 0)),  # one woman moved from one cell to another
        ([("woman", 1, 0, 0), ("woman", 2, 3, 0)], Difference(3, 3, 0)),  # "under 5" became a number
        ([("all", 1, 12, 0), ("woman", 1, 5, 0)], Difference(12, 5, 7)),
        ([("not_stated", 1, 2, 0), ("man", 1, 0, 6)], Difference(8, 0, 6)),
        ([("man", 1, 0, 0)], Difference()),
    ],
)
def test_of_tables_of_counts_the_people_are_those_who_must_have_come_or_gone(rows, expected):
    assert of_counts(rows) == expected


def test_a_rise_of_everybody_covers_nobody_who_leaves():
    rise = Difference(1, 1, 0, in_all=Difference(90, 30, 60))
    assert rise.missing(POLICY) == 9
    assert Difference(0, 0, 0, in_all=Difference(1, 0, 1)).missing(POLICY) == 9
    assert Difference(0, 0, 0, in_all=Difference(90, 30, 60)).missing(POLICY) == 0


def test_a_year_end_is_set_beside_the_last_one_with_breakdowns():
    """2023 lacks nine people and has no breakdowns; 2024 has them again, without one woman: beside 2022 she shows."""
    made, all_of_them = World(), staff()
    made.deliver(DECEMBERS[0], all_of_them)
    made.deliver(DECEMBERS[1], without(all_of_them, "w1", "w2", "w3", "w4", "m1", "m2", "m3", "m4", "m5"))
    made.deliver(DECEMBERS[2], without(all_of_them, "w0"))
    assert [made.of(date).has_breakdowns for date in DECEMBERS[:3]] == [True, False, False]


def test_two_year_ends_corrected_at_once_are_each_set_beside_what_was_published():
    made = World()
    for number, date in enumerate(DECEMBERS[:2]):
        made.deliver(date, staff(joined=10 * number))
    made.publish()
    made.deliver(DECEMBERS[0], without(staff(joined=10), "w15"))  # one woman short of 2023 as it was published
    made.deliver(DECEMBERS[1], staff(joined=40))
    corrected = [made.of(date) for date in DECEMBERS[:2]]
    assert [each.reason for each in corrected] == [ALIKE, NEWEST]


def test_year_ends_are_compared_contract_by_contract():
    made = World()
    for year, date in enumerate(DECEMBERS[:2]):
        made.deliver(date, staff(joined=10 * year), grain="roster")
        made.deliver(date, without(staff(20, 20), *(["w3"] if year else [])), grain="aggregate")
    assert made.of(DECEMBERS[1]).has_breakdowns
    assert not made.of(DECEMBERS[1], grain="aggregate").has_breakdowns


def test_a_late_list_of_a_year_that_has_none_waits_where_it_would_move_published_flows():
    made = World()
    made.deliver(DECEMBERS[0], staff())
    made.deliver(DECEMBERS[2], staff(joined=20))
    made.publish()
    made.deliver(DECEMBERS[1], without(staff(), "w1", "m1", "m2"))
    assert made.of(DECEMBERS[1]).reason == LATE


def test_a_new_contract_follows_on_the_published_lists_of_the_one_before(world):
    world.publish()
    new, date = "successor", dt.date(2026, 12, 31)
    world.deliver(date, without(world.people[4], "w45"), contract=new)
    assert (world.of(date, contract=new).reason, world.of(date, contract=new).has_breakdowns) == (ALIKE, False)
    world.publish()
    world.deliver(dt.date(2027, 12, 31), staff(joined=50), contract=new)
    assert world.of(dt.date(2027, 12, 31), contract=new).has_breakdowns
    world.deliver(DECEMBERS[1], without(world.people[2], "m50"), contract=new)
    assert (found := world.of(DECEMBERS[1], contract=new)).delivery_no is None and found.n_missing == 9


def test_two_new_contracts_are_compared_with_each_other_over_the_years():
    made = World()
    made.deliver(DECEMBERS[0], staff())
    made.deliver(DECEMBERS[1], without(staff(), "w1"), contract="a successor")
    made.deliver(DECEMBERS[2], staff(joined=30), contract="a successor")
    ends = [made.of(DECEMBERS[0]), *(made.of(date, contract="a successor") for date in DECEMBERS[1:3])]
    assert [end.has_breakdowns for end in ends] == [True, False, True], "the later one is judged, whatever its contract is called"


@pytest.mark.parametrize("lost", [dt.date(2025, 12, 31), dt.date(2025, 6, 30)])
def test_a_year_waits_whole_while_one_of_its_published_lists_is_not_loaded(world, lost):
    for month, day in ((6, 30), (11, 30)):
        world.deliver(dt.date(2025, month, day), staff(joined=20 + month))
    world.publish()
    world.publish()
    world.lose(lost)
    world.deliver(dt.date(2026, 12, 31), staff(joined=70))
    world.deliver(dt.date(2027, 12, 31), staff(joined=90))
    reason = f"{LOST}: load that file again"
    waits = {place.period_date for place, each in world.decide().items() if (each.reason, each.delivery_no) == (reason, None)}
    assert waits == {
        dt.date(2025, 6, 30),
        dt.date(2025, 11, 30),
        dt.date(2025, 12, 31),
        dt.date(2026, 12, 31),
        dt.date(2027, 12, 31),
    }
    assert not any(world.of(date).waits for date in DECEMBERS[:3])
