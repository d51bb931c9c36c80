"""What the rows of a release tell of staff, together with all releases before and what is known from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from parity.catalogue.known import Known
from parity.catalogue.policy import Policy
from publication.attack import Report, attack
from publication.cell import Cell, PublishedCell
from publication.context import NO_CONTEXT, Context
from publication.earlier import Told
from publication.facts import facts_of
from publication.known import Use, uses, with_known
from publication.time_at_risk import time_shown


def attacked(
    cells: Iterable[Cell],
    rows: Iterable[PublishedCell],
    policy: Policy,
    context: Context = NO_CONTEXT,
) -> Report:
    """What a reader of these rows, and of all releases before, could still work out. Raises Contradiction where they cannot all be true."""
    facts = facts_of(*with_rows(cells, rows), policy, context.earlier)
    facts = with_known(facts, uses(context.known, facts, policy))
    return attack(facts.counts, facts.relations)


def known_used(cells: Iterable[Cell], rows: Iterable[PublishedCell], policy: Policy, known: Sequence[Known]) -> list[Use]:
    """What the attack on these rows does with each statement of `known`."""
    return uses(known, facts_of(*with_rows(cells, rows), policy), policy) if known else []


def told(
    cells: Iterable[Cell],
    rows: Iterable[PublishedCell],
    policy: Policy,
    people: Mapping[str, str],
    context: Context = NO_CONTEXT,
) -> list[Told]:
    """The statements about staff that readers hold once these rows are published. `people`: for the id of each cell, who it is of."""
    cells, rows = with_rows(cells, rows)
    said = facts_of(cells, rows, policy, context.earlier).said
    sides = {number: tuple((count.low, count.high) for count in counts) for number, counts in said.items()}
    return [
        Told(
            0,
            row.cell_id,
            people[row.cell_id],
            row.is_suppressed,
            not row.is_suppressed and row.unavailable_reason is None,
            (str(row.status), row.suppression_reason),
            sides.get(number),
            None if row.is_suppressed else time_shown(row.method, row.numerator, row.denominator, sides.get(number)),
        )
        for number, row in enumerate(rows)
        if row.cell_id in people
    ]


def with_rows(cells: Iterable[Cell], rows: Iterable[PublishedCell]) -> tuple[list[Cell], list[PublishedCell]]:
    """The cells that have a row, and their rows in the same order."""
    by_id = {row.cell_id: row for row in rows}
    published = [cell for cell in cells if cell.cell_id in by_id]
    return published, [by_id[cell.cell_id] for cell in published]
