"""What releases should say, counted from the made-up people in Python alone: which version of a year-end counts, and its figures. Pure.

The rule of versions is written here once more, from the design and not from Parity's code: a version that was never shown needs ten people who differ
from each version that was, five of them women and five men, or none.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.long_run import lists
from benchmarks.long_run.ledger import Ledger
from benchmarks.long_run.lists import File
from benchmarks.long_run.steps import Begin, Release, Rollback, Step
from benchmarks.long_run.world import Row, World

FEW_PEOPLE, FEW_OF_A_SEX = 10, 5
BASE, SMALL, LEAST_BASE = 5, 5, 10  # rounding, what is small of a side, and of a whole
BANDS = {"all": range(1, 10), "junior": range(1, 4), "middle": range(4, 7), "senior": range(7, 10)}
Place = tuple[str, dt.date]
Version = tuple[str, dt.date, str]  # agency, day, edition


@dataclass(frozen=True)
class Differing:
    """How many people differ between two lists, and how many of them are women and men."""

    people: int
    women: int
    men: int

    @property
    def is_enough(self) -> bool:
        """Whether figures may move from one to the other."""
        if self.people == 0:
            return True
        return self.people >= FEW_PEOPLE and all(n == 0 or n >= FEW_OF_A_SEX for n in (self.women, self.men))


@lru_cache(maxsize=512)
def in_post(world: World, version: Version) -> Mapping[str, Row]:
    """Who is in post on that list, by number."""
    agency, day, edition = version
    return {row.number: row for row in lists.rows(world, agency, day, edition) if row.is_in_post(day)}


def changed(one: Mapping[str, Row], other: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Key and sex of each row that is on one side only, or has other traits."""
    for key in one.keys() | other.keys():
        first, *second = [side[key] for side in (one, other) if key in side]
        if [first.traits] != [row.traits for row in second]:
            yield key, first.sex


def differing(one: Mapping[str, Row], other: Mapping[str, Row]) -> Differing:
    """People who are on one side only, or have other traits."""
    sexes: dict[str, set[str]] = defaultdict(set)
    for number, sex in changed(one, other):
        sexes[sex].add(number)
    women, men = len(sexes["woman"]), len(sexes["man"])
    return Differing(women + men, women, men)


def differ(world: World, one: Version, other: Version) -> Differing:
    return differing(in_post(world, one), in_post(world, other))


def closed_years(ledger: Ledger) -> dict[str, set[int]]:
    """By agency, the years of whose last month, or of a later one, a list has come that is not held."""
    found: dict[str, set[int]] = defaultdict(set)
    held = ledger.held()
    for agency, day in ledger.editions():
        if (agency, day) not in held:
            found[agency] |= {year for year in range(ledger.world.first.year, day.year + (day.month == 12))}
    return found


def counting(world: World, steps: Sequence[Step]) -> dict[tuple[str, int], Version]:
    """For each agency and closed year, the version of its last list that counts in the release made last."""
    shown: dict[Place, list[Version]] = defaultdict(list)
    stood: dict[tuple[str, int], list[Version]] = defaultdict(list)  # what was the year's last list in some release
    counts: dict[Place, Version] = {}
    ledger = Ledger(world)
    for step in steps:
        ledger.play(step)
        if isinstance(step.kind, Release) or (isinstance(step.kind, Begin) and step.kind.has_release):
            counts = _counting_now(world, ledger, shown, stood)
            for at, last in _last_of_years(counts).items():
                stood[at].append(last)
            for place, version in counts.items():
                if version not in shown[place]:
                    shown[place].append(version)
    return _last_of_years(counts)


def _last_of_years(counts: Mapping[Place, Version]) -> dict[tuple[str, int], Version]:
    return {(agency, day.year): version for (agency, day), version in sorted(counts.items())}


def _counting_now(
    world: World, ledger: Ledger, shown: Mapping[Place, list[Version]], stood: Mapping[tuple[str, int], list[Version]]
) -> dict[Place, Version]:
    """The version that counts, list by list: the newest that differs from every version shown of that list in enough people, else the one shown last.

    A list that is new in a year that was shown must also differ enough from the shown lists beside it. The last list of a year must differ enough
    from each list that stood for that year in an earlier release.
    """
    years = closed_years(ledger)
    counts: dict[Place, Version] = {}
    for (agency, day), files in sorted(ledger.editions().items()):
        seen = {at: versions for (code, at), versions in shown.items() if code == agency and versions}
        is_first = not years[agency] and (day in seen or (not seen and not any(code == agency for code, _ in counts)))
        if day.year not in years[agency] and not is_first:
            continue
        others = list(seen.get(day, ()))
        if not others and any(at.year == day.year for at in seen):
            before, after = [at for at in seen if at < day], [at for at in seen if at > day]
            others = [version for at in (*before[-1:], *after[:1]) for version in seen[at]]
        if not any(at.year == day.year and at > day for at in seen):
            others += stood.get((agency, day.year), [])
        if version := _choose(world, files, seen.get(day, ()), others):
            counts[agency, day] = version
    return counts


def _choose(world: World, files: Iterable[File], shown: Sequence[Version], others: Sequence[Version]) -> Version | None:
    whole = [(file.agency, file.day, file.edition) for file in files if file.edition not in lists.HELD]
    for version in reversed(whole):
        if version in shown or all(differ(world, version, other).is_enough for other in others):
            return version
    return shown[-1] if shown else None


@dataclass(frozen=True)
class Share:
    """Women among the people in post, of all or of a band of grades."""

    women: int
    base: int

    @property
    def rounded(self) -> tuple[float, float]:
        return round_to(self.women), round_to(self.base)

    @property
    def may_be_shown(self) -> bool:
        """By the rules on the cell alone; it may be suppressed for another's sake."""
        return self.base >= LEAST_BASE and not any(0 < side < SMALL for side in (self.women, self.base - self.women))


def share(world: World, version: Version, band: str = "all") -> Share:
    people = [row for row in in_post(world, version).values() if row.grade in BANDS[band]]
    return Share(sum(row.sex == "woman" for row in people), len(people))


def round_to(count: int, base: int = BASE) -> float:
    """To the nearest multiple; halves go up."""
    return float(base * math.floor(count / base + 0.5))


def last_release(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps up to the one whose release is current: a rollback goes back by one release."""
    made = [
        number
        for number, step in enumerate(steps)
        if isinstance(step.kind, Release) or (isinstance(step.kind, Begin) and step.kind.has_release)
    ]
    if steps and made and any(isinstance(step.kind, Rollback) for step in steps[made[-1] :]):
        made = made[:-1]
    return steps[: made[-1] + 1] if made else ()
