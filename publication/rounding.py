"""Rounding of counts of people, and of what is computed without them (docs/explanation/hidden-or-rounded.md gives the reasons).

Pure functions on numbers. Counts are persons, cases or events.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

SLACK = 1e-9  # what is a bound or a multiple but for its last binary digits is that
Pair = tuple[float, float]  # a count and its base


def rounded(count: float, base: int) -> float:
    """To the nearest multiple of `base`; halves go up."""
    return float(base * math.floor(count / base + 0.5))


def is_small(count: float, least: int) -> bool:
    """Whether somebody is counted, and fewer than `least`."""
    return 0 < count < least


def has_small_side(count: float, base: float, least: int) -> bool:
    return is_small(count, least) or is_small(base - count, least)


def supported_step(half_width: float | None, least: float) -> float:
    """The step that an interval of this half width supports: the largest of 1, 2 and 5 times a power of ten that is no more than half of it,
    and `least` at the least, also without an interval."""
    if not half_width or half_width <= 0:
        return least
    power = 10.0 ** math.floor(math.log10(half_width / 2))
    return max(least, max(factor * power for factor in (1, 2, 5) if factor * power <= half_width / 2))


def to_step(value: float | None, step: float) -> float | None:
    """To the nearest multiple of `step`, without the digits that a binary fraction adds; None stays None, and no zero is negative."""
    return None if value is None else round(round(value / step) * step, 6) + 0.0


def outward(interval: tuple[float | None, float | None], step: float) -> tuple[float | None, float | None]:
    """The multiples of `step` around an interval: what is published holds the exact one."""
    low, high = interval
    if low is None or high is None:
        return None, None
    return to_step(math.floor(low / step + SLACK) * step, step), to_step(math.ceil(high / step - SLACK) * step, step)


def next_level(value: float, levels: Sequence[float]) -> float:
    """The least of the rising `levels` that `value` is not above; the last of them holds all values."""
    return levels[min(bisect_left(levels, value), len(levels) - 1)]


def bound_pct(least: int, n: float) -> float:
    """Per cent that a share lies under where fewer than `least` of `n` are on one side; whole, rounded up."""
    return float(min(math.ceil(100 * least / n), 100))
