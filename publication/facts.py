"""What a reader knows of the staff of each agency from all published cells: the facts that the attack on a release starts from.

A cell tells of counts: women and men on the two sides of a share, the events of a rate and its person-years, or the four counts of a ratio. catalogue/disclosure.yml
says what these are of, so that two cells of the same people tell of one count; earlier releases tell of it too, where the people are the same.
Figures above an agency add nothing: they follow from those of its agencies.

An index tells nothing more either: it is over the counts as they are published.

Limits: surveys are not attacked, nor are medians, survival and pay. What a ratio's reason tells of its counts, but for a small base, is
not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell
from publication.disclosure import NO_BREAKDOWNS
from publication.earlier import NOTHING_BEFORE, Told
from publication.knowledge import Count, Relation
from publication.people import People
from publication.sides import tells_of_counts, told_by, wholes
from publication.sums import relations_of
from publication.time_at_risk import size_of_time, time_relations, time_shown, time_told, whose_time


@dataclass
class Facts:
    """Counts and relations; for each count the numbers of the cells that tell of it and how many people it really is; and for the number of each
    cell what it tells."""

    counts: list[Count[People]] = field(default_factory=list)
    relations: list[Relation[People]] = field(default_factory=list)
    told_by: dict[People, list[int]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[People, int] = field(default_factory=dict)
    said: dict[int, list[Count[People]]] = field(default_factory=dict)


def facts_of(
    cells: Sequence[Cell],
    rows: Sequence[PublishedCell],
    policy: Policy,
    earlier: Mapping[str, Sequence[Told]] = NOTHING_BEFORE,
) -> Facts:
    """What all shown, classed and suppressed cells of agencies tell of their staff; `rows[i]` is what is published of `cells[i]`. `earlier` is what
    releases before told of the same people, by the id of the cell."""
    facts, of_agencies = Facts(), wholes(cells, policy)
    for number, (cell, row) in enumerate(zip(cells, rows, strict=True)):
        if not tells_of_counts(cell, policy):
            continue
        if row.suppression_reason == NO_BREAKDOWNS:  # whatever its size
            continue
        before = earlier.get(cell.cell_id, ())
        told = [_told_apart(count, cell, facts) for count in told_by(cell, row, of_agencies, policy)]
        told = _in_the_same_words(told, row, before)
        facts.said[number] = told
        for count in told:
            facts.truth[count.key] = present(count.size)
            facts.told_by[count.key].append(number)
        facts.counts += [*told, *_told_before(told, before, cell)]
        if len(told) == 3:
            inside, rest, both = (count.key for count in told)
            facts.relations.append(Relation(((inside, 1), (rest, 1), (both, -1)), name="both sides"))
    facts.relations += relations_of(facts.truth, policy)
    _tell_of_time(cells, rows, policy, earlier, facts)
    _protect_nothing_that_was_published(facts)
    return facts


def _tell_of_time(
    cells: Sequence[Cell], rows: Sequence[PublishedCell], policy: Policy, earlier: Mapping[str, Sequence[Told]], facts: Facts
) -> None:
    """Add what rates tell of person-years, in these rows and in earlier releases of the same people."""
    times: list[Count[People]] = []
    for number, people in whose_time(cells, policy).items():
        if number not in facts.said:
            continue
        cell, row, size = cells[number], rows[number], size_of_time(cells[number])
        sides = tuple((count.low, count.high) for count in facts.said[number])
        if not row.is_suppressed and (time := time_shown(row.method, row.numerator, row.denominator, sides)):
            facts.told_by[people].append(number)
            times.append(time_told(people, time, size, cell.indicator_code))
        for other in earlier.get(cell.cell_id, ()):
            if other.time and other.time[0] <= size <= other.time[1]:
                told = time_told(people, other.time, size, f"{cell.indicator_code} in release {other.release_id}")
                times.append(replace(told, is_held=True, was_published=True))
    facts.counts += times
    facts.relations += time_relations(times, facts.truth, policy)


def _told_apart(count: Count[People], cell: Cell, facts: Facts) -> Count[People]:
    """A count that another cell has otherwise is of other people, whatever the definitions say."""
    if facts.truth.get(count.key, count.size) == count.size:
        return count
    return replace(count, key=replace(count.key, traits=(*count.key.traits, ("of", cell.indicator_code))))


def _in_the_same_words(told: list[Count[People]], row: PublishedCell, before: Sequence[Told]) -> list[Count[People]]:
    """A cell that stays suppressed for the reason of an earlier release tells what these words told under the rules of that release."""
    for other in before:
        if (
            row.is_suppressed
            and other.is_suppressed
            and other.words == (row.status, row.suppression_reason)
            and other.tells(told)
        ):
            return [replace(count, low=low, high=high) for count, (low, high) in zip(told, present(other.sides), strict=True)]
    return told


def _told_before(told: list[Count[People]], before: Sequence[Told], cell: Cell) -> list[Count[People]]:
    return [
        replace(
            count,
            low=low,
            high=high,
            is_protected=False,
            is_held=True,
            was_published=other.is_shown,
            origin=f"{cell.indicator_code} in release {other.release_id}",
        )
        for other in before
        if other.tells(told)
        for count, (low, high) in zip(told, present(other.sides), strict=True)
    ]


def _protect_nothing_that_was_published(facts: Facts) -> None:
    """A count that readers hold cannot be hidden from them, even where a stricter rule suppresses it now."""
    if published := {count.key for count in facts.counts if count.was_published}:
        facts.counts = [
            replace(count, is_protected=False) if count.is_protected and count.key in published else count
            for count in facts.counts
        ]
