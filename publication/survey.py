"""Survey figures as they may be published: whole per cent, means to a tenth, rounded bases, a bound where few stand on one side.

Nothing weighted is published, and neither are standard errors nor degrees of freedom, which tell the base exactly.
"""

from __future__ import annotations

import math
from dataclasses import replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import Base, reason, too_small
from publication.intervals import mean, p_value, proportion
from publication.rounding import bound_pct, outward, rounded, to_step
from publication.staff import WIDE
from publication.unread import with_note

PER_100 = 100.0
MEAN_RANGE = 4.0  # a mean runs from 1 to 5
CONTRADICTORY = "its questions contradict each other (Cronbach's alpha under 0): read with care"
MEAN_STEP, SHARE_STEP, ALPHA_STEP = 0.1, 1, 0.01


def survey(cell: Cell, policy: Policy) -> PublishedCell:
    """A share or a mean; a gap is `gap`."""
    (low, high), method = _interval(cell)
    half_width = None
    if low is not None and high is not None:
        half_width = (high - low) / 2 * (PER_100 / MEAN_RANGE if cell.statistic == "mean" else 1)
    rse_pct = PER_100 * cell.se / cell.estimate if cell.statistic == "share" and cell.estimate and cell.se is not None else None
    row = _rounded(cell, (low, high), method, policy)
    n = present(cell.n)
    side = None if cell.n_positive is None else min(cell.n_positive, n - cell.n_positive)
    is_few = side is not None and side < policy.min_count
    judged = Base(
        "survey", n, None if is_few else cell.n_positive, half_width, rse_pct, cell.response_rate_pct, cell.is_sensitive
    )
    if is_few:
        judged = replace(judged, rse_pct=None)  # it is the bound that is published, not the estimate
    if why := reason(judged, policy):
        return row.suppress(why)
    if is_few:
        row = _bounded(cell, row, policy)
    if half_width is not None and half_width > policy.max_half_width / 2:
        return with_note(row, WIDE)
    if cell.response_rate_pct is not None and cell.response_rate_pct < policy.flag_response_rate:
        return with_note(row, f"response rate under {policy.flag_response_rate:g} %: read with care")
    return row


def gap(cell: Cell, women: PublishedCell | None, men: PublishedCell | None, policy: Policy) -> PublishedCell:
    """Women's published figure less men's. Its interval is that of the exact difference, rounded. Its p-value is exact until it is adjusted."""
    interval, method = mean(cell.estimate, cell.se, cell.df)
    row = _rounded(cell, interval, method, policy)
    if women is None or men is None or women.estimate is None or men.estimate is None:
        return row.suppress("the figure of women or of men is withheld")
    p = p_value(cell.estimate, cell.se, cell.df)
    return replace(row, estimate=to_step(women.estimate - men.estimate, _step(cell)), p_value=p)


def _interval(cell: Cell) -> tuple[tuple[float | None, float | None], str]:
    if cell.statistic == "mean":
        return mean(cell.estimate, cell.se, cell.df)
    (low, high), method = proportion(present(cell.estimate) / PER_100, (cell.se or 0) / PER_100, present(cell.n), cell.df)
    return (None, None) if math.isnan(low) else (PER_100 * low, PER_100 * high), method


def _step(cell: Cell) -> float:
    return MEAN_STEP if cell.statistic == "mean" else SHARE_STEP


def _rounded(cell: Cell, interval: tuple[float | None, float | None], method: str, policy: Policy) -> PublishedCell:
    step, base = _step(cell), policy.rounding_base_sensitive if cell.is_sensitive else policy.rounding_base
    low, high = outward(interval, step)
    return replace(
        PublishedCell.of(cell),
        numerator=None,
        denominator=None,
        n=int(rounded(present(cell.n), base)),
        estimate=to_step(cell.estimate, step),
        se=None,
        df=None,
        ci_low=low,
        ci_high=high,
        response_rate_pct=to_step(cell.response_rate_pct, SHARE_STEP),
        cronbach_alpha=to_step(cell.cronbach_alpha, ALPHA_STEP),
        opt_in_pct=to_step(cell.opt_in_pct, SHARE_STEP),
        quality_flag=CONTRADICTORY if cell.cronbach_alpha is not None and cell.cronbach_alpha < 0 else None,
        method=f"{cell.method}; {method}",
        status=Status.ROUNDED,
    )


def _bounded(cell: Cell, row: PublishedCell, policy: Policy) -> PublishedCell:
    """Fewer than policy.min_count respondents on one side: the share lies under, or over, a bound, and so must the estimate."""
    bound = bound_pct(policy.min_count, present(row.n))
    is_low, estimate = present(cell.n_positive) < policy.min_count, present(cell.estimate)
    if (estimate if is_low else PER_100 - estimate) > bound or bound >= PER_100 / 2:
        return row.suppress(too_small(is_low, False, policy))
    low, high = (0.0, bound) if is_low else (PER_100 - bound, PER_100)
    return replace(row, estimate=None, ci_low=low, ci_high=high, status=Status.BOUNDED)
