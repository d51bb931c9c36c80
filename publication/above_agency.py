"""Staff figures above an agency: computed from the published figures of its agencies, so that no total can tell a part.

A count that an agency's figure suppresses as small counts as policy.small_value. An agency without any published figure is missing; where the
missing ones have more than policy.max_missing_pct of the staff, the total is suppressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import few
from publication.rounding import Pair, has_small_side, is_small, rounded
from publication.staff import compared, has_pairs, is_rate, rate_of, share_of


@dataclass(frozen=True)
class Member:
    """An agency's cell and what is published of it."""

    cell: Cell
    row: PublishedCell


def total(cell: Cell, members: Sequence[Member], policy: Policy) -> PublishedCell:
    """The figure of a country or a type of agency from those of its agencies."""
    row = PublishedCell.of(cell)
    parts = [part for member in members if (part := _part(member, policy)) is not None]
    missing = [member.cell for member in members if _part(member, policy) is None]
    n_all, n_missing = (sum(each.n or 0 for each in cells) for cells in ([member.cell for member in members], missing))
    row = replace(row, n_agencies=len(parts), n_agencies_missing=len(missing))
    if not parts or 100 * n_missing > policy.max_missing_pct * n_all:
        return row.suppress("the figures of agencies with too many of the staff are withheld")
    sums = [(sum(part[side][0] for part in parts), sum(part[side][1] for part in parts)) for side in range(len(parts[0]))]
    n = sum(rounded(member.cell.n or 0, policy.rounding_base) for member in members if member.cell not in missing)
    if n < policy.min_base_hr:
        return row.suppress(f"fewer than {policy.min_base_hr} staff")
    is_flow = cell.indicator_code in policy.flows
    if any(count < policy.min_count if is_flow else is_small(count, policy.min_count) for count, _ in sums):
        return row.suppress(few(True, False, policy), Status.FEW if is_flow else Status.SUPPRESSED)
    if has_pairs(cell):
        return row.unavailable() if cell.unavailable_reason else compared(cell, sums, row, policy)
    if cell.unit != "pct":
        return rate_of(sums[0], n, row, policy)
    if has_small_side(*sums[0], policy.min_count):
        return row.suppress(few(False, False, policy))
    return share_of(sums[0], row, policy)


def _part(member: Member, policy: Policy) -> list[Pair] | None:
    """The counts and bases that the agency's figure adds; None where nothing of it is published."""
    cell, base = member.cell, policy.rounding_base
    if cell.unavailable_reason is not None and not has_pairs(cell):
        return None
    if member.row.is_suppressed and (cell.n or 0) < policy.min_base_hr:
        return None
    is_time = is_rate(cell) or cell.unit not in ("pct", "ratio", "percentage points")
    if has_pairs(cell):
        exact = [(cell.first_count, cell.first_base), (cell.second_count, cell.second_base)]
        exact = [pair for pair in exact if None not in pair]
    else:
        exact = [(cell.numerator, cell.denominator)]
    is_class = cell.indicator_code in policy.flows or member.row.is_suppressed  # nobody is not told from a few
    return [
        (_count(count, whole, is_time, is_class, policy), float(round(whole)) if is_time else rounded(whole, base))
        for count, whole in exact
    ]


def _count(count: float, whole: float, is_time: bool, is_class: bool, policy: Policy) -> float:
    if is_small(count, policy.min_count) or (count == 0 and is_class):
        return policy.small_value
    if not is_time and is_small(whole - count, policy.min_count):
        return rounded(whole, policy.rounding_base) - policy.small_value
    return rounded(count, policy.rounding_base)
