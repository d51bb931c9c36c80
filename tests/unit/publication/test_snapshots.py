"""Which deliveries count: made-up lists of people over several years, corrections, releases and rollbacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from publication.difference import Difference
from publication.differences import of_counts
from publication.late import LATE, RETOLD
from publication.listings import UNDATED, Listing, Place, Published
from publication.lost import LOST
from publication.snapshots import FIRST, NEWEST, OPEN, WAITS, decide
from publication.year_ends import ALIKE
from tests.unit.publication.policy import POLICY

DECEMBERS = [dt.date(year, 12, 31) for year in (2022, 2023, 2024, 2025)]


def staff(n_women=60, n_men=140, *, joined=0):
    """People by a key, with what is said of each; `joined` are so many other people of each sex in place of the first."""
    women = {f"w{number}": "woman" for number in range(joined, n_women + joined)}
    return women | {f"m{number}": "man" for number in range(joined, n_men + joined)}


def without(people, *keys):
    return {key: sex for key, sex in people.items() if key not in keys}


def changed(people, n_women, n_men):
    """The same people, of whom so many have another grade."""
    keys = [f"w{number}" for number in range(n_women)] + [f"m{number}" for number in range(n_men)]
    return people | {key: f"{people[key]} promoted" for key in keys if key in people}


class World:
    """Deliveries of agencies, and releases made of what counted."""

    def __init__(self):
        self.people, self.lists, self.shown, self.n_counted = {}, defaultdict(list), defaultdict(list), 0
        self.grains, self.states, self.n_releases = {}, [], 0

    def deliver(self, date, people, *, agency="THA-POL", grain="roster", year=0, contract=None):
        number = len(self.people) + 1
        self.people[number] = people
        place = Place(contract or f"{agency.lower()}_{grain}", agency, date, year)
        self.lists[place].insert(0, number)
        self.grains[place] = grain
        return number

    def differ(self, one, other):
        self.n_counted += 1
        before, after = (self.people[number] for _, number in (one, other))
        sexes = [
            {value[key].split()[0] for value in (before, after) if key in value}
            for key in before.keys() | after.keys()
            if before.get(key) != after.get(key)
        ]
        return Difference(len(sexes), sum("woman" in sex for sex in sexes), sum("man" in sex for sex in sexes))

    def retold(self, after, before):
        """An entry tells otherwise of whoever is on a list: of whom the last entry is another one, or there is one more or less."""
        self.states.append((after, before))
        listed = {
            key for place, number in before if place.rows_year == 0 and place.period_date > UNDATED for key in self.people[number]
        }
        told = [{}, {}]
        for entries, state in zip(told, (after, before), strict=True):
            for place, number in sorted(state, key=lambda side: side[0].rows_year):
                if place.rows_year or place.period_date == UNDATED:
                    entries |= self.people[number]
            for key in [key for key, said in entries.items() if said.endswith("as listed")]:
                del entries[key]
        said = [{entries.get(key) for entries in told} - {None} for key in listed if told[0].get(key) != told[1].get(key)]
        sexes = [{each.split()[0] for each in of_one} for of_one in said]
        return Difference(len(sexes), sum("woman" in sex for sex in sexes), sum("man" in sex for sex in sexes))

    def decide(self):
        until = {}
        for place in self.lists:
            if not place.rows_year:
                until[place.agency_code] = max(until.get(place.agency_code, place.period_date), place.period_date)
        listings = [
            Listing(place, self.grains[place], tuple(numbers), tuple(reversed(self.shown[place])))
            for place, numbers in self.lists.items()
        ]
        return {decision.place: decision for decision in decide(listings, until, self.differ, POLICY, retold=self.retold)}

    def publish(self):
        """A release of what counts now."""
        decisions = self.decide()
        self.n_releases += 1
        for place, decision in decisions.items():
            if decision.delivery_no is not None:
                version = Published(decision.delivery_no, decision.has_breakdowns, releases=frozenset([self.n_releases]))
                self.shown[place].append(version)
        return decisions

    def lose(self, date, agency="THA-POL", grain="roster", year=0):
        """The files of a list are not loaded any more."""
        place = Place(f"{agency.lower()}_{grain}", agency, date, year)
        self.lists[place] = []
        self.shown[place] = [Published(None, each.has_breakdowns, "load that file again") for each in self.shown[place]]

    def of(self, date, agency="THA-POL", grain="roster", year=0, contract=None):
        return self.decide()[Place(contract or f"{agency.lower()}_{grain}", agency, date, year)]


@pytest.fixture
def world():
    """Four year-ends of one agency, in each of which many people are new."""
    made = World()
    for number, date in enumerate(DECEMBERS):
        made.deliver(date, staff(joined=10 * number))
    return made


def test_first_lists_count_at_once_and_with_their_breakdowns(world):
    decisions = world.decide().values()
    assert {(each.reason, each.has_breakdowns, each.waits) for each in decisions} == {(FIRST, True, False)}


def test_a_bulk_of_history_is_no_correction_of_what_stands(world):
    world.publish()
    for year in (2019, 2020, 2021):
        world.deliver(dt.date(year, 12, 31), staff(joined=100 - 10 * (year - 2018)))
    assert [world.of(dt.date(year, 12, 31)).reason for year in (2019, 2020, 2021)] == [FIRST] * 3
    assert not any(each.waits for each in world.decide().values())


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


@pytest.mark.parametrize("grain", ["events", "training", "complaints"])
def test_a_register_waits_for_its_year_and_its_corrections_by_year(world, grain):
    entries = {year: {f"m{year}{number}": "man" for number in range(30)} for year in (2024, 2025, 2026)}
    undated = dt.date(1900, 1, 1)
    for year, rows in entries.items():
        world.deliver(undated, rows, grain=grain, year=year)
    assert [world.of(undated, grain=grain, year=year).reason for year in entries] == [FIRST, FIRST, OPEN]
    world.publish()
    world.deliver(undated, without(entries[2024], "m20240"), grain=grain, year=2024)
    world.deliver(undated, without(entries[2025], *[f"m2025{number}" for number in range(12)]), grain=grain, year=2025)
    assert [world.of(undated, grain=grain, year=year).waits for year in entries] == [True, False, True]


def test_spells_have_no_date_and_their_corrections_wait_like_others():
    world = World()
    undated = dt.date(1900, 1, 1)
    world.deliver(undated, staff(), grain="spells")
    assert world.of(undated, grain="spells").reason == FIRST
    world.publish()
    world.deliver(undated, without(staff(), "m7"), grain="spells")
    assert world.of(undated, grain="spells").reason == WAITS


def entries(n_women, n_men):
    keys = [f"w{40 + number}" for number in range(n_women)] + [f"m{40 + number}" for number in range(n_men)]
    return {key: {"w": "woman", "m": "man"}[key[0]] + " leaver" for key in keys}


@pytest.mark.parametrize(("grain", "year"), [("events", 2024), ("events", 2023), ("spells", 0)])
@pytest.mark.parametrize(("n_women", "n_men", "missing"), [(1, 0, 9), (0, 9, 1), (4, 10, 1), (7, 7, 0), (0, 10, 0), (0, 0, 0)])
def test_a_first_register_that_tells_otherwise_of_few_people_on_published_lists_waits(
    world, grain, year, n_women, n_men, missing
):
    world.publish()
    number = world.deliver(UNDATED, entries(n_women, n_men), grain=grain, year=year)
    found = world.of(UNDATED, grain=grain, year=year)
    expected = (None, RETOLD, missing) if missing else (number, FIRST, None)
    assert (found.delivery_no, found.reason, found.n_missing) == expected
    assert not any(each.waits for place, each in world.decide().items() if place.period_date > UNDATED)


def test_a_first_register_that_waits_gathers_people_and_is_then_corrected_like_others(world):
    world.publish()
    for n_women, n_men, waits in ((1, 0, True), (4, 9, True), (7, 7, False)):
        world.deliver(UNDATED, entries(n_women, n_men), grain="events", year=2024)
        assert world.of(UNDATED, grain="events", year=2024).waits is waits
        world.publish()
    world.deliver(UNDATED, entries(8, 7), grain="events", year=2024)
    assert world.of(UNDATED, grain="events", year=2024).reason == WAITS


@pytest.mark.parametrize("grain", ["training", "complaints"])
def test_a_first_register_of_which_no_list_told_comes_freely(world, grain):
    world.publish()
    world.deliver(UNDATED, entries(1, 0), grain=grain, year=2024)
    assert world.of(UNDATED, grain=grain, year=2024).reason == FIRST


def as_listed(entries, *keys):
    """Entries of the same people, which tell of all but `keys` as the lists do."""
    return {key: said if key in keys else f"{said.split()[0]} as listed" for key, said in entries.items()}


def test_three_deliveries_one_after_the_other_are_compared_with_all_that_was_told_together(world):
    """The lists alone, then a register of 2024 that moves fourteen people, then one of 2025 that moves thirteen of them back: one woman is left between the
    first release and the third, though thirteen people or more differ between any two files."""
    world.publish()
    world.deliver(UNDATED, entries(7, 7), grain="events", year=2024)
    world.publish()
    number = world.deliver(UNDATED, as_listed(entries(7, 7), "w40"), grain="events", year=2025)
    found = world.of(UNDATED, grain="events", year=2025)
    assert (found.delivery_no, found.reason, found.difference, found.n_missing) == (None, RETOLD, Difference(1, 1, 0), 9)
    assert world.of(UNDATED, grain="events", year=2024).reason == NEWEST
    world.deliver(UNDATED, as_listed(entries(7, 7), *entries(5, 5)), grain="events", year=2025)
    assert world.of(UNDATED, grain="events", year=2025).n_missing == 6, (
        "four people, two women and two men, between the second and the third"
    )
    world.deliver(UNDATED, as_listed(entries(7, 7)), grain="events", year=2025)
    assert world.of(UNDATED, grain="events", year=2025).reason == FIRST, "as in the first release"
    assert number


def test_a_correction_that_takes_a_register_back_is_compared_with_the_release_before_it(world):
    world.publish()
    first = world.deliver(UNDATED, entries(7, 7), grain="events", year=2024)
    world.publish()
    world.deliver(UNDATED, entries(1, 0), grain="events", year=2024)
    found = world.of(UNDATED, grain="events", year=2024)
    assert (found.delivery_no, found.reason, found.n_missing) == (first, RETOLD, 9)
    world.publish()  # what waited is in no release, and is compared with none
    world.deliver(UNDATED, entries(0, 0), grain="events", year=2024)
    assert world.of(UNDATED, grain="events", year=2024).reason == NEWEST


def test_two_registers_that_come_at_once_are_compared_together(world):
    world.publish()
    world.deliver(UNDATED, entries(7, 7), grain="events", year=2024)
    world.deliver(UNDATED, as_listed(entries(7, 7), "w40"), grain="events", year=2025)
    waits = {year: world.of(UNDATED, grain="events", year=year).waits for year in (2024, 2025)}
    assert waits == {2024: False, 2025: True}


def test_a_list_between_two_published_ones_is_compared_by_the_flows_that_it_changes_and_one_before_all_is_not(world):
    world.publish()
    for year in (2019, 2020, 2021):
        world.deliver(dt.date(year, 12, 31), staff(joined=100 - 10 * (year - 2018)))
    world.decide()
    assert world.states == []
    world.deliver(dt.date(2023, 6, 30), staff(joined=50))
    world.decide()
    date = dt.date(2023, 6, 30)
    assert [any(place.period_date == date for place, _ in state) for state in world.states[0]] == [True, False]


def test_of_a_release_no_list_is_compared_that_is_later_than_its_last_one(world):
    """The year after tells who had been missing on one list only: a release without it told nothing of that year."""
    world.publish()
    world.deliver(dt.date(2026, 12, 31), staff(joined=50))
    world.publish()
    world.deliver(UNDATED, entries(7, 7), grain="events", year=2024)
    world.decide()
    last = [tuple(max(place.period_date for place, _ in state).year for state in pair) for pair in world.states]
    assert last == [(2026, 2026), (2025, 2025)]


def test_a_first_register_comes_freely_with_the_first_lists(world):
    world.deliver(UNDATED, entries(1, 0), grain="events", year=2024)
    assert world.of(UNDATED, grain="events", year=2024).reason == FIRST


@pytest.mark.parametrize(("grain", "year"), [("events", 2024), ("spells", 0)])
def test_while_a_published_register_is_not_loaded_the_lists_that_it_tells_otherwise_of_wait(world, grain, year):
    world.deliver(UNDATED, entries(7, 7), grain=grain, year=year)
    world.publish()
    world.lose(UNDATED, grain=grain, year=year)
    waiting = {
        place.period_date for place, each in world.decide().items() if each.delivery_no is None and each.reason.startswith(LOST)
    }
    assert waiting == {UNDATED, *(date for date in DECEMBERS if date.year >= year)}


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


def test_spells_must_have_enough_people_in_each_year():
    few, enough = Difference(1, 1, 0, year=2024), Difference(12, 6, 6, year=2019)
    assert Difference(13, 7, 6, apart=(enough, few)).missing(POLICY) == 9
    assert Difference(12, 6, 6, apart=(enough,)).missing(POLICY) == 0


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
