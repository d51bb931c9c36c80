"""Which mid-years are published: made-up lists of one large agency over several years, corrections, releases and lost files."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from publication.listings import STAFF, Listing, Place
from publication.lost import LOST
from publication.mid_year import COUNTS, NEIGHBOUR, SMALL, TWO, June, Stock, decide_mid_years, year_ends_of
from publication.snapshots import FIRST, NEWEST, OPEN, WAITS, decide
from publication.year_ends import ALIKE_MID_YEAR, LOST_MID_YEAR
from tests.unit.publication.deliveries import World, changed, staff, without
from tests.unit.publication.policy import POLICY

AGENCY, CONTRACT = "THA-POL", "tha-pol_roster"
DECEMBER_2024, JUNE_2025, DECEMBER_2025 = dt.date(2024, 12, 31), dt.date(2025, 6, 30), dt.date(2025, 12, 31)
JUNE_2026, DECEMBER_2026 = dt.date(2026, 6, 30), dt.date(2026, 12, 31)


def large(joined=0, n_men=800):
    """So many women and men have come in place of others, some in December and some in June."""
    return staff(400, n_men, joined=joined)


class MidYears(World):
    """Decides lists of years and mid-years, as publication/effective.py does."""

    def __init__(self):
        super().__init__()
        self.mid_years, self.stocks, self.lost = {}, set(), set()
        self.n_least = POLICY.min_staff_mid_year

    def loaded(self, number):
        return None if number in self.lost else number

    def decide(self):
        until = {}
        for place in self.lists:
            until[place.agency_code] = max(until.get(place.agency_code, place.period_date), place.period_date)
        listings = [
            Listing(
                place,
                self.grains[place],
                numbers,
                tuple(replace(each, delivery_no=self.loaded(each.delivery_no)) for each in reversed(self.shown[place])),
            )
            for place, all_numbers in self.lists.items()
            if (numbers := tuple(number for number in all_numbers if number not in self.lost))
        ]
        versions = {}
        for place, numbers in self.mid_years.items():
            versions.setdefault(place.agency_code, []).extend((place, self.loaded(number)) for number in numbers)
        of_years = decide(listings, until, self.differ, POLICY, versions, retold=self.retold)
        junes = [
            June(
                place,
                tuple((number, len(self.people[number])) for number in self.lists[place] if number not in self.lost),
                tuple(self.loaded(number) for number in self.mid_years.get(place, [])),
            )
            for place in self.lists
            if place.period_date.month == 6 and self.grains[place] == "roster"
        ]
        shown = [replace(each, delivery_no=self.loaded(each.delivery_no)) for each in self.stocks]
        policy = POLICY.model_copy(update={"min_staff_mid_year": self.n_least})
        found = decide_mid_years(junes, year_ends_of(of_years), shown, self.differ, policy)
        self.last_mid_years = {each.place.year: each for each in found}
        return {decision.place: decision for decision in of_years}

    def publish(self):
        decisions = super().publish()
        self.stocks |= set(year_ends_of(decisions.values()))
        for each in self.last_mid_years.values():
            if each.delivery_no is not None and each.delivery_no not in self.mid_years.setdefault(each.place, []):
                self.mid_years[each.place].append(each.delivery_no)
        return decisions

    def mid_year(self, year):
        self.decide()
        return self.last_mid_years.get(year)


@pytest.fixture
def world():
    """A year-end and the June after it, between which twenty people of each sex came in place of others."""
    made = MidYears()
    made.deliver(DECEMBER_2024, large())
    made.deliver(JUNE_2025, large(20))
    return made


def test_the_june_of_a_large_agency_is_published_before_its_year_is_closed(world):
    found = world.mid_year(2025)
    assert (found.place, found.delivery_no, found.reason, found.waits) == (Place(CONTRACT, AGENCY, JUNE_2025), 2, FIRST, False)
    assert world.of(JUNE_2025).reason == OPEN, "as one of the lists of its year it waits"


def test_the_june_of_a_year_that_is_closed_is_published_too(world):
    world.deliver(DECEMBER_2025, large(40))
    assert world.mid_year(2025).reason == FIRST
    assert world.of(DECEMBER_2025).has_breakdowns


@pytest.mark.parametrize(("n_men", "is_there"), [(599, False), (600, True)])
def test_an_agency_needs_a_thousand_people_in_post(n_men, is_there):
    world = MidYears()
    world.deliver(DECEMBER_2024, large(n_men=2000))
    world.deliver(JUNE_2025, large(20, n_men))
    assert (world.mid_year(2025) is not None) == is_there


def test_a_first_version_of_enough_people_is_not_taken_where_the_newest_has_fewer(world):
    world.deliver(JUNE_2025, large(20, 599))
    assert world.mid_year(2025) is None


def test_of_several_lists_of_june_the_last_one_counts_and_none_of_july(world):
    world.deliver(dt.date(2025, 6, 15), large(10))
    world.deliver(dt.date(2025, 7, 1), large(21))
    assert world.mid_year(2025).place.period_date == JUNE_2025


def test_a_mid_year_stays_while_nothing_comes_and_when_its_year_is_closed(world):
    for _ in range(2):
        world.publish()
        assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (2, NEWEST)
    world.deliver(DECEMBER_2025, large(40))
    world.publish()
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (2, NEWEST)
    assert not any(each.waits or not each.has_breakdowns for each in world.decide().values())


def test_a_correction_of_one_person_waits(world):
    world.publish()
    world.deliver(JUNE_2025, without(world.people[2], "w100"))
    found = world.mid_year(2025)
    assert (found.delivery_no, found.newest_no, found.reason) == (2, 3, WAITS)
    assert (found.difference.people, found.difference.women, found.n_missing) == (1, 1, 9)


def test_a_correction_of_fourteen_people_counts(world):
    world.publish()
    world.deliver(JUNE_2025, without(world.people[2], "w100"))
    world.deliver(
        JUNE_2025,
        without(world.people[2], *(f"w{100 + number}" for number in range(6)), *(f"m{100 + number}" for number in range(8))),
    )
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).waits) == (4, False)
    world.publish()
    world.deliver(JUNE_2025, without(world.people[2], "w100"))
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (4, WAITS), "both versions were seen"


def test_a_correction_that_leaves_fewer_than_a_thousand_waits(world):
    world.publish()
    world.deliver(JUNE_2025, large(20, 500))
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (2, SMALL)


@pytest.mark.parametrize(("n_women", "n_men", "missing"), [(1, 0, 9), (4, 40, 1), (5, 4, 1), (5, 5, 0), (0, 10, 0), (0, 0, 0)])
def test_a_mid_year_too_like_the_year_end_before_it_is_not_published_at_all(n_women, n_men, missing):
    world = MidYears()
    world.deliver(DECEMBER_2024, large())
    world.deliver(JUNE_2025, changed(large(), n_women, n_men))
    found = world.mid_year(2025)
    assert (found.delivery_no is None, found.n_missing or 0) == (missing > 0, missing)
    assert found.reason == (NEIGHBOUR if missing else FIRST)
    assert world.of(DECEMBER_2024).has_breakdowns, "the year-end stays as it is"


def test_a_mid_year_that_comes_after_its_year_gives_way_to_the_year_end_after_it():
    world = MidYears()
    world.deliver(DECEMBER_2024, large())
    world.deliver(DECEMBER_2025, large(20))
    world.publish()
    world.deliver(JUNE_2025, without(large(20), "w100"))
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason, world.mid_year(2025).n_missing) == (None, NEIGHBOUR, 9)
    assert world.of(DECEMBER_2025).has_breakdowns


def test_in_one_build_a_mid_year_gives_way_to_the_year_end(world):
    world.deliver(DECEMBER_2025, without(large(20), "w100"))
    assert world.mid_year(2025).reason == NEIGHBOUR
    assert world.of(DECEMBER_2025).has_breakdowns


def test_a_year_end_too_like_a_published_mid_year_loses_its_breakdowns_for_good(world):
    world.publish()
    world.deliver(DECEMBER_2025, without(large(20), "w100"))
    found = world.of(DECEMBER_2025)
    assert (found.delivery_no, found.has_breakdowns, found.reason, found.n_missing) == (3, False, ALIKE_MID_YEAR, 9)
    world.publish()
    assert not world.of(DECEMBER_2025).has_breakdowns and world.mid_year(2025).reason == NEWEST


def test_a_corrected_year_end_is_compared_with_the_mid_years_beside_it(world):
    world.publish()
    world.deliver(DECEMBER_2024, without(large(20), "w100"))
    found = world.of(DECEMBER_2024)
    assert (found.delivery_no, found.has_breakdowns, found.reason) == (3, False, ALIKE_MID_YEAR)


def test_over_three_years_each_snapshot_is_compared_with_its_neighbours_alone():
    world = MidYears()
    for number, date in enumerate((DECEMBER_2024, JUNE_2025, DECEMBER_2025, JUNE_2026, DECEMBER_2026)):
        world.deliver(date, large(20 * number))
        world.publish()
    # Back to who was there two years ago: nobody reads one beside the other.
    world.deliver(dt.date(2027, 6, 30), without(large(), "w100"))
    assert world.mid_year(2027).reason == FIRST
    assert [world.mid_year(year).reason for year in (2025, 2026)] == [NEWEST, NEWEST]
    assert not any(each.waits or not each.has_breakdowns for each in world.decide().values() if each.place.year < 2027)


def test_behind_a_year_end_without_breakdowns_the_next_snapshot_is_compared(world):
    world.publish()
    world.deliver(DECEMBER_2025, without(large(20), "w100"))
    world.publish()
    ten_men = changed(without(large(20), "w100"), 0, 30)
    world.deliver(JUNE_2026, ten_men)
    found = world.mid_year(2026)
    assert (found.reason, found.delivery_no, found.difference.women, found.n_missing) == (NEIGHBOUR, None, 1, 4), (
        "ten men differ from the year-end, and a woman beside them from the mid-year behind it"
    )
    world.deliver(JUNE_2026, changed(ten_men, 30, 0))
    assert world.mid_year(2026).reason == FIRST


def test_mid_years_without_a_year_end_between_are_neighbours():
    world = MidYears()
    world.deliver(JUNE_2025, large())
    world.publish()
    world.deliver(JUNE_2026, without(large(), "w100"))
    assert world.mid_year(2026).reason == NEIGHBOUR


def test_an_agency_whose_first_list_is_of_june_shows_it_under_its_date_and_as_mid_year():
    world = MidYears()
    world.deliver(JUNE_2025, large())
    world.publish()
    assert world.of(JUNE_2025).reason == NEWEST and world.mid_year(2025).reason == NEWEST
    world.deliver(JUNE_2025, without(large(), "w100"))
    assert world.of(JUNE_2025).delivery_no == world.mid_year(2025).delivery_no == 1


def test_a_correction_of_an_open_year_s_first_list_is_compared_with_the_mid_year():
    world = MidYears()
    january = dt.date(2025, 1, 31)
    world.deliver(january, large())
    world.publish()
    world.deliver(JUNE_2025, large(20))
    world.publish()
    world.deliver(january, without(large(20), "w100"))
    assert (world.of(january).delivery_no, world.of(january).reason) == (3, ALIKE_MID_YEAR)


def test_a_later_list_of_june_takes_its_place_only_where_enough_people_differ(world):
    world.publish()
    world.lists[Place(CONTRACT, AGENCY, dt.date(2025, 6, 15))] = world.lists.pop(Place(CONTRACT, AGENCY, JUNE_2025))
    world.grains[Place(CONTRACT, AGENCY, dt.date(2025, 6, 15))] = "roster"
    world.mid_years = {Place(CONTRACT, AGENCY, dt.date(2025, 6, 15)): [2]}
    world.deliver(JUNE_2025, without(large(20), "w100"))
    found = world.mid_year(2025)
    assert (found.place.period_date, found.delivery_no, found.newest_no, found.reason) == (dt.date(2025, 6, 15), 2, 3, WAITS)
    world.deliver(JUNE_2025, large(30))
    assert (world.mid_year(2025).place.period_date, world.mid_year(2025).delivery_no) == (JUNE_2025, 4)


def test_nothing_takes_the_place_of_a_published_mid_year_whose_file_is_lost(world):
    world.publish()
    world.deliver(JUNE_2025, large(60))
    world.lost.add(2)
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (
        None,
        f"{LOST}: load the list of {AGENCY} of 2025-06-30 again",
    )
    world.deliver(DECEMBER_2025, large(80))
    assert (world.of(DECEMBER_2025).has_breakdowns, world.of(DECEMBER_2025).reason) == (False, LOST_MID_YEAR)


def test_a_mid_year_is_not_compared_with_a_year_end_that_is_lost(world):
    world.deliver(DECEMBER_2024, large(3))
    stock = Stock(Place(CONTRACT, AGENCY, DECEMBER_2024), 1)
    world.stocks, world.lost = {stock}, {1}
    assert (world.mid_year(2025).delivery_no, world.mid_year(2025).reason) == (
        None,
        f"{LOST}: load the list of {AGENCY} of 2024-12-31 again",
    )


def test_two_contracts_of_one_day_and_tables_of_counts_wait(world):
    world.deliver(JUNE_2025, large(21))
    other = Place("another", AGENCY, JUNE_2025)
    world.lists[other], world.grains[other] = [3], "roster"
    assert world.mid_year(2025).reason == TWO
    del world.lists[other]
    world.grains[Place(CONTRACT, AGENCY, DECEMBER_2024)] = STAFF[1]
    assert world.mid_year(2025).reason == COUNTS


DATES = (DECEMBER_2024, JUNE_2025, DECEMBER_2025, JUNE_2026, DECEMBER_2026)


def a_random_world(seed):
    """Lists of five snapshots in any order, corrected by one, by some or by many people, published at any time. Lists are ten times as small."""
    drawn, world = random.Random(seed), MidYears()
    world.n_least = 100
    for _ in range(drawn.randint(4, 14)):
        date = drawn.choice(DATES)
        base = (
            world.people[drawn.choice(sorted(world.people))]
            if world.people and drawn.random() < 0.7
            else staff(50, 80, joined=drawn.randint(0, 40))
        )
        n_women, n_men = drawn.choice([(0, 0), (1, 0), (0, 9), (4, 7), (5, 5), (20, 30)])
        world.deliver(
            date, changed(base, n_women, n_men) if drawn.random() < 0.5 else without(base, *sorted(base)[: n_women + n_men])
        )
        if drawn.random() < 0.6:
            world.publish()
    return world


@pytest.mark.parametrize("seed", range(150))
def test_whatever_comes_in_any_order_readers_never_see_two_snapshots_that_few_people_tell_apart(seed):
    world = a_random_world(seed)
    mid_years = [Stock(place, number) for place, numbers in world.mid_years.items() for number in numbers]
    with_breakdowns = [stock for stock in world.stocks if stock.has_breakdowns]
    days = {stock.place.period_date for stock in (*mid_years, *with_breakdowns)}
    neighbours = [
        (one, other)
        for one in mid_years
        for other in (*mid_years, *with_breakdowns)
        if not any(
            min(one.place.period_date, other.place.period_date) < day < max(one.place.period_date, other.place.period_date)
            for day in days
        )
    ]
    assert len(neighbours) >= len(mid_years)  # each is at least its own
    for one, other in neighbours:
        difference = world.differ((one.place, one.delivery_no), (other.place, other.delivery_no))
        assert difference.missing(POLICY) == 0, (one, other, difference)


def test_the_random_worlds_have_mid_years_and_year_ends_without_breakdowns():
    worlds = [a_random_world(seed) for seed in range(60)]
    assert sum(bool(world.mid_years) for world in worlds) > 20
    assert any(not stock.has_breakdowns for world in worlds for stock in world.stocks)
