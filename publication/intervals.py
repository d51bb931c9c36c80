"""95 % intervals that PostgreSQL cannot compute: quantiles of t, beta and chi-square come from SciPy.

Sources: Korn and Graubard 1998; R survey's svyciprop (methods "logit" and "beta"); Garwood 1936 for Poisson counts.
"""

from __future__ import annotations

import math

from scipy import stats

Interval = tuple[float, float]
Open = tuple[float | None, float | None]
ALPHA = 0.05


def logit_t(p: float, se: float, df: int) -> Interval:
    """The interval of a share 0 < p < 1 on the logit scale with t(df)."""
    centre = math.log(p / (1 - p))
    half = stats.t.ppf(1 - ALPHA / 2, df) * se / (p * (1 - p))
    return _expit(centre - half), _expit(centre + half)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def effective_n(p: float, se: float, n: int, df: int) -> float:
    """Korn and Graubard's effective sample size; n itself where p is 0 or 1 and no variance is seen."""
    if se == 0 or p in (0, 1):
        return float(n)
    inflation = (stats.t.ppf(ALPHA / 2, n - 1) / stats.t.ppf(ALPHA / 2, df)) ** 2
    return p * (1 - p) / se**2 * inflation


def korn_graubard(p: float, se: float, n: int, df: int) -> Interval:
    """Clopper-Pearson on the effective sample size: right where p is near 0 or 1, or few answers stand behind it."""
    size = effective_n(p, se, n, df)
    return clopper_pearson(p * size, size, ALPHA)


def clopper_pearson(successes: float, size: float, alpha: float) -> Interval:
    """The exact interval of a share; sizes may be effective ones."""
    low = 0.0 if successes <= 0 else float(stats.beta.ppf(alpha / 2, successes, size - successes + 1))
    high = 1.0 if successes >= size else float(stats.beta.ppf(1 - alpha / 2, successes + 1, size - successes))
    return low, high


def proportion(p: float, se: float, n: int, df: int | None) -> tuple[Interval, str]:
    """The interval of a survey share and its method: logit-t, or Korn-Graubard where fewer than 5 effective cases stand on a side."""
    if n < 2 or df is None or df < 1:
        return (math.nan, math.nan), "none: too few respondents"
    if p in (0, 1) or effective_n(p, se, n, df) * min(p, 1 - p) < 5:
        return korn_graubard(p, se, n, df), "Korn-Graubard"
    return logit_t(p, se, df), "logit-t"


def mean(estimate: float | None, se: float | None, df: int | None) -> tuple[Open, str]:
    """The t interval of a mean or a difference, as R's confint(svymean, df = degf) gives it, and its method."""
    if estimate is None or se is None or df is None or df < 1:
        return (None, None), "none: too few respondents"
    half = float(stats.t.ppf(1 - ALPHA / 2, df)) * se
    return (estimate - half, estimate + half), "t"


def ratio(estimate: float, se_log: float) -> tuple[Interval, str]:
    """The interval of a ratio, symmetric on the scale of its logarithm, and its method."""
    factor = math.exp(float(stats.norm.ppf(1 - ALPHA / 2)) * se_log)
    return (estimate / factor, estimate * factor), "log-normal"


def ratio_of_shares(women: int, of_women: int, men: int, of_men: int) -> tuple[Interval, str]:
    """The interval of women's share over men's, and its method; `men` must not be 0.

    Katz 1978, symmetric on the scale of the logarithm. Where one of the four counts is under 5 it is exact: two Clopper-Pearson intervals at
    the level √0.95 hold together with 95 % at least, as the sides are independent, and the ratio lies between their ends.
    """
    if min(women, men, of_women - women, of_men - men) >= 5:
        se_log = math.sqrt(1 / women - 1 / of_women + 1 / men - 1 / of_men)
        return ratio((women / of_women) / (men / of_men), se_log)[0], "Katz"
    alpha = 1 - math.sqrt(1 - ALPHA)
    (low, high), (men_low, men_high) = clopper_pearson(women, of_women, alpha), clopper_pearson(men, of_men, alpha)
    return (low / men_high, high / men_low), "exact"


def normal(estimate: float, se: float) -> tuple[Interval, str]:
    """The interval of a large-sample estimate, and its method."""
    half = float(stats.norm.ppf(1 - ALPHA / 2)) * se
    return (estimate - half, estimate + half), "normal"


def p_value(difference: float | None, se: float | None, df: int | None) -> float | None:
    """Two-sided, of no difference; None where no variance is seen."""
    if difference is None or not se or df is None or df < 1:
        return None
    return 2 * float(stats.t.sf(abs(difference) / se, df))


def holm(p_values: list[float], n_compared: int = 0) -> list[float]:
    """Holm's adjustment for looking at several differences at once; R's p.adjust(method = "holm", n = n_compared).

    `n_compared`: how many comparisons the family has, where that is more than there are p-values: the others count as the largest.
    """
    size = max(n_compared, len(p_values))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (size - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def poisson_rate(events: float, exposure: float) -> Interval:
    """Garwood's exact interval of a rate: events per unit of exposure."""
    low = 0.0 if events == 0 else float(stats.chi2.ppf(ALPHA / 2, 2 * events)) / 2
    high = float(stats.chi2.ppf(1 - ALPHA / 2, 2 * (events + 1))) / 2
    return low / exposure, high / exposure
