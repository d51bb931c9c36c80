"""For tests: made-up lists and registers of agencies over several years, and releases made of what counted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from publication.difference import Difference
from publication.listings import UNDATED, Listing, Place, Published
from publication.snapshots import decide
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

    def decide(self, today=dt.date.max):
        until = {}
        for place in self.lists:
            if not place.rows_year:
                until[place.agency_code] = max(until.get(place.agency_code, place.period_date), place.period_date)
        listings = [
            Listing(place, self.grains[place], tuple(numbers), tuple(reversed(self.shown[place])))
            for place, numbers in self.lists.items()
        ]
        return {
            decision.place: decision for decision in decide(listings, until, self.differ, POLICY, retold=self.retold, today=today)
        }

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
