"""Trends of the UN's counts: equal to golden values that another program made with 50 digits, and honest about short and empty series."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from publication.trafficking import Counted
from publication.trafficking_trend import NotFitted, fit, trend, trend_rows

GOLDEN = Path(__file__).parent / "golden"
COUNT = Counted(
    country_code="THA",
    country="Thailand",
    period_year=2020,
    measure="victims_detected",
    gender="woman",
    age_group="all",
    breakdown="none",
    breakdown_value="all",
    breakdown_label="All",
    count_low=5,
    count_high=5,
    n_people=None,
    rate_low=None,
    rate_high=None,
    is_newest=False,
    basis="line of the source",
    provenance="real",
)


def read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counted(counts: dict[int, int], **changes: object) -> list[Counted]:
    return [replace(COUNT, period_year=year, count_low=n, count_high=n, **changes) for year, n in counts.items()]


@pytest.mark.parametrize("expected", read("trafficking_trend_expected.csv"), ids=lambda row: row["series"])
def test_trend__equals_another_program(expected: dict[str, str]) -> None:
    series = defaultdict(list)
    for row in read("trafficking_trend_series.csv"):
        series[row["series"]].append((int(row["year"]), float(row["low"]), float(row["high"])))
    found = trend(*map(list, zip(*series[expected["series"]], strict=True)))
    for name in ("change_pct", "ci_low", "ci_high", "dispersion"):
        assert getattr(found, name) == pytest.approx(float(expected[name]), rel=1e-9, abs=1e-9), name


def test_fit__counts_that_double_each_year_have_their_closed_form() -> None:
    found = fit([2015, 2016, 2017, 2018], [5, 10, 20, 40])
    assert found.slope == pytest.approx(math.log(2), rel=1e-12) and found.dispersion == 1
    weights, years = [5, 10, 20, 40], [0, 1, 2, 3]
    mean = sum(w * y for w, y in zip(weights, years, strict=True)) / 75
    spread = sum(w * (y - mean) ** 2 for w, y in zip(weights, years, strict=True))
    assert found.se == pytest.approx(1 / math.sqrt(spread), rel=1e-9)


def test_fit__one_year_alone_at_the_end_has_no_trend() -> None:
    with pytest.raises(NotFitted, match="no trend fits"):
        fit([2015, 2016, 2017], [0, 0, 9])


def test_trend__open_bounds_widen_the_interval() -> None:
    years, low, high = list(range(2015, 2021)), [1, 9, 8, 7, 9, 1], [4, 9, 8, 7, 9, 4]
    middle = trend(years, [2.5, 9, 8, 7, 9, 2.5], [2.5, 9, 8, 7, 9, 2.5])
    found = trend(years, low, high)
    assert found.change_pct == middle.change_pct
    assert found.ci_low < middle.ci_low < middle.ci_high < found.ci_high


def test_trend_rows__say_how_complete_a_series_is() -> None:
    [row] = trend_rows(counted({2010: 10, 2011: 12, 2014: 9, 2015: 11, 2017: 10}), "UNODC")
    assert (row["first_year"], row["last_year"], row["n_years"], row["n_years_possible"]) == (2010, 2017, 5, 8)
    assert (row["complete_pct"], row["missing_years"]) == (62.5, "2012, 2013, 2016")
    assert row["change_low_pct"] < row["change_pct"] < row["change_high_pct"] and row["unavailable_reason"] is None
    assert (row["gender_label"], row["source"], row["method"]) == ("Women and girls", "UNODC", "Poisson regression on the year")


def test_trend_rows__short_series_have_no_trend_and_say_why() -> None:
    [short] = trend_rows(counted({2010: 10, 2011: 12, 2014: 9, 2015: 11}), "UNODC")
    assert short["change_pct"] is None and short["unavailable_reason"] == "not available: needs 5 years, and 4 are there"
    assert (short["n_years"], short["complete_pct"]) == (4, pytest.approx(100 * 4 / 6))
    [empty] = trend_rows(counted({2010: 0, 2011: 0, 2012: 0, 2013: 0, 2014: 3}), "UNODC")
    assert empty["change_low_pct"] is None and empty["unavailable_reason"] == "not defined: fewer than 2 years count anybody"
    assert trend_rows(counted({2010: 10}), "UNODC") == []


def test_trend_rows__series_of_two_groups_never_meet() -> None:
    years = {year: year - 2000 for year in range(2010, 2016)}
    rows = trend_rows([*counted(years), *counted(years, gender="man"), *counted(years, country_code="VNM")], "UNODC")
    assert [(row["country_code"], row["gender"], row["n_years"]) for row in rows] == [
        ("THA", "woman", 6),
        ("THA", "man", 6),
        ("VNM", "woman", 6),
    ]
