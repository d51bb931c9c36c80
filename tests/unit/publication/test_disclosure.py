"""Primary suppression, rule by rule."""

import pytest

from publication.candidate import NUMBERS, release_row
from publication.disclosure import Cell, caution, reason
from publication.policy import Policy

POLICY = Policy(
    min_count=5,
    min_base_hr=10,
    min_base_survey=10,
    max_half_width=20,
    max_rse_pct=30,
    min_response_rate=15,
    flag_response_rate=30,
    flag_posts=5,
)


@pytest.mark.parametrize(
    ("cell", "is_withheld"),
    [
        (Cell("share of staff", 100, 4), True),
        (Cell("share of staff", 100, 5), False),
        (Cell("share of staff", 100, 96), True),
        (Cell("share of staff", 100, 95), False),
        (Cell("share of staff", 100, 0), False),
        (Cell("share of staff", 9, 0), True),
        (Cell("rate of staff", 400, 3), True),
        (Cell("rate of staff", 400, 20), False),
        (Cell("survey", 9, 5, 5, 5), True),
        (Cell("survey", 40, 20, 20.1, 10), True),
        (Cell("survey", 40, 20, 15, 30.1), True),
        (Cell("survey", 40, 20, 15, 12), False),
        (Cell("survey", 40, 3.5, 15, 12), True),
        (Cell("survey", 40, 38, 15, 12), True),
    ],
)
def test_a_cell_is_withheld_exactly_where_a_rule_says_so(cell, is_withheld):
    assert (reason(cell, POLICY) is not None) is is_withheld


def hr_cell(**changes):
    return {
        "source": "hr",
        "unit": "pct",
        "numerator": 3.0,
        "denominator": 50.0,
        "n": 50,
        "n_positive": None,
        "estimate": 6.0,
        "se": None,
        "df": None,
        "method": "census share",
        "statistic": "share",
        "gender": "all",
        "response_rate_pct": None,
        "cronbach_alpha": None,
        "expected_value": None,
        **dict.fromkeys(("n_least", "count_least", "se_log", "bound_low", "bound_high", "base_unit", "n_unknown")),
        "unavailable_reason": None,
    } | changes


def test_a_withheld_row_carries_no_number_at_all():
    row = release_row(hr_cell(), POLICY)
    assert row["is_suppressed"] and row["suppression_reason"]
    assert all(row[name] is None for name in NUMBERS)


def test_a_shown_row_keeps_its_numbers():
    row = release_row(hr_cell(numerator=20.0, estimate=40.0), POLICY)
    assert not row["is_suppressed"] and row["estimate"] == 40.0 and row["n"] == 50


def test_a_rate_gets_the_exact_poisson_interval():
    row = release_row(hr_cell(unit="per 100 person-years", numerator=10.0, denominator=200.0, n=200, estimate=5.0), POLICY)
    assert row["ci_low"] < 5.0 < row["ci_high"]


@pytest.mark.parametrize(
    ("n", "base_unit", "n_unknown", "said"),
    [
        (4, "posts", 0, "fewer than 5 posts assessed: read with care"),
        (5, "posts", 0, None),
        (4, "posts", 2, "fewer than 5 posts assessed; 2 not known and left out: read with care"),
        (40, "posts", 1, "1 not known and left out: read with care"),
        (1, "agencies", 0, None),
        (1, "agencies", 3, "3 not known and left out: read with care"),
    ],
)
def test_few_posts_and_unknown_answers_are_told(n, base_unit, n_unknown, said):
    assert caution(n, base_unit, n_unknown, POLICY) == said


@pytest.mark.parametrize("numerator", [0.0, 1.0, 2.0])
def test_facts_of_institutions_are_shown_however_few(numerator):
    row = release_row(
        hr_cell(
            source="fact_finding",
            numerator=numerator,
            denominator=2.0,
            n=2,
            estimate=50 * numerator,
            base_unit="posts",
            n_unknown=0,
        ),
        POLICY,
    )
    assert not row["is_suppressed"] and row["quality_flag"] and (row["numerator"], row["n"]) == (numerator, 2)
    assert row["ci_low"] is None and "base_unit" not in row and "n_unknown" not in row
