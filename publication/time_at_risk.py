"""What published person-years tell of the counts of staff that they are the time of: statements and relations for the attack on a release.

Whoever is in post at a year's end and does not leave, and nobody who comes, is in post all year. So the person-years of women of a year are no more
than the women of the year's start and those hired, and no fewer than those without those who left; of the year's end likewise. Person-years of a grade
band or of years of service are the mean of two counts of staff, so these two have a known sum. Each is known within its rounding.

All releases that readers ever saw tell of them, where the people are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import YEAR, Cell, Figure
from publication.disclosure import is_whole
from publication.knowledge import Count, Relation
from publication.people import People, people_of
from publication.sides import Sides, who_of_rate
from publication.staff import MEAN_STAFF

TIME, TWO_ENDS = "person-years", "staff of two year-ends"
EXACT = 1e-6
Sizes = Mapping[People, int]


def time_shown(method: str | None, events: float | None, years: float | None, sides: Sides | None) -> tuple[int, int] | None:
    """What a shown rate tells of its person-years, or of twice the mean of two year-ends: the least and the greatest value.

    `sides`: what it tells of its `events`, by which its rules rounded counts. None where it has no person-years.
    """
    if not years or events is None or sides is None or len(sides) != 1 or sides[0][1] is None:
        return None
    if method != MEAN_STAFF:
        return int(years), int(years)
    base = 2 * (sides[0][1] - int(events)) + 1  # or one less
    return max(2 * int(years) - base, 0), 2 * int(years) + base


def whose_time(cells: Sequence[Figure], policy: Policy) -> dict[int, People]:
    """For the number of each rate whose person-years tell of counts, whom they are of: the agency's people of one year, or those of two year-ends."""
    whole = {
        people_of(cell, who_of_rate(cell), policy): present(cell.denominator)
        for cell in cells
        if _is_rate(cell, policy) and is_whole(cell) and policy.counts[cell.indicator_code] in _leavers(policy)
    }
    found = {}
    for number, cell in enumerate(cells):
        if not _is_rate(cell, policy):
            continue
        people = people_of(cell, who_of_rate(cell), policy)
        if cell.method == MEAN_STAFF:
            found[number] = replace(people, of=TWO_ENDS)
            continue
        for flow in _leavers(policy):
            of_whole = replace(people, of=flow["of"], traits=())
            if abs(whole.get(of_whole, -1) - present(cell.denominator)) < EXACT:
                found[number] = replace(of_whole, of=TIME)
    return found


def size_of_time(cell: Cell) -> int:
    """How many it really is, of a cell of `whose_time`."""
    years = present(cell.denominator)
    return round(2 * years if cell.method == MEAN_STAFF else years)


def time_told(people: People, time: tuple[int, int], size: int | None, origin: str) -> Count:
    return Count(people, *time, size=size, origin=f"{origin}'s person-years")


def time_relations(told: Iterable[Count], sizes: Sizes, policy: Policy) -> Iterator[Relation]:
    """How person-years and counts of staff depend on each other, where the data agree with it; of whose real number nothing is known, nothing follows."""
    for time in {count.key: count for count in told if count.size is not None}.values():
        size = present(time.size)
        for stock, change in policy.over_time.items():
            after = replace(time.key, of=stock)
            before = replace(after, period_year=after.period_year - 1)
            if time.key.of == TWO_ENDS:
                if before in sizes and after in sizes and sizes[before] + sizes[after] == size:
                    yield Relation(((before, 1), (after, 1), (time.key, -1)), name="mean of two year-ends")
                continue
            plus, minus = replace(after, of=change.plus), replace(after, of=change.minus)
            for end, more, fewer in ((before, plus, minus), (after, minus, plus)):
                if end in sizes and more in sizes and sizes[end] + sizes[more] >= size:
                    yield Relation(
                        ((time.key, 1), (end, -1), (more, -1)), is_at_most=True, name="person-years of all who were there"
                    )
                if end in sizes and fewer in sizes and sizes[end] - sizes[fewer] <= size:
                    yield Relation(((end, 1), (fewer, -1), (time.key, -1)), is_at_most=True, name="person-years of who stayed")


def _leavers(policy: Policy) -> list[dict[str, str]]:
    return [{"of": change.minus} for change in policy.over_time.values()]


def _is_rate(cell: Figure, policy: Policy) -> bool:
    is_counted = cell.agency_code != "all" and cell.indicator_code in policy.counts and cell.numerator is not None
    return is_counted and cell.unit.startswith("per ") and cell.denominator is not None and cell.period == YEAR
