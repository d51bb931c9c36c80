"""A candidate release's cells: each cell of indicators.fct_indicator with interval, and disclosure rules applied."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import Cell, PublishedCell
from publication.disclosure import (
    NEVER_TOLD,
    PLACE,
    WITH_ANOTHER,
    Judged,
    caution,
    further_parts,
    parts_withheld_together,
    reason,
    telling_totals,
)
from publication.intervals import holm, mean, normal, p_value, poisson_rate, proportion, ratio, ratio_of_shares

PER_100 = 100.0
RATE_OF = {"per 100 person-years": 100.0, "per 1000": 1000.0, "per 100000": 100_000.0}
MEAN_RANGE = 4.0  # a mean runs from 1 to 5


def release_rows(cells: Iterable[Cell], policy: Policy) -> list[PublishedCell]:
    """Every cell as it may be published. A gap is withheld with either of the figures that it is the difference of."""
    cells = list(cells)
    rows = [release_row(cell, policy) for cell in cells]
    _withhold_what_tells(cells, rows, policy)
    by_cell = {_key(row): row for row in rows}
    families: dict[tuple[Any, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if not row.is_gap:
            continue
        parts = [by_cell.get((row.indicator_code, gender, *_place(row))) for gender in ("woman", "man")]
        if any(part is None or part.is_suppressed for part in parts):
            rows[number] = row.suppress("the figure of women or of men is withheld")
        elif row.p_value is not None:
            families.setdefault(_place(row), []).append(number)
    for family in families.values():
        for number, adjusted in zip(family, holm([rows[number].p_value for number in family]), strict=True):
            rows[number] = replace(rows[number], p_value=adjusted)
    return rows


def _place(cell: PublishedCell) -> tuple[Any, ...]:
    return tuple(getattr(cell, name) for name in PLACE)


def _key(cell: PublishedCell) -> tuple[Any, ...]:
    return (cell.indicator_code, cell.gender, *_place(cell))


def _withhold_what_tells(cells: list[Cell], rows: list[PublishedCell], policy: Policy) -> None:
    """Totals and parts that a withheld one could be worked out from, until none is left; then one reason for all parts of a figure."""

    is_done = False
    while not is_done:
        why = [row.suppression_reason for row in rows]
        more = dict.fromkeys(telling_totals(cells, [row.is_suppressed for row in rows], policy), "a part of it is withheld")
        more |= dict.fromkeys(further_parts(cells, why, policy), WITH_ANOTHER)
        is_done = all(why[number] for number in more)
        for number, reason_why in more.items():
            if not why[number]:
                rows[number] = rows[number].suppress(reason_why)
    for number in parts_withheld_together(cells, why):
        rows[number] = rows[number].suppress(WITH_ANOTHER)


def release_row(cell: Cell, policy: Policy) -> PublishedCell:
    """`cell` as it alone allows itself to be published."""
    row = PublishedCell.of(cell)
    if cell.n_least is not None:
        row, judged = _compared(cell, row)
    elif cell.unavailable_reason is not None:
        return row.without_numbers()
    elif cell.source == "fact_finding":
        return replace(row, quality_flag=caution(cell.n, cell.base_unit, cell.n_unknown, policy))
    elif cell.source == "survey":
        row, judged = _survey(cell, row)
    else:
        row, judged = _counted(cell, row)
    why = reason(judged, policy) if judged else None
    if cell.is_sensitive and cell.level.replace("gap", "gender") not in policy.sensitive_levels:
        why = NEVER_TOLD
    if why:
        return row.suppress(why)
    if cell.unavailable_reason is not None:
        return row.without_numbers()
    if judged and judged.half_width is not None and judged.half_width > policy.max_half_width / 2:
        return replace(row, quality_flag="wide interval: read with care")
    if cell.response_rate_pct is not None and cell.response_rate_pct < policy.flag_response_rate:
        return replace(row, quality_flag=f"response rate under {policy.flag_response_rate:g} %: read with care")
    return row


def _survey(cell: Cell, row: PublishedCell) -> tuple[PublishedCell, Judged | None]:
    """With the interval; and what the rules look at, or None for a gap, which goes by its parts."""
    low = high = half_width = p = None
    if cell.is_gap:
        (low, high), method = mean(cell.estimate, cell.se, cell.df)
        p = p_value(cell.estimate, cell.se, cell.df)
    elif cell.statistic == "mean":
        (low, high), method = mean(cell.estimate, cell.se, cell.df)
        half_width = None if low is None else PER_100 / MEAN_RANGE * (high - low) / 2
    else:
        (lowest, highest), method = proportion(cell.estimate / PER_100, (cell.se or 0) / PER_100, cell.n, cell.df)
        if not math.isnan(lowest):
            low, high = PER_100 * lowest, PER_100 * highest
            half_width = (high - low) / 2
    row = replace(row, ci_low=low, ci_high=high, p_value=p, method=f"{cell.method}; {method}")
    if cell.is_gap:
        return row, None
    rse_pct = PER_100 * cell.se / cell.estimate if cell.statistic == "share" and cell.estimate and cell.se is not None else None
    judged = Judged("survey", cell.n, cell.n_positive, half_width, rse_pct, cell.response_rate_pct, cell.is_sensitive)
    return row, judged


def _compared(cell: Cell, row: PublishedCell) -> tuple[PublishedCell, Judged]:
    """With the interval of a ratio, a survival or a difference of two, or bounds; and what the rules look at, which holds also for what is not defined."""
    judged = Judged("comparison of staff", cell.n_least, cell.count_least)
    if cell.estimate is not None and None not in cell.four_counts:
        (low, high), method = ratio_of_shares(*map(round, cell.four_counts))
    elif cell.estimate and cell.se_log:
        (low, high), method = ratio(cell.estimate, cell.se_log)
        high = min(high, PER_100) if cell.unit == "pct" else high
    elif cell.se is not None:
        (low, high), method = normal(cell.estimate, cell.se)
    elif cell.bound_low is not None:
        return replace(row, ci_low=cell.bound_low, ci_high=cell.bound_high), judged
    else:
        return row, judged
    return replace(row, ci_low=low, ci_high=high, method=f"{cell.method}; {method}"), judged


def _counted(cell: Cell, row: PublishedCell) -> tuple[PublishedCell, Judged | None]:
    """With the interval of a rate; and what the rules look at, or None for what Parity tells of its own records, where nobody is counted."""
    if cell.source == "pipeline":
        return row, None
    if cell.unit == "pct":
        kind = "share of cases" if cell.method == "share of cases" else "share of staff"
        return row, Judged(kind, cell.n, cell.numerator)
    low, high = poisson_rate(cell.numerator, cell.denominator)
    row = replace(row, ci_low=RATE_OF[cell.unit] * low, ci_high=RATE_OF[cell.unit] * high)
    return row, Judged("rate of staff", cell.n, cell.numerator)
