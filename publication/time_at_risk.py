"""What published person-years tell of the counts of staff that they are the time of: statements and relations for the attack on a release.

Whoever is in post at a year's end and does not leave, and nobody who comes, is in post all year. So the person-years of women of a year are no more
than the women of the year's start and those hired, and no fewer than those without those who left; of the year's end likewise. Person-years of a grade
band or of years of service are the mean of two counts of staff, so these two have a known sum. Each is known within its rounding.

Limits: what an earlier release showed of person-years is not kept; while its people are the same, so is what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import YEAR, Cell, PublishedCell
from publication.disclosure import is_whole
from publication.knowledge import Count, Relation
from publication.people import People, people_of
from publication.sides import tells_of_counts, who_of_rate
from publication.staff import MEAN_STAFF

TIME, TWO_ENDS = "person-years", "staff of two year-ends"
EXACT = 1e-6
Sizes = Mapping[People, int]


def time_told(cells: Sequence[Cell], rows: Sequence[PublishedCell], policy: Policy) -> Iterator[tuple[int, Count]]:
    """For the number of each shown rate, what its person-years are: of the agency's people of one year, or twice the mean of two year-ends."""
    whole = {
        people_of(cell, who_of_rate(cell), policy): present(cell.denominator)
        for cell in cells
        if _is_rate(cell, policy) and is_whole(cell) and policy.counts[cell.indicator_code] in _leavers(policy)
    }
    for number, (cell, row) in enumerate(zip(cells, rows, strict=True)):
        if not _is_rate(cell, policy) or row.is_suppressed or not row.denominator:
            continue
        people, years, exact = people_of(cell, who_of_rate(cell), policy), int(row.denominator), present(cell.denominator)
        if cell.method == MEAN_STAFF:
            half = policy.rounding_base
            yield (
                number,
                _count(replace(people, of=TWO_ENDS), max(2 * years - half, 0), 2 * years + half, 2 * exact, row),
            )
            continue
        for flow in _leavers(policy):
            of_whole = replace(people, of=flow["of"], traits=())
            if abs(whole.get(of_whole, -1) - exact) < EXACT:
                yield number, _count(replace(of_whole, of=TIME), years, years, years, row)


def time_relations(told: Sequence[Count], sizes: Sizes, policy: Policy) -> Iterator[Relation]:
    """How person-years and counts of staff depend on each other, where the data agree with it."""
    for time in {count.key: count for count in told}.values():
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


def _is_rate(cell: Cell, policy: Policy) -> bool:
    return tells_of_counts(cell, policy) and cell.unit.startswith("per ") and cell.denominator is not None and cell.period == YEAR


def _count(people: People, low: int, high: int, size: float, row: PublishedCell) -> Count:
    return Count(people, low, high, size=round(size), origin=f"{row.indicator_code}'s person-years")
