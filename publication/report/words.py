"""How a report writes numbers, days and states: short, and alike everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

DIGITS = {"pct": 1, "percentage points": 1, "years": 0, "ratio": 2, "index 0-1": 2, "score 0-1": 2, "flag": 0}
SHORT = {"pct": " %", "percentage points": " points"}
LEAST, MOST = 0.0, 100.0
STATES = {"under_way": "under way", "not measured": "not known"}


def number(value: float, unit: str) -> str:
    """`13.4 %`, `0.42`: whole numbers without a digit behind the point."""
    written = f"{value:.{DIGITS.get(unit, 1)}f}"
    whole = written.rstrip("0").rstrip(".") if "." in written else written
    return f"{'0' if whole in ('-0', '') else whole}{SHORT.get(unit, '')}"


def figure(row: Mapping[str, Any]) -> str:
    """The figure with its interval in brackets, a bound, or a word; empty where nothing may be said."""
    unit = row["unit"]
    if row["estimate"] is not None:
        low, high = row["ci_low"], row["ci_high"]
        band = "" if low is None or high is None else f" ({number(low, unit).removesuffix(' %')} to {number(high, unit)})"
        return f"{number(row['estimate'], unit)}{band}"
    if row["status"] == "bounded" and row["ci_high"] is not None and row["ci_low"] in (None, LEAST):
        return f"under {number(row['ci_high'], unit)}"
    if row["status"] == "bounded" and row["ci_low"] is not None and row["ci_high"] in (None, MOST):
        return f"over {number(row['ci_low'], unit)}"
    return "fewer than 5 people" if row["status"] == "few" else ""


def day(when: dt.date | None) -> str:
    """`8 March 2023`."""
    return "" if when is None else f"{when.day} {when:%B %Y}"


def together(words: str) -> str:
    """The words with per cent signs that no line break takes from their number."""
    return words.replace(" %", "\u00a0%")


def state(code: str) -> str:
    """The word that readers see for a state."""
    return STATES.get(code, code)
