"""Where a promise stands and leads, from the published figures alone, so that it tells nothing of its own, and a final wave moves no promise either.

A promise that no published figure stands behind has no number. The trend is the least-squares line through all published years.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from publication.cell import PublishedCell, Status
from publication.disclosure import WAVE_FINAL
from publication.rounding import SLACK

NOBODY = dict.fromkeys(("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target"))
MOST_YEARS = 100


def is_untold(cell: PublishedCell) -> bool:
    """A figure of a wave that is open, or that came too late for its wave: it hides nobody, and the one before it still stands."""
    return cell.status == Status.OPEN or cell.suppression_reason == WAVE_FINAL


def newest_told(now: PublishedCell, series: Sequence[PublishedCell]) -> PublishedCell:
    """The newest figure of `series`, a year each, that is not untold; `now` where there is none."""
    return max((cell for cell in series if not is_untold(cell)), key=lambda cell: cell.period_year, default=now)


def from_published(promise: Mapping[str, Any], now: PublishedCell, series: Sequence[PublishedCell]) -> dict[str, float | None]:
    """The numbers of a road map row whose newest figure is `now`; `series` are the figures of its place, a year each."""
    if now.estimate is None:
        return dict(NOBODY)
    change = slope([(cell.period_year, cell.estimate) for cell in series if cell.estimate is not None])
    years, owed = promise["due_year"] - now.period_year, promise["target_value"] - now.estimate
    return {
        "current_value": now.estimate,
        "change_per_year": change,
        "needed_per_year": owed / years if years > 0 else None,
        "value_at_due": None if change is None else within(now.estimate + change * years, now.unit),
        "years_to_target": years_until(owed, change, now.direction),
    }


def years_until(owed: float, change: float | None, direction: str) -> int | None:
    """Whole years until `change` a year makes up for what is `owed`; None where it never does, or not within 100."""
    if {"up": owed <= SLACK, "down": owed >= -SLACK}.get(direction, abs(owed) <= SLACK):
        return 0
    if change is None or owed * change <= 0:
        return None
    years = math.ceil(owed / change - SLACK)
    return years if years <= MOST_YEARS else None


def slope(points: Sequence[tuple[int, float]]) -> float | None:
    """Change per year; None with fewer than two years."""
    if len(points) < 2:
        return None
    years, values = zip(*points, strict=True)
    middle, mean = sum(years) / len(years), sum(values) / len(values)
    return sum((year - middle) * (value - mean) for year, value in points) / sum((year - middle) ** 2 for year in years)


def within(value: float, unit: str) -> float:
    """A share is no less than 0 and no more than 100."""
    return min(max(value, 0.0), 100.0) if unit == "pct" else value
