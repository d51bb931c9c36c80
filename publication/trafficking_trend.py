"""The trend of each series of the UN's counts of trafficking: per cent of change a year, with a 95 % interval. Pure.

The model is a Poisson regression of the count on the year, fitted to the middles of the bounds. Its variance is multiplied by Pearson's dispersion where
that is above 1 (quasi-Poisson: McCullagh and Nelder 1989, chapter 6), and the interval uses t with years − 2 degrees of freedom. Where the source leaves
a count open, as `<5` does, the model is also fitted to the bounds that make the trend least and greatest, and the interval reaches from the least to
the greatest end of the three. A count is what was detected: a trend may be one of policing, of law or of reporting.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy import stats

from publication.intervals import ALPHA
from publication.trafficking import Counted, cited, labels

MIN_YEARS, MIN_COUNTED = 5, 2
METHOD = "Poisson regression on the year"
OVERDISPERSED = "quasi-Poisson regression on the year"
BOUNDED = "; fitted also to the bounds that make it least and greatest"
STEP, CLOSE, ROUNDS = 2.0, 1e-13, 500


class NotFitted(ArithmeticError):
    """The regression did not converge; the message names the series."""


@dataclass(frozen=True)
class Fit:
    """A fitted line of the logarithm of counts: change a year, its standard error, and Pearson's dispersion, 1 at the least."""

    slope: float
    se: float
    dispersion: float


@dataclass(frozen=True)
class Trend:
    """Per cent of change a year."""

    change_pct: float
    ci_low: float
    ci_high: float
    dispersion: float


def fit(years: Sequence[float], counts: Sequence[float]) -> Fit:
    """The regression by Newton's method. Raises NotFitted, as where one year alone has a count."""
    n, mean = len(years), sum(years) / len(years)
    x = [year - mean for year in years]
    level, slope = math.log(sum(counts) / n), 0.0
    for _ in range(ROUNDS):
        expected = [math.exp(level + slope * each) for each in x]
        s0, s1 = sum(expected), sum(map(math.prod, zip(expected, x, strict=True)))
        s2 = sum(m * each * each for m, each in zip(expected, x, strict=True))
        off = [count - m for count, m in zip(counts, expected, strict=True)]
        u0, u1 = sum(off), sum(map(math.prod, zip(off, x, strict=True)))
        determinant = s0 * s2 - s1 * s1
        if determinant <= 0:
            break
        up, turn = (s2 * u0 - s1 * u1) / determinant, (s0 * u1 - s1 * u0) / determinant
        largest = max(abs(up + turn * each) for each in x)
        damping = min(1.0, STEP / largest) if largest else 1.0
        level, slope = level + damping * up, slope + damping * turn
        if largest < CLOSE:
            dispersion = max(1.0, sum(each * each / m for each, m in zip(off, expected, strict=True)) / (n - 2))
            return Fit(slope, math.sqrt(dispersion * s0 / determinant), dispersion)
    raise NotFitted(f"no trend fits the counts {list(counts)} of the years {list(years)}")


def trend(years: Sequence[int], low: Sequence[float], high: Sequence[float]) -> Trend:
    """The trend of counts with bounds, of years in their order. Raises NotFitted."""
    middle = fit(years, [(least + most) / 2 for least, most in zip(low, high, strict=True)])
    fits = [middle]
    if any(least < most for least, most in zip(low, high, strict=True)):
        fits.append(min(_tilted(years, high, low), key=lambda found: found.slope))
        fits.append(max(_tilted(years, low, high), key=lambda found: found.slope))
    t = float(stats.t.ppf(1 - ALPHA / 2, len(years) - 2))
    return Trend(
        _percent(middle.slope),
        _percent(min(each.slope - t * each.se for each in fits)),
        _percent(max(each.slope + t * each.se for each in fits)),
        middle.dispersion,
    )


def _tilted(years: Sequence[int], early: Sequence[float], late: Sequence[float]) -> list[Fit]:
    """Fits to one end of the bounds until some year, and to the other after it. The steepest of all corners is one of these: a higher count raises the
    slope where its year lies after the centre of the line, and lowers it before."""
    cuts = [first for first in range(len(years)) if early[first] != late[first]] + [len(years)]
    return [fit(years, [*early[:cut], *late[cut:]]) for cut in cuts]


def _percent(slope: float) -> float:
    return 100 * math.expm1(slope)


def trend_rows(counted: Iterable[Counted], source: str) -> list[dict[str, Any]]:
    """Rows of release.trafficking_trend: every series of two years or more, with the trend of those that are long enough."""
    series: dict[tuple[str, ...], list[Counted]] = defaultdict(list)
    for each in counted:
        series[each.series].append(each)
    return [_row(sorted(rows, key=lambda row: row.period_year), source) for rows in series.values() if len(rows) > 1]


def _row(rows: Sequence[Counted], source: str) -> dict[str, Any]:
    last, years = rows[-1], [row.period_year for row in rows]
    possible = range(years[0], years[-1] + 1)
    n_bounded = sum(row.count_low < row.count_high for row in rows)
    found, why = _trend_or_why_not(rows)
    is_over = found is not None and found.dispersion > 1
    return {
        **{name: getattr(last, name) for name in ("country_code", "country", "measure", "gender", "age_group", "breakdown")},
        **{name: getattr(last, name) for name in ("breakdown_value", "breakdown_label", "provenance")},
        **labels(last),
        "first_year": years[0],
        "last_year": years[-1],
        "n_years": len(years),
        "n_years_possible": len(possible),
        "complete_pct": 100 * len(years) / len(possible),
        "missing_years": ", ".join(str(year) for year in possible if year not in years),
        "n_bounded": n_bounded,
        "change_pct": found and found.change_pct,
        "change_low_pct": found and found.ci_low,
        "change_high_pct": found and found.ci_high,
        "dispersion": found and found.dispersion,
        "method": "none" if found is None else (OVERDISPERSED if is_over else METHOD) + (BOUNDED if n_bounded else ""),
        "unavailable_reason": why,
        "source": cited(source, last.provenance),
    }


def _trend_or_why_not(rows: Sequence[Counted]) -> tuple[Trend | None, str | None]:
    if len(rows) < MIN_YEARS:
        return None, f"not available: needs {MIN_YEARS} years, and {len(rows)} are there"
    if sum(row.count_low > 0 for row in rows) < MIN_COUNTED:
        return None, f"not defined: fewer than {MIN_COUNTED} years count anybody"
    low, high = [float(row.count_low) for row in rows], [float(row.count_high) for row in rows]
    try:
        return trend([row.period_year for row in rows], low, high), None
    except NotFitted:
        return None, "not defined: no line fits the counts"
