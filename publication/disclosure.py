"""Primary suppression: whether a cell may be shown, decided from the cell alone.

Facts about institutions (an agency's rules, its posts) are no facts about people: they are shown, with a caution where few or unknown.

Limits: no complementary suppression over margins yet, so the totals published beside a withheld cell may narrow it down.
"""

from __future__ import annotations

from dataclasses import dataclass

from publication.policy import Policy

WHO = {
    "survey": "respondents",
    "share of staff": "staff",
    "share of cases": "cases",
    "rate of staff": "staff",
    "comparison of staff": "people on a side",
}


@dataclass(frozen=True)
class Cell:
    """What the rules look at. Counts are unweighted persons; `count` is None where the figure is no share, and so are the others where
    there is no interval or no known number of staff. A half width is in per cent of the figure's range."""

    kind: str  # 'share of staff', 'rate of staff', 'comparison of staff' or 'survey'
    n: int
    count: float | None
    half_width: float | None = None
    rse_pct: float | None = None
    response_rate_pct: float | None = None


def reason(cell: Cell, policy: Policy) -> str | None:
    """Why the cell is withheld, in words for a reader, or None."""
    base = policy.min_base_survey if cell.kind == "survey" else policy.min_base_hr
    if cell.n < base:
        return f"fewer than {base} {WHO[cell.kind]}"
    if cell.count is not None and 0 < cell.count < policy.min_count:
        return f"fewer than {policy.min_count} {'cases' if cell.kind == 'share of cases' else 'people'} in the group"
    if (
        cell.count is not None
        and cell.kind in ("share of staff", "share of cases", "survey")
        and 0 < cell.n - cell.count < policy.min_count
    ):
        return f"fewer than {policy.min_count} {'cases' if cell.kind == 'share of cases' else 'people'} outside the group"
    if cell.response_rate_pct is not None and cell.response_rate_pct < policy.min_response_rate:
        return f"response rate under {policy.min_response_rate:g} %"
    if cell.kind == "survey" and (
        (cell.half_width is not None and cell.half_width > policy.max_half_width)
        or (cell.rse_pct is not None and cell.rse_pct > policy.max_rse_pct)
    ):
        return "too imprecise to publish"
    return None


def caution(n: int, base_unit: str, n_unknown: int, policy: Policy) -> str | None:
    """What to mind of a figure about agencies or posts, in words for a reader, or None."""
    said = []
    if base_unit == "posts" and n < policy.flag_posts:
        said.append(f"fewer than {policy.flag_posts} posts assessed")
    if n_unknown:
        said.append(f"{n_unknown} not known and left out")
    return f"{'; '.join(said)}: read with care" if said else None
