"""Staff figures of one agency as they may be published: primary rules, rounded counts, and what is computed from these.

A stock shows 0 only where the women, or men, that it is part of are no small number; of a flow 0 to 4 are one class. Figures that have no
counts to be computed from are rounded to steps that their interval supports.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import IMPRECISE, Base, reason, too_small
from publication.intervals import Interval, normal, poisson_rate, ratio, ratio_of_shares
from publication.rounding import Pair, has_small_side, is_small, outward, rounded, supported_step, to_step

PER_100 = 100.0
RATE_OF = {"per 100 person-years": 100.0, "per 1000": 1000.0, "per 100000": 100_000.0}
PLACES = 6
MEAN_STAFF, PROJECTION = "events per mean staff of the year", "projection of current flows"
MEDIANS = "Kaplan-Meier medians"  # how the method of a difference of medians begins
WIDE = "wide interval: read with care"
TOO_SHORT = "less than half a year of one person is observed"
CASES, SELECTION = "share of cases", "ratio of selection rates"


@dataclass(frozen=True)
class Whole:
    """Women and men of the agency, of whom the people of a cell are part."""

    women: float
    men: float


def share(cell: Cell, whole: Whole | None, policy: Policy) -> PublishedCell:
    """A share of staff, or of cases."""
    row = PublishedCell.of(cell)
    (count, rest, base), n = cell.sides, present(cell.n)
    if cell.indicator_code in policy.flows and n >= policy.min_base_hr:
        if min(count, rest) < policy.min_count:
            return row.suppress(too_small(count < policy.min_count, cell.method == CASES, policy), Status.FEW)
    elif why := reason(Base(CASES if cell.method == CASES else "share of staff", n, count), policy):
        return row.suppress(why)
    elif whole and (
        (count == 0 and is_small(whole.women, policy.min_count)) or (rest == 0 and is_small(whole.men, policy.min_count))
    ):
        return row.suppress(too_small(count == 0, False, policy))  # in the words of a few, so that nobody is not told from them
    return share_of((count, base), row, policy)


def share_of(pair: Pair, row: PublishedCell, policy: Policy) -> PublishedCell:
    """The share that a rounded count is of its rounded base."""
    count, base = (rounded(value, policy.rounding_base) for value in pair)
    status = Status.ROUNDED if pair[0] else Status.ZERO
    return replace(row, numerator=count, denominator=base, n=int(base), estimate=PER_100 * count / base, status=status)


def rate(cell: Cell, policy: Policy) -> PublishedCell:
    """Events per person-time."""
    row, n = PublishedCell.of(cell), present(cell.n)
    if why := reason(Base("rate of staff", n, None), policy):
        return row.suppress(why)
    if (events := present(cell.numerator)) < policy.min_count:
        return row.suppress(too_small(True, False, policy), Status.FEW)
    time = present(cell.denominator)
    if cell.method == MEAN_STAFF:  # a mean of two counts of staff would tell their sum
        time = rounded(time, policy.rounding_base)
    return rate_of((events, time), n, row, policy)


def rate_of(pair: Pair, n: float, row: PublishedCell, policy: Policy) -> PublishedCell:
    """The rate of rounded events in whole person-years, with its exact Poisson interval."""
    events, years, factor = rounded(pair[0], policy.rounding_base), float(round(pair[1])), RATE_OF[row.unit]
    if not years:
        return row.suppress(TOO_SHORT)
    low, high = poisson_rate(events, years)
    return replace(
        row,
        numerator=events,
        denominator=years,
        n=int(rounded(n, policy.rounding_base)),
        estimate=factor * events / years,
        ci_low=factor * low,
        ci_high=factor * high,
        status=Status.ROUNDED,
    )


def has_pairs(cell: Cell) -> bool:
    """Whether the figure is computed from the counts of one or two shares or rates."""
    return cell.first_count is not None and cell.first_base is not None


def pairs(cell: Cell, policy: Policy) -> PublishedCell:
    """A figure that compares two shares or rates, or one of staff with a public one."""
    row, counts = PublishedCell.of(cell), pairs_of(cell)
    if why := reason(Base("comparison of staff", present(cell.n_least), None), policy):
        return row.suppress(why)
    if cell.indicator_code in policy.flows and any(count < policy.min_count for count, _ in counts):
        return row.suppress(too_small(True, False, policy), Status.FEW)
    if any(is_small(count, policy.min_count) for count, _ in counts):
        return row.suppress(too_small(True, False, policy))
    if not is_rate(cell) and any(has_small_side(count, base, policy.min_count) for count, base in counts):
        return row.suppress(too_small(False, False, policy))
    if cell.unavailable_reason is not None:
        return row.unavailable()
    return compared(cell, [_rounded(cell, pair, policy) for pair in counts], row, policy, cell.n)


def compared(cell: Cell, published: list[Pair], row: PublishedCell, policy: Policy, n: float | None) -> PublishedCell:
    """The figure from published pairs, of `n` people. Where the second is public, the estimate moves with the rounding of the first; its last digits,
    which would tell the exact one, go."""
    if not all(base for _, base in published):
        return row.suppress(TOO_SHORT)
    row = replace(row, n=int(rounded(present(n), policy.rounding_base)), reference_value=None, status=Status.ROUNDED)
    first = published[0][0] / published[0][1]
    if len(published) == 1:
        exact = present(cell.first_count) / present(cell.first_base)
        if cell.unit != "percentage points":
            return replace(row, estimate=round(present(cell.estimate) * first / exact, PLACES) if exact else 0.0)
        moved = PER_100 * (exact - first)
        low, high = (None if end is None else round(end + moved, PLACES) for end in (cell.bound_low, cell.bound_high))
        row = row if cell.denominator is None else replace(row, n=min(present(row.n), round(cell.denominator)))
        return replace(row, estimate=round(present(cell.estimate) + moved, PLACES), ci_low=low, ci_high=high)
    (count, base), (other, other_base) = published
    if not other:
        return row.suppress(too_small(True, False, policy))
    estimate = first / (other / other_base)
    row = replace(row, estimate=estimate)
    if cell.method == SELECTION:
        (least, most), method = ratio_of_shares(*map(round, (count, base, other, other_base)))
    elif is_rate(cell):
        (least, most), method = ratio(estimate, math.sqrt(1 / count + 1 / other))
    else:
        return row
    reference = to_step(cell.reference_value, supported_step((most - least) / 2, policy.steps.get("ratio", 1.0)))
    return replace(row, ci_low=least, ci_high=most, reference_value=reference, method=f"{row.method}; {method}")


def is_rate(cell: Cell) -> bool:
    return cell.method == "rate ratio"


def pairs_of(cell: Cell) -> list[Pair]:
    """The count and the base of one or two shares or rates that the figure compares. Raises LookupError where it has none."""
    first = present(cell.first_count), present(cell.first_base)
    if cell.second_count is None or cell.second_base is None:
        return [first]
    return [first, (cell.second_count, cell.second_base)]


def _rounded(cell: Cell, pair: Pair, policy: Policy) -> Pair:
    base = float(round(pair[1])) if is_rate(cell) else rounded(pair[1], policy.rounding_base)
    return rounded(pair[0], policy.rounding_base), base


def estimated(cell: Cell, policy: Policy) -> PublishedCell:
    """A figure without counts to compute it from (survival, medians, pay, indices, projections): in steps, and without a standard error."""
    row, n_least = PublishedCell.of(cell), present(cell.n_least)
    if why := reason(Base("comparison of staff", n_least, None), policy):
        return row.suppress(why)
    if cell.indicator_code in policy.flows and (cell.count_least or 0) < policy.min_count:
        return row.suppress(too_small(True, False, policy), Status.FEW)
    is_of_medians = cell.method.startswith(MEDIANS)  # which may be equal: their difference of 0 counts nobody
    is_zero = cell.estimate == 0 and not is_of_medians
    if cell.indicator_code in policy.flows and (is_zero or (cell.unavailable_reason or "").startswith("not defined")):
        return row.suppress(too_small(True, False, policy), Status.FEW)  # the least count leaves nobody out
    if cell.count_least is not None and cell.count_least < policy.min_count:
        return row.suppress(too_small(True, False, policy))
    if cell.unit == "index 0-1" and n_least < policy.min_index_side:
        return row.suppress(f"fewer than {policy.min_index_side} women or men")
    if cell.unavailable_reason is not None:
        return replace(row, unavailable_reason=_without_decimals(cell.unavailable_reason)).unavailable()
    interval: Interval | None = None
    method: str | None = None
    if cell.estimate and cell.se_log:
        interval, method = ratio(cell.estimate, cell.se_log)
        interval = (interval[0], min(interval[1], PER_100) if cell.unit == "pct" else interval[1])
    elif cell.se is not None:
        interval, method = normal(present(cell.estimate), cell.se)
    elif cell.bound_low is not None:
        interval = (cell.bound_low, present(cell.bound_high))
    half_width = (interval[1] - interval[0]) / 2 if interval else None
    if is_of_medians and (half_width is None or half_width > policy.max_half_width_years):
        return row.suppress(IMPRECISE)
    step = supported_step(half_width, policy.steps.get(cell.unit, 1.0))
    low, high = outward(interval, step) if interval else (None, None)
    return replace(
        row,
        n=int(rounded(present(cell.n), policy.rounding_base)),
        estimate=to_step(cell.estimate, step),
        reference_value=to_step(cell.reference_value, max(step, 1.0) if cell.method == PROJECTION else step),
        se=None,
        ci_low=low,
        ci_high=high,
        method=f"{cell.method}; {method}" if interval and method else cell.method,
        quality_flag=WIDE if is_of_medians and present(half_width) > policy.max_half_width_years / 2 else None,
        status=Status.ROUNDED,
    )


def _without_decimals(words: str) -> str:
    return re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.0f}", words)
