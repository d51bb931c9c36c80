"""A candidate release's rows: each cell of indicators.fct_indicator with interval, names, and disclosure rules applied."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from parity.catalogue.policy import Policy
from publication.disclosure import (
    GAP,
    NEVER_TOLD,
    PLACE,
    WITH_ANOTHER,
    Cell,
    caution,
    further_parts,
    parts_withheld_together,
    reason,
    telling_totals,
)
from publication.intervals import holm, mean, normal, p_value, poisson_rate, proportion, ratio, ratio_of_shares

NUMBERS = (
    *("numerator", "denominator", "n", "estimate", "se", "df", "ci_low", "ci_high"),
    *("response_rate_pct", "cronbach_alpha", "opt_in_pct", "p_value", "expected_value"),
)
PER_100 = 100.0
RATE_OF = {"per 100 person-years": 100.0, "per 1000": 1000.0, "per 100000": 100_000.0}
FOUR_COUNTS = ("women_count", "women_base", "men_count", "men_base")
MEAN_RANGE = 4.0  # a mean runs from 1 to 5


def release_rows(cells: Iterable[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    """Every cell as it may be published. A gap is withheld with either of the figures that it is the difference of."""
    cells = list(cells)
    rows = [release_row(cell, policy) for cell in cells]
    _withhold_what_tells(cells, rows, policy)
    by_cell = {(row["indicator_code"], row["gender"], *(row[name] for name in PLACE)): row for row in rows}
    families: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        if row["gender"] != GAP:
            continue
        place = tuple(row[name] for name in PLACE)
        parts = [by_cell.get((row["indicator_code"], gender, *place)) for gender in ("woman", "man")]
        if any(part is None or part["is_suppressed"] for part in parts):
            _withhold(row, "the figure of women or of men is withheld")
        elif row["p_value"] is not None:
            families.setdefault(place, []).append(row)
    for family in families.values():
        for row, adjusted in zip(family, holm([row["p_value"] for row in family]), strict=True):
            row["p_value"] = adjusted
    return rows


def _withhold_what_tells(cells: list[dict[str, Any]], rows: list[dict[str, Any]], policy: Policy) -> None:
    """Totals and parts that a withheld one could be worked out from, until none is left; then one reason for all parts of a figure."""

    is_done = False
    while not is_done:
        why = [row["suppression_reason"] for row in rows]
        more = dict.fromkeys(telling_totals(cells, [row["is_suppressed"] for row in rows], policy), "a part of it is withheld")
        more |= dict.fromkeys(further_parts(cells, why, policy), WITH_ANOTHER)
        is_done = all(why[number] for number in more)
        for number, reason_why in more.items():
            if not why[number]:
                _withhold(rows[number], reason_why)
    for number in parts_withheld_together(cells, why):
        _withhold(rows[number], WITH_ANOTHER)


def release_row(cell: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """`cell` (a row of fct_indicator joined with its dimensions) as the cell alone allows it to be published."""
    row = dict(cell)
    base_unit, n_unknown = row.pop("base_unit"), row.pop("n_unknown")
    n_positive, statistic, is_sensitive = row.pop("n_positive"), row.pop("statistic"), row.pop("is_sensitive")
    compared = {name: row.pop(name) for name in ("n_least", "count_least", "se_log", "bound_low", "bound_high")}
    four_counts = [row.pop(name) for name in FOUR_COUNTS]
    row |= {
        "ci_low": None,
        "ci_high": None,
        "p_value": None,
        "quality_flag": None,
        "is_suppressed": False,
        "suppression_reason": None,
    }
    if compared["n_least"] is not None:
        judged = _compared(row, **compared, four_counts=four_counts)
    elif row["unavailable_reason"] is not None:
        return row | dict.fromkeys(NUMBERS)
    elif row["source"] == "fact_finding":
        return row | {"quality_flag": caution(row["n"], base_unit, n_unknown, policy)}
    else:
        judged = _survey(row, statistic, n_positive, is_sensitive) if row["source"] == "survey" else _counted(row)
    why = reason(judged, policy) if judged else None
    if is_sensitive and row["level"].replace("gap", "gender") not in policy.sensitive_levels:
        why = NEVER_TOLD
    if why:
        _withhold(row, why)
    elif row["unavailable_reason"] is not None:
        row |= dict.fromkeys(NUMBERS)
    elif judged and judged.half_width is not None and judged.half_width > policy.max_half_width / 2:
        row["quality_flag"] = "wide interval: read with care"
    elif row["response_rate_pct"] is not None and row["response_rate_pct"] < policy.flag_response_rate:
        row["quality_flag"] = f"response rate under {policy.flag_response_rate:g} %: read with care"
    return row


def _withhold(row: dict[str, Any], why: str) -> None:
    row |= dict.fromkeys(NUMBERS)
    row |= {"quality_flag": None, "unavailable_reason": None, "is_suppressed": True, "suppression_reason": why}


def _survey(row: dict[str, Any], statistic: str, n_positive: int | None, is_sensitive: bool) -> Cell | None:
    """Adds the interval; what the rules look at, or None for a gap, which goes by its parts."""
    estimate, se, n, df = (row[name] for name in ("estimate", "se", "n", "df"))
    if row["gender"] == GAP:
        (row["ci_low"], row["ci_high"]), method = mean(estimate, se, df)
        row["p_value"] = p_value(estimate, se, df)
        half_width = None
    elif statistic == "mean":
        (row["ci_low"], row["ci_high"]), method = mean(estimate, se, df)
        half_width = None if row["ci_low"] is None else PER_100 / MEAN_RANGE * (row["ci_high"] - row["ci_low"]) / 2
    else:
        (low, high), method = proportion(estimate / PER_100, (se or 0) / PER_100, n, df)
        if not math.isnan(low):
            row |= {"ci_low": PER_100 * low, "ci_high": PER_100 * high}
        half_width = None if row["ci_low"] is None else (row["ci_high"] - row["ci_low"]) / 2
    row["method"] = f"{row['method']}; {method}"
    if row["gender"] == GAP:
        return None
    rse_pct = PER_100 * se / estimate if statistic == "share" and estimate and se is not None else None
    return Cell("survey", n, n_positive, half_width, rse_pct, row["response_rate_pct"], is_sensitive)


def _compared(
    row: dict[str, Any],
    n_least: int,
    count_least: int | None,
    se_log: float | None,
    bound_low: float | None,
    bound_high: float | None,
    four_counts: list[float | None],
) -> Cell:
    """Adds the interval of a ratio, a survival or a difference of two, or bounds; what the rules look at, which holds also for what is not defined."""
    if row["estimate"] is not None and None not in four_counts:
        (row["ci_low"], row["ci_high"]), method = ratio_of_shares(*map(round, four_counts))
        row["method"] = f"{row['method']}; {method}"
    elif row["estimate"] and se_log:
        (row["ci_low"], row["ci_high"]), method = ratio(row["estimate"], se_log)
        row["ci_high"] = min(row["ci_high"], PER_100) if row["unit"] == "pct" else row["ci_high"]
        row["method"] = f"{row['method']}; {method}"
    elif row["se"] is not None:
        (row["ci_low"], row["ci_high"]), method = normal(row["estimate"], row["se"])
        row["method"] = f"{row['method']}; {method}"
    elif bound_low is not None:
        row |= {"ci_low": bound_low, "ci_high": bound_high}
    return Cell("comparison of staff", n_least, count_least)


def _counted(row: dict[str, Any]) -> Cell | None:
    """Adds the interval of a rate; what the rules look at, or None for what Parity tells of its own records, where nobody is counted."""
    if row["source"] == "pipeline":
        return None
    if row["unit"] == "pct":
        return Cell("share of cases" if row["method"] == "share of cases" else "share of staff", row["n"], row["numerator"])
    low, high = poisson_rate(row["numerator"], row["denominator"])
    row |= {"ci_low": RATE_OF[row["unit"]] * low, "ci_high": RATE_OF[row["unit"]] * high}
    return Cell("rate of staff", row["n"], row["numerator"])
