"""What a release told of counts, as facts for an attack on it later, when its people may be others in today's data.

The ranges of its counts were kept when it was made, whatever the rules are now. Exact counts were not kept: today's serve where the people are still the
same. How counts depend on each other is taken from today's data.

Limits: of people of whom today's data know nothing, no sum of parts is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell, Status
from publication.earlier import Told, people_in
from publication.knowledge import Count, Relation
from publication.people import BOTH, People
from publication.sides import Range, Sides, counted, shown, sizes, tells_of_counts
from publication.sums import relations_of
from publication.time_at_risk import size_of_time, time_relations, time_shown, time_told, whose_time

ANY_NUMBER: Range = (0, None)
WORDS = re.compile(r"fewer than (\d+) (?:people|cases) (in|outside) the group")


@dataclass
class Retold:
    """What the release tells (`own`), what others told of the same people, what is known from elsewhere, and how all that hangs together."""

    own: list[Count] = field(default_factory=list)
    held: list[Count] = field(default_factory=list)
    known: list[Count] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    ranges: dict[People, Range] = field(
        default_factory=dict
    )  # what each count can be by the release alone; its size where that is known


def retold(
    rows: Sequence[PublishedCell],
    said: Mapping[str, Told],
    others: Mapping[str, Sequence[Told]],
    now: Sequence[Cell],
    policy: Policy,
    protected_then: Collection[str],
) -> Retold:
    """What the release tells, and other releases of the same people; arguments as of attacked_again."""
    world, people_now = Retold(), people_in(now)
    today = _today(now, policy)
    for row in rows:
        if row.agency_code == "all" or row.indicator_code not in (policy.counts.keys() | policy.compared.keys()):
            continue
        told = said.get(row.cell_id)
        of_whom, exact = today.get(row.cell_id) or (counted(row, policy), ())
        ranges = _sides(row, len(of_whom), policy) if told is None else told.sides
        if ranges is None or len(ranges) != len(of_whom):
            continue
        is_same = told is not None and people_now.get(row.cell_id) == told.people
        keys = [_apart(key, known, row, world) for key, known in zip(of_whom, ranges, strict=True)]
        for at, (key, (low, high)) in enumerate(zip(keys, ranges, strict=True)):
            size = exact[at] if is_same and exact and low <= exact[at] and (high is None or exact[at] <= high) else None
            world.ranges[key] = (
                (size, size) if size is not None else (common(world.ranges.get(key, ANY_NUMBER), (low, high)) or (low, high))
            )
            is_small = (size is not None and 0 < size < policy.min_count) or str(key) in protected_then
            is_protected = row.is_suppressed and is_small and not (len(keys) == 3 and key.who == BOTH)
            world.own.append(Count(key, low, high, is_protected=is_protected, size=size, origin=row.indicator_code))
            for other in others.get(row.cell_id, ()):
                if other.sides is not None and len(other.sides) == len(keys) and common(other.sides[at], world.ranges[key]):
                    origin = f"{row.indicator_code} in release {other.release_id}"
                    held = Count(key, *other.sides[at], size=size, is_held=True, was_published=other.is_shown, origin=origin)
                    world.held.append(held)
        if len(keys) == 3:
            world.relations.append(Relation(((keys[0], 1), (keys[1], 1), (keys[2], -1)), name="both sides"))
    times = _times(rows, said, others, now, policy)
    world.own += [count for count in times if not count.is_held]
    world.held += [count for count in times if count.is_held]
    published = {count.key for count in world.held if count.was_published}
    world.own = [replace(count, is_protected=False) if count.key in published else count for count in world.own]
    told_of = {count.key for count in world.own}
    size_of = {key: size for keys, exact in today.values() for key, size in zip(keys, exact, strict=True) if key in told_of}
    world.relations += relations_of(size_of, policy)
    world.relations += time_relations(times, size_of, policy)
    return world


def _times(
    rows: Sequence[PublishedCell],
    said: Mapping[str, Told],
    others: Mapping[str, Sequence[Told]],
    now: Sequence[Cell],
    policy: Policy,
) -> list[Count]:
    """What the release and others of the same people tell of person-years; how many these really are, by today's data."""
    today = {now[number].cell_id: (people, size_of_time(now[number])) for number, people in whose_time(now, policy).items()}
    shown_whose = {rows[number].cell_id: people for number, people in whose_time(rows, policy).items()}
    sizes = dict(today.values())
    found = []
    for row in rows:
        people = today[row.cell_id][0] if row.cell_id in today else shown_whose.get(row.cell_id)
        if people is None:
            continue
        told = said.get(row.cell_id)
        if told is None:
            sides = _sides(row, 1, policy)
            time = None if row.is_suppressed else time_shown(row.method, row.numerator, row.denominator, sides)
        else:
            time = told.time
        if time:
            found.append(time_told(people, time, sizes.get(people), row.indicator_code))
        for other in others.get(row.cell_id, ()):
            if other.time and (time is None or common(time, other.time)):
                held = time_told(people, other.time, sizes.get(people), f"{row.indicator_code} in release {other.release_id}")
                found.append(replace(held, is_held=True, was_published=True))
    return found


def _today(now: Sequence[Cell], policy: Policy) -> dict[str, tuple[tuple[People, ...], tuple[int, ...]]]:
    """By the id of the cell, of whom its counts are and how many these are; told apart as publication/facts.py does."""
    found: dict[str, tuple[tuple[People, ...], tuple[int, ...]]] = {}
    truth: dict[People, int] = {}
    for cell in now:
        if not tells_of_counts(cell, policy):
            continue
        exact = sizes(cell, policy)
        keys = tuple(
            key if truth.get(key, size) == size else _of_indicator(key, cell.indicator_code)
            for key, size in zip(counted(cell, policy), exact, strict=True)
        )
        truth |= dict(zip(keys, exact, strict=True))
        found[cell.cell_id] = (keys, exact)
    return found


def _apart(key: People, known: Range, row: PublishedCell, world: Retold) -> People:
    """A count that another cell of the release has otherwise is of other people, whatever the definitions say."""
    return key if common(world.ranges.get(key, ANY_NUMBER), known) else _of_indicator(key, row.indicator_code)


def _of_indicator(key: People, code: str) -> People:
    return replace(key, traits=(*key.traits, ("of", code)))


def common(one: Range, other: Range) -> Range | None:
    """What is in both ranges; None where nothing is."""
    low, highs = max(one[0], other[0]), [high for high in (one[1], other[1]) if high is not None]
    high = min(highs, default=None)
    return None if high is not None and high < low else (low, high)


def _sides(row: PublishedCell, n: int, policy: Policy) -> Sides | None:
    """What a row tells of its counts, of a release from before that was kept. What a suppressed one tells but for its words is not used."""
    if row.unavailable_reason is not None:
        return None
    if not row.is_suppressed:
        if row.numerator is None:
            return None
        count = shown(row.numerator, policy)
        return (count,) if n == 1 else (count, ANY_NUMBER, shown(present(row.denominator), policy)) if n == 3 else None
    said = WORDS.match(row.suppression_reason or "")
    small = (0, int(said[1]) - 1) if said else ANY_NUMBER
    if n == 3 and said and said[2] == "outside":
        return ANY_NUMBER, small, ANY_NUMBER
    return (small, *[ANY_NUMBER] * (n - 1)) if n == 3 or row.status == Status.FEW else (ANY_NUMBER,) * n
