"""Three years of releases of made-up agencies: each year-end, then corrections of one row, of a row's traits, and of twelve rows, and lists that come
late. And the attack on everything that all these releases told, as one.

The product decides which lists count (publication/snapshots.py), makes the rows and protects them. Made up are the people alone, and who differs between
two lists is counted here.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from benchmarks.made_up_agencies import YEARS, YearEnd, cells_of, changed, sizes, without, year_ends
from parity.catalogue.policy import Policy
from publication.attack import Report, attack
from publication.attacked import told
from publication.candidate import release_rows
from publication.cell import Cell, PublishedCell
from publication.context import Context
from publication.difference import Difference
from publication.earlier import Told, of_same_people, people_in
from publication.facts import facts_of
from publication.knowledge import Count, Relation
from publication.listings import Decision, Listing, Place, Published, Side
from publication.people import People
from publication.snapshots import decide

FEW_PEOPLE, FEW_WOMEN = 10, 5  # what no figure may move by fewer of, whatever the policy says
STEPS = 3  # releases in a year: the year-ends, late lists and small corrections, larger corrections
AgencyYear = tuple[str, int]


@dataclass
class Release:
    """A published release: its cells and rows, and of each agency and year the version of its lists and whether it has breakdowns."""

    cells: list[Cell]
    rows: list[PublishedCell]
    versions: dict[AgencyYear, int]
    is_whole_only: dict[AgencyYear, bool]
    told: list[Told] = field(default_factory=list)


@dataclass
class History:
    """All releases, and all versions of all lists."""

    releases: list[Release] = field(default_factory=list)
    lists: dict[AgencyYear, list[YearEnd]] = field(default_factory=dict)
    cells: dict[tuple[AgencyYear, int], list[Cell]] = field(default_factory=dict)


def three_years(seed: int, policy: Policy, *, agencies: int = 15, years: range = YEARS) -> History:
    """Every release of these years, each made as the warehouse makes it."""
    history = History()
    for arriving in _deliveries(seed, agencies, years):
        for place, lists in arriving:
            history.lists.setdefault(place, []).append(lists)
        decisions = _decide(history, policy)
        counting = {_at(each.place): each for each in decisions if each.delivery_no is not None}
        versions = {_at(each.place): each.delivery_no for each in decisions if each.delivery_no is not None}
        whole_only = {place: not each.has_breakdowns for place, each in counting.items()}
        history.releases.append(_release(history, versions, whole_only, policy))
    return history


def _decide(history: History, policy: Policy) -> list[Decision]:
    """Which version of each list counts, by the rule of the product; versions are numbered by list."""
    listings = []
    for (agency, year), versions in history.lists.items():
        shown = (
            Published(release.versions[agency, year], not release.is_whole_only[agency, year])
            for release in reversed(history.releases)
            if (agency, year) in release.versions
        )
        numbers = tuple(reversed(range(len(versions))))
        listings.append(Listing(Place(agency, agency, dt.date(year, 12, 31)), "roster", numbers, tuple(shown)))

    def differ(one: Side, other: Side) -> Difference:
        here, there = ((_at(place), history.lists[_at(place)][number]) for place, number in (one, other))
        women, men = differing(here[1], there[1], flows=here[0] == there[0])
        return Difference(len(women | men), len(women), len(men))

    until = {agency: dt.date(year, 12, 31) for agency, year in sorted(history.lists)}
    return decide(listings, until, differ, policy, retold=lambda after, before: Difference())


def _at(place: Place) -> AgencyYear:
    return place.agency_code, place.year


def differing(one: YearEnd, other: YearEnd, *, flows: bool = True) -> tuple[set[int], set[int]]:
    """The women and the men who are on one side only, or have other traits; of the same year also those who left or were hired."""
    women: set[int] = set()
    men: set[int] = set()
    for name in ("staff", "left", "hired") if flows else ("staff",):
        here, there = getattr(one, name), getattr(other, name)
        if here is there:
            continue
        for number in here.keys() | there.keys():
            if here.get(number) != there.get(number):
                (women if (here.get(number) or there.get(number)).is_woman else men).add(number)
    return women, men


def _deliveries(seed: int, agencies: int, years: range) -> Iterator[list[tuple[AgencyYear, YearEnd]]]:
    """What arrives before each release."""
    rng = random.Random(seed)
    made = {
        (f"A{number:02}", year): lists
        for number, size in enumerate(sizes(agencies))
        for year, lists in zip(years, year_ends(rng, size, len(years)), strict=True)
    }
    for year in years:
        for step in range(STEPS):
            arriving = []
            for number in range(agencies):
                place, kind = (f"A{number:02}", year), (number + year) % 4
                if step == (1 if kind == 3 else 0):
                    arriving.append((place, made[place]))
                elif step == 1 and kind != 3:
                    arriving.append((place, _corrected(made, place, kind, rng)))
                elif step == 2 and (of_year := (place[0], year - number % 2)) in made:
                    arriving.append((of_year, _corrected(made, of_year, 2, rng)))
            yield arriving


def _corrected(made: dict[AgencyYear, YearEnd], place: AgencyYear, kind: int, rng: random.Random) -> YearEnd:
    """One row less, another row's traits, or twelve rows' traits; further corrections start from it."""
    lists = made[place]
    rows = rng.sample(sorted(lists.staff), 12)
    women = [number for number, person in lists.staff.items() if person.is_woman]
    twelve = (
        rng.sample(women, 6) + rng.sample(sorted(lists.staff.keys() - set(women)), 6)
        if len(women) > 5 and rng.random() < 0.5
        else rows
    )
    made[place] = without(lists, rows[:1]) if kind == 0 else changed(lists, rows[:1] if kind == 1 else twelve, rng)
    return made[place]


def _release(history: History, counts: dict[AgencyYear, int], whole_only: dict[AgencyYear, bool], policy: Policy) -> Release:
    for place, version in counts.items():
        if (place, version) not in history.cells:
            history.cells[place, version] = list(cells_of(history.lists[place][version], *place))
    cells = [cell for place, version in sorted(counts.items()) for cell in history.cells[place, version]]
    people = people_in(cells, {(*place, "synthetic"): f"{place} {version}" for place, version in counts.items()})
    earlier = of_same_people((each for release in history.releases for each in release.told), people)
    context = Context(earlier=earlier, without_breakdowns={place for place, is_whole_only in whole_only.items() if is_whole_only})
    rows = release_rows(cells, policy, context)
    said = [replace(each, release_id=len(history.releases) + 1) for each in told(cells, rows, policy, people, context)]
    return Release(cells, rows, counts, whole_only, said)


def joint_attack(history: History, policy: Policy, *, knows_sums: bool = True) -> Report:
    """The attack on what all releases told, as one: counts of one version of an agency's lists are the same in whichever release. A count is
    protected that is 1 to 4 and that no release showed."""
    counts: list[Count] = []
    relations: dict[tuple, Relation] = {}
    for number, release in enumerate(history.releases, 1):
        facts = facts_of(release.cells, release.rows, policy)

        def of_version(people: People, versions: dict[AgencyYear, int] = release.versions) -> People:
            version = versions[people.agency_code, people.period_year]
            return replace(people, provenance=f"version {version}")

        counts += [
            replace(count, key=of_version(count.key), origin=f"{count.origin} in release {number}") for count in facts.counts
        ]
        for relation in facts.relations:
            if knows_sums or relation.name == "both sides" or relation.is_at_most:
                moved = replace(relation, terms=tuple((of_version(key), n) for key, n in relation.terms))
                relations[moved.terms, moved.is_at_most] = moved
    return attack(counts, list(relations.values()))


@dataclass(frozen=True)
class Moves:
    """Figures of agencies that differ between two releases, and those of them that too few people moved, or one to four women."""

    n: int
    of_few_people: int
    of_few_women: int


def moves(history: History) -> Moves:
    """Compares any two releases, since a rollback can set any two side by side."""
    n = few = of_women = 0
    for one, other in combinations(history.releases, 2):
        here, there = _shown(one), _shown(other)
        behind: dict[AgencyYear, tuple[int, int]] = {}
        for key in here.keys() & there.keys():
            if here[key] != there[key]:
                place = key[0]
                if place not in behind:
                    versions = (history.lists[place][release.versions[place]] for release in (one, other))
                    women, men = differing(*versions)
                    behind[place] = len(women | men), len(women)
                n += 1
                few += behind[place][0] < FEW_PEOPLE
                of_women += 0 < behind[place][1] < FEW_WOMEN
    return Moves(n, few, of_women)


def _shown(release: Release) -> dict[tuple[AgencyYear, str], tuple]:
    return {
        ((row.agency_code, row.period_year), row.cell_id): (
            row.status,
            row.suppression_reason,
            row.numerator,
            row.denominator,
            row.n,
            row.estimate,
        )
        for row in release.rows
    }


def least_left(report: Report) -> int:
    """The least number of values left to a count, of those that need not have all of a smaller class."""
    return min((len(found.shown) for found in report.findings if found.greatest is not None), default=0)


def waiting(history: History) -> int:
    """Corrections that were never published."""
    return sum(len(versions) for versions in history.lists.values()) - len(
        {(place, version) for release in history.releases for place, version in release.versions.items()}
    )


__all__: Sequence[str] = ("History", "joint_attack", "least_left", "moves", "three_years", "waiting")
