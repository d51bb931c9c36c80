"""Primary suppression: whether a cell may be shown, decided from the cell alone.

Limits: no complementary suppression over margins yet, so the totals published beside a withheld cell may narrow it down.
"""

from __future__ import annotations

from dataclasses import dataclass

from publication.policy import Policy


@dataclass(frozen=True)
class Cell:
    """What the rules look at. Counts are unweighted persons; `half_width` and `rse_pct` are None where there is no interval."""

    kind: str  # 'share of staff', 'rate of staff' or 'survey'
    n: int
    count: float
    half_width: float | None = None
    rse_pct: float | None = None


def reason(cell: Cell, policy: Policy) -> str | None:
    """Why the cell is withheld, in words for a reader, or None."""
    base = policy.min_base_survey if cell.kind == "survey" else policy.min_base_hr
    if cell.n < base:
        return f"fewer than {base} {'respondents' if cell.kind == 'survey' else 'staff'}"
    if 0 < cell.count < policy.min_count:
        return f"fewer than {policy.min_count} people in the group"
    if cell.kind != "rate of staff" and 0 < cell.n - cell.count < policy.min_count:
        return f"fewer than {policy.min_count} people outside the group"
    if cell.kind == "survey" and (
        (cell.half_width is not None and cell.half_width > policy.max_half_width)
        or (cell.rse_pct is not None and cell.rse_pct > policy.max_rse_pct)
    ):
        return "too imprecise to publish"
    return None
