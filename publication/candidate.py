"""A candidate release's rows: each cell of indicators.fct_indicator with interval, names, and disclosure rules applied."""

from __future__ import annotations

import math
from typing import Any

from publication.disclosure import Cell, reason
from publication.intervals import poisson_rate, proportion
from publication.policy import Policy

NUMBERS = ("numerator", "denominator", "n", "estimate", "se", "df", "ci_low", "ci_high")
PER_100 = 100.0


def release_row(cell: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """`cell` (a row of fct_indicator joined with its dimensions) as it may be published."""
    row = dict(cell)
    n_positive = row.pop("n_positive")
    row |= {"ci_low": None, "ci_high": None, "quality_flag": None}
    if row["source"] == "survey":
        (low, high), method = proportion(row["estimate"] / PER_100, (row["se"] or 0) / PER_100, row["n"], row["df"])
        if not math.isnan(low):
            row |= {"ci_low": PER_100 * low, "ci_high": PER_100 * high}
        row["method"] = f"{row['method']}; {method}"
        judged = Cell("survey", row["n"], n_positive, _half_width(row), _rse(row))
    elif row["unit"] == "pct":
        judged = Cell("share of staff", row["n"], row["numerator"])
    else:
        low, high = poisson_rate(row["numerator"], row["denominator"])
        row |= {"ci_low": PER_100 * low, "ci_high": PER_100 * high}
        judged = Cell("rate of staff", row["n"], row["numerator"])
    why = reason(judged, policy)
    if why:
        row |= dict.fromkeys(NUMBERS)
    elif judged.half_width is not None and judged.half_width > policy.max_half_width / 2:
        row["quality_flag"] = "wide interval: read with care"
    return row | {"is_suppressed": why is not None, "suppression_reason": why}


def _half_width(row: dict[str, Any]) -> float | None:
    return None if row["ci_low"] is None else (row["ci_high"] - row["ci_low"]) / 2


def _rse(row: dict[str, Any]) -> float | None:
    return None if not row["estimate"] or row["se"] is None else 100 * row["se"] / row["estimate"]
