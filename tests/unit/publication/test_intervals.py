"""Intervals against R (golden/intervals.R made the files from invented people), closed forms and SciPy's own tests."""

import csv
import math
from pathlib import Path

import pytest
from scipy import stats

from publication.intervals import (
    effective_n,
    holm,
    korn_graubard,
    logit_t,
    mean,
    normal,
    p_value,
    poisson_rate,
    proportion,
    ratio,
    ratio_of_shares,
)

GOLDEN = Path(__file__).with_name("golden")


def golden(name):
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return [
            {key: value if key in ("domain", "item") else float(value) for key, value in row.items()}
            for row in csv.DictReader(file)
        ]


def test_intervals_of_shares_and_means_equal_those_of_r():
    rows = golden("survey_intervals.csv")
    assert len(rows) > 40
    for row in rows:
        p, se, n, df = row["estimate"], row["se"], int(row["n"]), int(row["df"])
        assert logit_t(p, se, df) == pytest.approx((row["logit_low"], row["logit_high"]), abs=1e-9), row
        assert korn_graubard(p, se, n, df) == pytest.approx((row["beta_low"], row["beta_high"]), abs=1e-9), row
        assert mean(p, se, df)[0] == pytest.approx((row["t_low"], row["t_high"]), abs=1e-9), row


def test_intervals_of_rates_equal_those_of_r():
    rows = golden("rate_intervals.csv")
    assert len(rows) == 6
    for row in rows:
        assert poisson_rate(row["events"], row["exposure"]) == pytest.approx((row["low"], row["high"]), rel=1e-9), row


def test_p_values_adjusted_for_several_looks_equal_those_of_r():
    rows = golden("adjusted_p_values.csv")
    assert len(rows) == 12
    assert holm([row["p"] for row in rows]) == pytest.approx([row["adjusted"] for row in rows], rel=1e-12)


def test_intervals_of_a_real_survey_equal_those_of_r(shared_data):
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


def test_the_ratio_of_shares_equals_scipys_relative_risk():
    for counts in [(12, 100, 30, 150), (5, 400, 9, 60), (40, 45, 55, 60)]:
        low, high = stats.contingency.relative_risk(*counts).confidence_interval(0.95)
        (found, method) = ratio_of_shares(*counts)
        assert found == pytest.approx((low, high), rel=1e-12) and method == "Katz"


def test_with_few_cases_each_end_is_that_of_two_exact_tests():
    (low, high), method = ratio_of_shares(2, 20, 9, 30)
    level = math.sqrt(0.95)
    women, men = (stats.binomtest(k, n).proportion_ci(level) for k, n in ((2, 20), (9, 30)))
    assert method == "exact"
    assert (low, high) == pytest.approx((women.low / men.high, women.high / men.low), rel=1e-12)
    assert ratio_of_shares(0, 20, 9, 30)[0][0] == 0


@pytest.mark.parametrize(("p_women", "p_men"), [(0.05, 0.1), (0.2, 0.2), (0.4, 0.1)])
def test_the_exact_interval_holds_the_truth_in_every_twentieth_draw_but_one_at_least(p_women, p_men):
    """Every possible outcome of 12 women and 15 men, weighed by its probability."""
    n1, n0, held = 12, 15, 0.0
    for a in range(n1 + 1):
        for c in range(n0 + 1):
            weight = stats.binom.pmf(a, n1, p_women) * stats.binom.pmf(c, n0, p_men)
            if c == 0:
                held += weight  # no ratio is told
                continue
            (low, high), method = ratio_of_shares(a, n1, c, n0)
            held += weight * (method != "exact" or low <= p_women / p_men <= high)
    assert held >= 0.95


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_where_no_variance_is_seen_the_effective_sample_is_the_sample(p):
    """A stratum of one, or post-strata that explain all, leave a share between 0 and 1 without an error."""
    assert effective_n(p, 0.0, 30, 29) == 30
    (low, high), _ = proportion(p, 0.0, 30, 29)
    assert 0 <= low <= p + 1e-9 and p - 1e-9 <= high <= 1


@pytest.mark.parametrize(("n", "df", "has_interval"), [(1, 1, False), (2, 0, False), (2, 1, True)])
def test_two_respondents_and_one_degree_of_freedom_are_the_least_for_an_interval(n, df, has_interval):
    (low, high), _ = proportion(0.5, 0.2, n, df)
    assert (not math.isnan(low), not math.isnan(high)) == (has_interval, has_interval)
    assert (mean(3.0, 0.2, df)[0][0] is not None) is (df >= 1)


def test_a_share_moves_to_the_exact_interval_below_five_effective_cases_on_a_side():
    def method(p, n):
        return proportion(p, math.sqrt(p * (1 - p) / (n - 1)), n, n - 1)[1]

    assert [method(p, 100) for p in (0.04, 0.06, 0.94, 0.96)] == ["Korn-Graubard", "logit-t", "logit-t", "Korn-Graubard"]


def test_a_mean_a_normal_estimate_and_a_ratio_have_their_closed_forms():
    assert mean(3.0, 0.1, 10)[0] == pytest.approx((3 - 0.22281388519, 3 + 0.22281388519))
    assert normal(10.0, 2.0)[0] == pytest.approx((10 - 3.91992796908, 10 + 3.91992796908))
    assert ratio(2.0, 0.5)[0] == pytest.approx((2 / math.exp(0.97998199227), 2 * math.exp(0.97998199227)))


def test_a_p_value_is_that_of_two_sides():
    assert p_value(-1.0, 0.5, 10) == p_value(1.0, 0.5, 10) == pytest.approx(2 * stats.t.sf(2, 10))
    assert p_value(1.0, None, 10) is None and p_value(1.0, 0.5, 0) is None
