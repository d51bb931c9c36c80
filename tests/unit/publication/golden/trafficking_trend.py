"""Makes trafficking_trend_series.csv and trafficking_trend_expected.csv: quasi-Poisson trends of invented counts, by other means than Parity's.

    python tests/unit/publication/golden/trafficking_trend.py

Iteratively reweighted least squares with 50 digits on the years themselves, Pearson's dispersion, and t by inverting its distribution. Where
counts are open, every corner of their bounds is fitted, and the corners with the least and the greatest slope count.
"""

from __future__ import annotations

import csv
import random
from itertools import product
from pathlib import Path

from mpmath import betainc, exp, findroot, log, mp, mpf, sqrt

FOLDER = Path(__file__).parent
mp.dps = 50
Bounds = list[tuple[int, int, int]]  # year, least, greatest


def series() -> dict[str, Bounds]:
    rng = random.Random(4646)
    found: dict[str, Bounds] = {}
    for number in range(12):
        years = sorted(rng.sample(range(2003, 2022), rng.choice((5, 6, 8, 11))))
        level, change, noise = (
            rng.choice((3, 6, 40, 300)) * rng.uniform(0.7, 1.5),
            rng.uniform(-0.25, 0.25),
            rng.choice((0.0, 0.0, 0.6)),
        )
        rows: Bounds = []
        for year in years:
            n = int(level * float(exp(change * (year - 2012) + noise * rng.gauss(0, 1))))
            rows.append((year, 1, 4) if 0 < n < 5 else (year, n, n))
        found[f"S{number:02}"] = rows
    found["equal"] = [(year, 7, 7) for year in range(2010, 2015)]
    found["zeros"] = [(2010, 0, 0), (2011, 9, 9), (2012, 0, 0), (2013, 3, 3), (2014, 0, 0), (2015, 0, 0)]
    found["open"] = [(year, 1, 4) for year in range(2014, 2020)]
    return found


def irls(years: list[int], counts: list[mpf]) -> tuple[mpf, mpf, mpf]:
    """Slope, its standard error, and the dispersion."""
    x = [mpf(year) for year in years]
    fitted = [count + mpf(1) / 2 for count in counts]
    for _ in range(200):
        working = [log(m) + (count - m) / m for m, count in zip(fitted, counts, strict=True)]
        w0, w1 = sum(fitted), sum(m * each for m, each in zip(fitted, x, strict=True))
        w2 = sum(m * each * each for m, each in zip(fitted, x, strict=True))
        z0 = sum(m * z for m, z in zip(fitted, working, strict=True))
        z1 = sum(m * z * each for m, z, each in zip(fitted, working, x, strict=True))
        determinant = w0 * w2 - w1 * w1
        slope, level = (w0 * z1 - w1 * z0) / determinant, (w2 * z0 - w1 * z1) / determinant
        fitted = [exp(level + slope * each) for each in x]
    pearson = sum((count - m) ** 2 / m for m, count in zip(fitted, counts, strict=True))
    dispersion = max(mpf(1), pearson / (len(years) - 2))
    return slope, sqrt(dispersion * w0 / determinant), dispersion


def t_quantile(df: int) -> mpf:
    """The 97.5 % quantile of Student's t."""

    def beyond(t: mpf) -> mpf:
        """The probability of more than t, less the 2.5 % sought."""
        return betainc(mpf(df) / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2 - mpf(25) / 1000

    return findroot(beyond, (mpf(2), mpf(13)), solver="anderson")


def expected(rows: Bounds) -> list[mpf]:
    years = [year for year, _, _ in rows]
    middle = irls(years, [mpf(low + high) / 2 for _, low, high in rows])
    corners = [irls(years, list(map(mpf, corner))) for corner in product(*({low, high} for _, low, high in rows))]
    fits = [middle, min(corners), max(corners)]
    t = t_quantile(len(years) - 2)
    ends = min(fit[0] - t * fit[1] for fit in fits), max(fit[0] + t * fit[1] for fit in fits)
    return [*(100 * (exp(value) - 1) for value in (middle[0], *ends)), middle[2]]


def write() -> None:
    found = series()
    with (FOLDER / "trafficking_trend_series.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["series", "year", "low", "high"])
        writer.writerows([name, *row] for name, rows in found.items() for row in rows)
    with (FOLDER / "trafficking_trend_expected.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["series", "change_pct", "ci_low", "ci_high", "dispersion"])
        writer.writerows([name, *(mp.nstr(value, 17) for value in expected(rows))] for name, rows in found.items())


if __name__ == "__main__":
    write()
