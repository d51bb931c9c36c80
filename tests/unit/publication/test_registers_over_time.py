"""Which registers and spells count beside lists that readers saw: first ones, corrections, and several deliveries one after the other."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.difference import Difference
from publication.late import RETOLD
from publication.listings import UNDATED
from publication.lost import LOST
from publication.snapshots import FIRST, NEWEST, OPEN, WAITS
from tests.unit.publication.deliveries import DECEMBERS, World, staff, without
from tests.unit.publication.policy import POLICY


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


@pytest.mark.parametrize("date", [dt.date(2019, 12, 31), dt.date(2023, 6, 30)])
def test_a_new_list_before_or_between_published_ones_is_compared_by_the_flows_that_it_changes(world, date):
    """A list before all others says who was there already, and so who did not come later."""
    world.publish()
    world.deliver(date, staff(joined=50))
    world.decide()
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


def test_spells_must_have_enough_people_in_each_year():
    few, enough = Difference(1, 1, 0, year=2024), Difference(12, 6, 6, year=2019)
    assert Difference(13, 7, 6, apart=(enough, few)).missing(POLICY) == 9
    assert Difference(12, 6, 6, apart=(enough,)).missing(POLICY) == 0
