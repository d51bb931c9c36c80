"""What two lists of an agency have in common, and where that is outside the bounds of the contract. Pure.

People are counted, never named. A bound grows with the time between the lists. A group of n people may exceed it by chance: three standard
deviations of a binomial count, and three people more, so that small groups are not held for one family that moved.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parity.catalogue.hr_parts import Continuity

LEAST_YEARS = 0.5  # people leave and come by classes and seasons: less time allows no less
SLACK = 3
GRADE = "grade "


@dataclass(frozen=True)
class Pair:
    """People who are alike on both lists. `was`, `now`: sex and grade on the list before and on this one, None where they are not in post there."""

    was: tuple[str, int | None] | None
    now: tuple[str, int | None] | None
    is_on_both: bool
    n: int
    n_other_birth: int = 0
    n_other_hire: int = 0
    n_new_rank: int = 0
    n_new_unit: int = 0


@dataclass(frozen=True)
class Flow:
    """One group of people in post: how many there were, are now, stayed, came and went."""

    n_before: int = 0
    n_after: int = 0
    n_kept: int = 0
    n_come: int = 0
    n_gone: int = 0


@dataclass(frozen=True)
class Measured:
    """A list against the one before it, in counts of people. `groups` are named `woman`, `man`, …, and `grade 3`. `n_on_both`: in post or not."""

    people: Flow
    groups: Mapping[str, Flow] = field(default_factory=dict)
    n_on_both: int = 0
    n_other_sex: int = 0
    n_other_birth: int = 0
    n_other_hire: int = 0
    n_new_rank: int = 0
    n_new_unit: int = 0

    def as_dict(self) -> dict[str, object]:
        """For storage: counts alone."""
        return {
            **{name: value for name, value in vars(self).items() if isinstance(value, int)},
            "groups": {name: vars(flow) for name, flow in self.groups.items()},
        }


def measure(pairs: Iterable[Pair]) -> Measured:
    """Sum the pairs, in all and by sex and grade."""
    flows: dict[str, Counter[str]] = {}
    sums: Counter[str] = Counter()
    for pair in pairs:
        for group in {"", *_groups(pair.was), *_groups(pair.now)}:
            was, now = _is_of(pair.was, group), _is_of(pair.now, group)
            counts = flows.setdefault(group, Counter())
            counts["n_before"] += pair.n * was
            counts["n_after"] += pair.n * now
            counts["n_kept"] += pair.n * (was and pair.now is not None)
            counts["n_come"] += pair.n * (now and pair.was is None)
            counts["n_gone"] += pair.n * (was and pair.now is None)
        sums["n_new_rank"] += pair.n_new_rank
        sums["n_new_unit"] += pair.n_new_unit
        if pair.is_on_both:
            sums["n_on_both"] += pair.n
            sums["n_other_sex"] += pair.n * (pair.was is not None and pair.now is not None and pair.was[0] != pair.now[0])
            sums["n_other_birth"] += pair.n_other_birth
            sums["n_other_hire"] += pair.n_other_hire
    people = Flow(**flows.pop("", Counter()))
    return Measured(people, {name: Flow(**counts) for name, counts in sorted(flows.items())}, **sums)


def outside(found: Measured, bounds: Continuity, days: int) -> list[str]:
    """Say in words where the list is outside the bounds; nothing where it continues. `days`: between the two lists, 0 for a correction."""
    years = max(abs(days) / 365.25, LEAST_YEARS)
    gone = 1 - (1 - bounds.gone_per_year) ** years
    people, told = found.people, _gone_outside("people", found.people, gone)
    come = people.n_before * bounds.come_per_year * years
    if people.n_come > come + 3 * math.sqrt(come) + SLACK:
        told.append(f"{people.n_come:,} of {people.n_after:,} people are new; the list before had {people.n_before:,}")
    if not told:  # where a group alone is outside, it says more than the whole; who comes may well be of one sex or grade
        for name, flow in found.groups.items():
            factor = 2 if name.startswith(GRADE) else 1  # people retire from some grades
            told += _gone_outside(name, flow, min(1, factor * gone))
    for n, what in (
        (found.n_other_sex, "another sex"),
        (found.n_other_birth, "another year of birth"),
        (found.n_other_hire, "another day of hire"),
    ):
        if n > limit(found.n_on_both, bounds.restated):
            told.append(f"{n:,} of {found.n_on_both:,} people who are on both lists have {what}")
    for n, what in ((found.n_new_rank, "rank"), (found.n_new_unit, "unit")):
        if n > limit(found.people.n_after, bounds.new_words):
            told.append(f"{n:,} of {found.people.n_after:,} people are in a {what} that the list before did not have")
    return told


def limit(n: int, share: float) -> float:
    """How many of n people may be concerned where `share` of them may be."""
    return n * share + 3 * math.sqrt(n * share * max(0.0, 1 - share)) + SLACK


def _gone_outside(name: str, flow: Flow, gone: float) -> list[str]:
    if flow.n_gone <= limit(flow.n_before, gone):
        return []
    group = {"people": "people", "woman": "women", "man": "men"}.get(name, f"people of {name}")
    return [f"{flow.n_gone:,} of {flow.n_before:,} {group} of the list before are gone"]


def _groups(side: tuple[str, int | None] | None) -> list[str]:
    if side is None:
        return []
    return [side[0]] if side[1] is None else [side[0], f"{GRADE}{side[1]}"]


def _is_of(side: tuple[str, int | None] | None, group: str) -> bool:
    return side is not None and (not group or group in _groups(side))
