"""What earlier releases told of the same people: it is part of what a reader knows, it cannot be hidden any more, and what was hidden stays so.

Two releases tell of the same people where the exact figures agree: for an agency and year, all cells of one indicator and one breakdown. Where
the caller knows which lists a release was made from (`snapshots`), these must be the same too. Where somebody differs, the counts of the two
releases are counts of their own, and nothing is assumed between them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from parity.present import present
from publication.cell import Cell, PublishedCell
from publication.knowledge import Count

PLACES = 6  # person-years, and what is estimated, may differ in their last binary digits
COUNTS = ("numerator", "denominator", "n", "first_count", "first_base", "second_count", "second_base", "n_least", "count_least")
AgencyYear = tuple[str, int, str]


@dataclass(frozen=True)
class Told:
    """What a published release told of a cell of staff. `sides` are the least and greatest values of its counts, in their order; None where it has
    no counts. `people` is the same wherever the people are. `time`: of a shown rate, the same of its person-years (publication/time_at_risk.py)."""

    release_id: int
    cell_id: str
    people: str
    is_suppressed: bool
    is_shown: bool
    words: tuple[str, str | None]  # status and reason
    sides: tuple[tuple[int, int | None], ...] | None
    time: tuple[int, int] | None = None

    def tells(self, counts: Sequence[Count]) -> bool:
        """Whether it is a true statement about these counts. A false one, made by another version of the rules, is no knowledge."""
        return (
            self.sides is not None
            and len(self.sides) == len(counts)
            and all(
                count.size is not None and low <= count.size and (high is None or count.size <= high)
                for count, (low, high) in zip(counts, self.sides, strict=True)
            )
        )


NOTHING_BEFORE: Mapping[str, Sequence[Told]] = MappingProxyType({})


def is_of_staff(cell: Cell) -> bool:
    """Whether the cell is a figure of an agency's staff."""
    return cell.agency_code != "all" and cell.source.startswith(("hr", "external+hr"))


def people_in(cells: Iterable[Cell], snapshots: Mapping[AgencyYear, str] | None = None) -> dict[str, str]:
    """For the id of each cell of staff, what is the same in two releases where the people are. `snapshots`: by agency, year and provenance, which
    lists its figures are made from."""
    groups: dict[tuple[Any, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        if is_of_staff(cell):
            split = "grade_band" if cell.grade_band != "all" else cell.breakdown
            groups[cell.agency_code, cell.period_year, cell.provenance, cell.indicator_code, split, cell.period].append(cell)
    found: dict[str, str] = {}
    for group, members in groups.items():
        exact = sorted((cell.cell_id, *_exact(cell)) for cell in members)
        same = hashlib.sha256(json.dumps([(snapshots or {}).get(group[:3]), exact]).encode()).hexdigest()
        found |= dict.fromkeys((cell.cell_id for cell in members), same)
    return found


def _exact(cell: Cell) -> list[str]:
    values = [getattr(cell, name) for name in COUNTS]
    values = values if any(value is not None for value in values) else [cell.estimate]
    return ["" if value is None else f"{float(value):.{PLACES}f}" for value in values]


def of_same_people(told: Iterable[Told], people: Mapping[str, str]) -> dict[str, list[Told]]:
    """By the id of the cell, what earlier releases told of the people that it is of now; what several told alike, once."""
    found: dict[str, list[Told]] = defaultdict(list)
    for each in sorted(told, key=lambda each: each.release_id):
        alike = (each.is_suppressed, each.is_shown, each.words, each.sides, each.time)
        if people.get(each.cell_id) == each.people and all(
            alike != (other.is_suppressed, other.is_shown, other.words, other.sides, other.time) for other in found[each.cell_id]
        ):
            found[each.cell_id].append(each)
    return {cell: each for cell, each in found.items() if each}


def keep_suppressed(row: PublishedCell, before: Sequence[Told]) -> PublishedCell:
    """`row`, suppressed where earlier releases suppressed it and none showed it. It keeps their words."""
    if (
        row.is_suppressed
        or any(each.is_shown for each in before)
        or not (hidden := [each for each in before if each.is_suppressed])
    ):
        return row
    status, why = hidden[-1].words
    return row.suppress(present(why), status)
