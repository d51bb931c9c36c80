"""What one published cell of an agency's staff tells of its counts: the least and the greatest value of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, Figure, PublishedCell, Status
from publication.disclosure import WITH_ANOTHER, is_whole
from publication.knowledge import Count
from publication.people import BOTH, INSIDE, MAN, REST, WOMAN, People, people_compared, people_of
from publication.rounding import rounded

Range = tuple[int, int | None]
Sides = tuple[Range, ...]  # of the count, of the rest, and of both
Wholes = Mapping[tuple[Any, ...], tuple[float, float]]


def tells_of_counts(cell: Cell, policy: Policy) -> bool:
    """Whether the policy says of whom the cell's counts are, and the cell has them."""
    if cell.agency_code == "all":
        return False
    if cell.indicator_code in policy.compared:
        return None not in cell.four_counts
    return cell.indicator_code in policy.counts and cell.numerator is not None


def told_by(cell: Cell, row: PublishedCell, wholes: Wholes, policy: Policy) -> list[Count[People]]:
    """What `row`, published of `cell`, tells: of a share the count, the rest and both; of a rate the events; of a ratio the count and the base of
    women, and the same of men. `wholes` are the women and men of each agency and year."""
    if cell.indicator_code in policy.compared:
        return list(_of_ratio(cell, row, policy))
    return _of_share(cell, row, wholes, policy) if cell.unit == "pct" else [_of_rate(cell, row, policy)]


def counted(cell: Figure, policy: Policy) -> tuple[People, ...]:
    """Of whom the counts are that a cell tells of, in the order of told_by."""
    if cell.indicator_code in policy.compared:
        compared = policy.compared[cell.indicator_code]
        return tuple(people_compared(cell, who, traits) for who in (WOMAN, MAN) for traits in (compared.count, compared.base))
    if cell.unit != "pct":
        return (people_of(cell, who_of_rate(cell), policy),)
    is_of_women = policy.counts[cell.indicator_code]["of"] in policy.of_women_and_men
    return tuple(people_of(cell, who, policy) for who in ((WOMAN, MAN, BOTH) if is_of_women else (INSIDE, REST, BOTH)))


def sizes(cell: Cell, policy: Policy) -> tuple[int, ...]:
    """How many people these are, exactly."""
    if cell.indicator_code in policy.compared:
        return tuple(int(present(value)) for value in cell.four_counts)
    if cell.unit != "pct":
        return (int(present(cell.numerator)),)
    return tuple(map(int, cell.sides))


def wholes(cells: Sequence[Cell], policy: Policy) -> Wholes:
    """Women and men of each agency and period."""
    return {
        _place(cell): cell.sides[:2]
        for cell in cells
        if policy.counts.get(cell.indicator_code) == {"of": "stock"} and is_whole(cell) and cell.numerator is not None
    }


def _place(cell: Cell) -> tuple[Any, ...]:
    return (cell.agency_code, cell.period, cell.period_year, cell.provenance)


def _of_share(cell: Cell, row: PublishedCell, wholes: Wholes, policy: Policy) -> list[Count[People]]:
    known: Sides
    if row.is_suppressed:
        known = _of_suppressed_share(cell, row, policy)
        if not is_whole(cell) or policy.counts[cell.indicator_code] != {"of": "stock"}:
            known = _or_nobody(known, wholes.get(_place(cell)), policy)
    else:
        count, base = present(row.numerator), present(row.denominator)
        rest = (policy.min_count, None) if count < base else (0, 0)
        known = (shown(count, policy), rest, shown(base, policy, least=policy.min_base_hr))
    return [
        _count(people, known, value, row, policy, is_protected=people.who != BOTH)
        for people, known, value in zip(counted(cell, policy), known, cell.sides, strict=True)
    ]


def shown(value: float, policy: Policy, least: int = 0) -> Range:
    """What a rounded count can be; `least`: what it must be to be shown, besides the least count."""
    half = policy.rounding_base // 2
    return (max(int(value) - half, policy.min_count, least), int(value) + half) if value else (0, 0)


def _count(
    people: People, known: Range, value: float, row: PublishedCell, policy: Policy, *, is_protected: bool = True
) -> Count[People]:
    is_hidden = is_protected and row.is_suppressed and 0 < value < policy.min_count
    return Count(people, *known, is_protected=is_hidden, size=int(value), origin=row.indicator_code)


def _of_suppressed_share(cell: Cell, row: PublishedCell, policy: Policy) -> Sides:
    """A small base is known to be small, a class to be one; which side is small is said."""
    if present(cell.n) < policy.min_base_hr:
        return (0, policy.min_base_hr - 1), (0, policy.min_base_hr - 1), (1, policy.min_base_hr - 1)
    small = (0 if row.status == Status.FEW else 1, policy.min_count - 1)
    base = (policy.min_base_hr, None)
    sides = cell.sides[:2]
    if row.suppression_reason == WITH_ANOTHER:  # the reason says that neither side is small
        inside, outside = ((min(policy.min_count, int(value)), None) for value in sides)
        return inside, outside, base
    if row.status != Status.FEW and not any(0 < value < policy.min_count for value in sides):  # nobody, of a whole that is small
        nobody = (0, policy.min_count - 1)
        return (nobody, (0, None), base) if sides[0] == 0 else ((0, None), nobody, base)
    is_inside = sides[0] < policy.min_count if row.status == Status.FEW else 0 < sides[0] < policy.min_count
    return (small, (0, None), base) if is_inside else ((0, None), small, base)


def _or_nobody(known: Sides, whole: tuple[float, float] | None, policy: Policy) -> Sides:
    """Where an agency has few women, or few men, a part with none of them has the same reason as a part with some. So it may have none."""
    *sides, base = known
    small = (1, policy.min_count - 1)
    return *(
        (0, small[1]) if side == small and whole and people < policy.min_count else side
        for side, people in zip(sides, whole or (0, 0), strict=True)
    ), base


def _of_rate(cell: Cell, row: PublishedCell, policy: Policy) -> Count[People]:
    small = (0, policy.min_count - 1 if row.status == Status.FEW else None)
    known = small if row.is_suppressed else shown(present(row.numerator), policy)
    [people] = counted(cell, policy)
    return _count(people, known, present(cell.numerator), row, policy)


def who_of_rate(cell: Figure) -> str:
    return {"woman": WOMAN, "man": MAN}.get(cell.gender, BOTH)


def _of_ratio(cell: Cell, row: PublishedCell, policy: Policy) -> Iterator[Count[People]]:
    """A shown ratio is computed from four rounded counts, and has no other four: so it tells these. A suppressed one says at most which base is
    small; which of its counts is, it does not say."""
    is_shown = not row.is_suppressed and row.unavailable_reason is None
    values = [present(value) for value in cell.four_counts]
    for at, (people, value) in enumerate(zip(counted(cell, policy), values, strict=True)):
        known: Range = (0, None)
        if is_shown:
            known = shown(rounded(value, policy.rounding_base), policy, least=policy.min_base_hr if at % 2 else 0)
        elif at % 2 and row.is_suppressed and value < policy.min_base_hr and value <= values[(at + 2) % 4]:  # the smaller base
            known = (0, policy.min_base_hr - 1)
        yield _count(people, known, value, row, policy)
