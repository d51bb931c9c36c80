"""Staff figures above an agency: computed from the published figures of its agencies, so that no total can tell a part.

A figure that is not computed from counts (survival, medians, pay) is the exact one of all staff together. It is published only where the figure of
each of its agencies is, or says of itself that there is none; an index is over the sum of what its agencies publish.

A count that an agency's figure suppresses as small counts as policy.small_value, a class as policy.class_value; where these are more than
policy.max_filled_pct of a sum, it is no measurement, and suppressed. An agency of which nothing is published is missing, also one that is suppressed
to protect another, or published without breakdowns; where the missing ones have more than policy.max_missing_pct of the staff, the total is suppressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import NO_BREAKDOWNS, WITH_ANOTHER, is_uncertain, too_small
from publication.rounding import has_small_side, is_small, rounded
from publication.segregation import index, published_counts, together
from publication.staff import compared, has_pairs, is_rate, pairs_of, rate_of, share_of
from publication.victim_gap import with_base


@dataclass(frozen=True)
class Member:
    """An agency's cell and what is published of it."""

    cell: Cell
    row: PublishedCell


def total(cell: Cell, members: Sequence[Member], policy: Policy) -> PublishedCell:
    """The figure of a country or a type of agency from those of its agencies."""
    row = PublishedCell.of(cell)
    told = [(member.cell.n or 0, _part(member, policy)) for member in members]
    names = [member.cell.agency_name for member, (_, part) in zip(members, told, strict=True) if part is not None]
    parts = [part for _, part in told if part is not None]
    n_all, n_missing = sum(n for n, _ in told), sum(n for n, part in told if part is None)
    row = replace(row, n_agencies=len(parts), n_agencies_missing=len(told) - len(parts))
    if not parts or 100 * n_missing > policy.max_missing_pct * n_all:
        return row.suppress("the figures of agencies with too many of the staff are withheld")
    sums = [(sum(part[side].count for part in parts), sum(part[side].base for part in parts)) for side in range(len(parts[0]))]
    filled = [sum(part[side].count for part in parts if part[side].is_filled) for side in range(len(parts[0]))]
    n = sum(rounded(n, policy.rounding_base) for n, part in told if part is not None)
    if n < policy.min_base_hr:
        return row.suppress(f"fewer than {policy.min_base_hr} staff")
    is_flow = cell.indicator_code in policy.flows
    if any(count < policy.min_count if is_flow else is_small(count, policy.min_count) for count, _ in sums):
        return row.suppress(too_small(True, False, policy), Status.FEW if is_flow else Status.SUPPRESSED)
    if any(100 * part > policy.max_filled_pct * count for part, (count, _) in zip(filled, sums, strict=True)):
        return row.suppress("too few people in most of its agencies")
    if has_pairs(cell):
        is_undefined = cell.unavailable_reason is not None and not sums[-1][0] and not is_flow
        return row.unavailable() if is_undefined else with_base(compared(cell, sums, row, policy, n), cell, n, names)
    if cell.unit != "pct":
        return rate_of(sums[0], n, row, policy)
    if has_small_side(*sums[0], policy.min_count):
        return row.suppress(too_small(False, False, policy))
    return share_of(sums[0], row, policy)


def pooled(cell: Cell, row: PublishedCell, members: Sequence[Member], policy: Policy) -> PublishedCell:
    """A figure without counts of its own, over all staff of a country or a type of agency. `row` is what the cell alone lets be published."""
    # An agency whose own figure is only too imprecise is in that of all, and hides nobody.
    shown = [member for member in members if member.row.estimate is not None or is_uncertain(member.row.suppression_reason)]
    n_hidden = sum(member.row.is_suppressed and not is_uncertain(member.row.suppression_reason) for member in members)
    row = replace(row, n_agencies=len(shown), n_agencies_missing=n_hidden)
    if not shown or row.n_agencies_missing:
        return row.suppress("the figure of one of its agencies is withheld")
    if cell.categories is None:
        return row
    return index(row, together(published_counts(member.cell, policy) for member in shown), policy)


@dataclass(frozen=True)
class Side:
    """What an agency adds to one count and its base; `is_filled` where the count is hidden, and another stands for it."""

    count: float
    base: float
    is_filled: bool


def _part(member: Member, policy: Policy) -> list[Side] | None:
    """The counts and bases that the agency's figure adds; None where nothing of it is published."""
    cell = member.cell
    if cell.unavailable_reason is not None and not has_pairs(cell):
        return None
    is_of_any_size = member.row.suppression_reason in (WITH_ANOTHER, NO_BREAKDOWNS)
    if member.row.is_suppressed and ((cell.n or 0) < policy.min_base_hr or is_of_any_size):
        return None
    is_time = is_rate(cell) or cell.unit not in ("pct", "ratio", "percentage points")
    exact = pairs_of(cell) if has_pairs(cell) else [(present(cell.numerator), present(cell.denominator))]
    is_flow = cell.indicator_code in policy.flows
    return [_side(count, whole, is_time, is_flow, member.row.is_suppressed, policy) for count, whole in exact]


def _side(count: float, whole: float, is_time: bool, is_flow: bool, is_suppressed: bool, policy: Policy) -> Side:
    """As a reader knows it: nobody is not told from a few in a flow, nor in a figure that is suppressed."""
    base = float(round(whole)) if is_time else rounded(whole, policy.rounding_base)
    if is_small(count, policy.min_count) or (count == 0 and (is_flow or is_suppressed)):
        return Side(policy.class_value if is_flow else policy.small_value, base, True)
    if not is_time and is_small(whole - count, policy.min_count):
        return Side(base - policy.small_value, base, True)
    return Side(rounded(count, policy.rounding_base), base, False)
