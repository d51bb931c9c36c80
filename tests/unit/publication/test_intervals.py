"""Intervals against R's survey package (golden file), closed forms and SciPy's own tests."""

import csv
import math

import pytest
from scipy import stats

from publication.intervals import korn_graubard, logit_t, poisson_rate, proportion


def test_intervals_equal_those_of_r_survey(shared_data):
    with (shared_data / "survey" / "fevs_2018_expected.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 212
    for row in rows:
        p, se, n, df = float(row["estimate"]), float(row["se"]), int(row["n"]), int(row["df"])
        assert logit_t(p, se, df) == pytest.approx((float(row["logit_lo"]), float(row["logit_hi"])), abs=1e-7)
        assert korn_graubard(p, se, n, df) == pytest.approx((float(row["kg_lo"]), float(row["kg_hi"])), abs=1e-8)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_a_share_of_none_or_all_still_has_an_interval(p):
    (low, high), method = proportion(p, 0.0, 30, 29)
    exact = stats.binomtest(int(30 * p), 30).proportion_ci()
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert method == "Korn-Graubard"


def test_poisson_interval_of_no_event_has_the_closed_form():
    assert poisson_rate(0, 100) == pytest.approx((0.0, -math.log(0.025) / 100))


def test_poisson_interval_inverts_the_distribution():
    low, high = poisson_rate(7, 1)
    assert stats.poisson.sf(6, low) == pytest.approx(0.025)
    assert stats.poisson.cdf(7, high) == pytest.approx(0.025)


def test_one_respondent_has_no_interval():
    (low, _), method = proportion(1.0, 0.0, 1, 0)
    assert math.isnan(low) and "too few" in method
