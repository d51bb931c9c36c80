"""Each rule of a published cell at its limit and one step to either side."""

import pytest

from publication.candidate import release_rows
from publication.cell import GAP, NUMBERS, Status
from publication.disclosure import Base, reason
from publication.survey import CONTRADICTORY, survey
from tests.unit.publication.cells import a_cell, released, released_alone
from tests.unit.publication.policy import POLICY

SURVEY = {
    "source": "survey",
    "unit": "pct",
    "statistic": "share",
    "numerator": 60.0,
    "denominator": 100.0,
    "n": 100,
    "n_positive": 60,
    "estimate": 60.0,
    "se": 4.0,
    "df": 99,
    "method": "m",
}


@pytest.mark.parametrize("kind", ["rate of staff", "comparison of staff"])
def test_few_people_outside_a_rate_or_a_comparison_withhold_nothing(kind):
    """A rate has no outside: who had no event is in no count."""
    assert reason(Base(kind, 100, 97), POLICY) is None
    assert reason(Base("share of staff", 100, 97), POLICY) is not None


@pytest.mark.parametrize(
    ("judged", "least"),
    [
        (lambda n: Base("survey", n, None), POLICY.min_base_survey),
        (lambda n: Base("survey", n, None, is_sensitive=True), POLICY.min_base_sensitive),
        (lambda n: Base("share of staff", n, None), POLICY.min_base_hr),
        (lambda n: Base("survey", 500, n), POLICY.min_count),
        (lambda n: Base("survey", 500, 500 - n), POLICY.min_count),
        (lambda n: Base("survey", 500, None, response_rate_pct=n), POLICY.min_response_rate),
    ],
    ids=["base", "sensitive base", "staff", "inside", "outside", "response rate"],
)
def test_the_least_that_is_shown_is_shown_and_one_less_is_not(judged, least):
    assert (reason(judged(least), POLICY), reason(judged(least - 1), POLICY) is None) == (None, False)


@pytest.mark.parametrize(
    ("judged", "most"),
    [
        (lambda x: Base("survey", 100, 50, half_width=x), POLICY.max_half_width),
        (lambda x: Base("survey", 100, 50, rse_pct=x), POLICY.max_rse_pct),
    ],
    ids=["half width", "relative error"],
)
def test_the_widest_that_is_shown_is_shown_and_a_wider_one_is_not(judged, most):
    assert reason(judged(most), POLICY) is None
    assert reason(judged(most + 0.01), POLICY) == "too imprecise to publish"


def mean(se):
    """A mean of 1 to 5 with so large a standard error; its half width in per cent of the range of four is 1.984·25·se."""
    return a_cell(**SURVEY | {"statistic": "mean", "unit": "mean 1-5", "estimate": 3.0, "n_positive": None, "se": se})


@pytest.mark.parametrize(
    ("se", "half_width_pct", "flag"),
    [
        (0.19, 9.4, None),
        (0.21, 10.4, "wide interval: read with care"),
        (0.40, 19.8, "wide interval: read with care"),
        (0.41, 20.3, None),
    ],
)
def test_a_mean_is_flagged_from_half_the_limit_on_and_withheld_beyond_it(se, half_width_pct, flag):
    row = survey(mean(se), POLICY)
    assert row.is_suppressed is (half_width_pct > POLICY.max_half_width)
    assert row.quality_flag == flag


@pytest.mark.parametrize(("se", "flag"), [(4.0, None), (6.0, "wide interval: read with care")])
def test_a_share_is_flagged_from_half_the_limit_on(se, flag):
    row = survey(a_cell(**SURVEY | {"se": se}), POLICY)
    assert not row.is_suppressed and row.quality_flag == flag


@pytest.mark.parametrize(("alpha", "flag"), [(-0.08, CONTRADICTORY), (0.0, None), (0.4, None), (None, None)])
def test_questions_that_contradict_each_other_are_flagged(alpha, flag):
    row = survey(a_cell(**SURVEY | {"cronbach_alpha": alpha}), POLICY)
    assert row.quality_flag == flag
    wide = survey(a_cell(**SURVEY | {"cronbach_alpha": -0.08, "se": 6.0}), POLICY)
    assert wide.quality_flag == f"{CONTRADICTORY}; wide interval: read with care"


@pytest.mark.parametrize("estimate", [-4.0, 4.0])
def test_a_gap_is_never_judged_by_its_relative_error(estimate):
    """Next to a difference of nearly nothing every error is large."""
    place = {"indicator_code": "CUL-03", "agency_code": "A", "agency_type": "police", "country_code": "THA", "period_year": 2025}
    sides = [a_cell(**SURVEY | place | {"gender": gender, "cell_id": gender}) for gender in ("woman", "man")]
    gap = a_cell(
        **SURVEY
        | place
        | {"gender": GAP, "cell_id": "gap", "estimate": estimate, "se": 6.0, "n_positive": None, "numerator": None}
    )
    row = next(row for row in release_rows([*sides, gap], POLICY) if row.cell_id == "gap")
    assert not row.is_suppressed and row.estimate == 0 and row.ci_low < 0 < row.ci_high


STAFF = {
    "source": "hr",
    "unit": "pct",
    "numerator": 40.0,
    "denominator": 100.0,
    "n": 100,
    "estimate": 40.0,
    "method": "census share",
}
FOUR = {"first_count": 30.0, "first_base": 100.0, "second_count": 40.0, "second_base": 100.0, "n_least": 100, "count_least": 30}
UNAVAILABLE = {
    "share of staff": STAFF,
    "rate": STAFF | {"unit": "per 1000"},
    "comparison": STAFF | {"unit": "ratio", "numerator": None, "denominator": None, "method": "ratio of selection rates"} | FOUR,
    "estimate without counts": STAFF
    | {"unit": "years", "n_least": 100, "count_least": 30, "se": 1.0, "bound_low": 1.0, "bound_high": 2.0},
    "survey": SURVEY | {"response_rate_pct": 50.0, "cronbach_alpha": 0.8, "opt_in_pct": 4.0},
    "gap of a survey": SURVEY | {"gender": GAP},
    "institution": STAFF | {"source": "fact_finding", "base_unit": "posts", "n_unknown": 2},
    "public figure": STAFF | {"source": "external", "bound_low": 1.0, "bound_high": 2.0},
    "record of Parity": STAFF | {"source": "pipeline"},
}


@pytest.mark.parametrize("kind", UNAVAILABLE)
@pytest.mark.parametrize(
    ("words", "status"),
    [("not available: needs X", Status.NOT_AVAILABLE), ("not defined: nobody left", Status.NOT_DEFINED)],
)
def test_what_is_not_available_or_not_defined_holds_no_number_of_any_kind(kind, words, status):
    row = released_alone(UNAVAILABLE[kind] | {"reference_value": 12.0, "unavailable_reason": words})
    assert (row["unavailable_reason"], row["status"], row["is_suppressed"]) == (words, status, False)
    assert {name: row[name] for name in NUMBERS} == dict.fromkeys(NUMBERS)


def test_what_is_withheld_holds_no_number_though_others_of_the_list_do():
    few = {
        **SURVEY,
        "n": 9,
        "n_positive": 5,
        "cell_id": "few",
        "response_rate_pct": 50.0,
        "cronbach_alpha": 0.8,
        "reference_value": 5.0,
    }
    rows = {row["cell_id"]: row for row in released([SURVEY | {"cell_id": "shown", "agency_code": "B"}, few])}
    assert rows["shown"]["estimate"] == 60 and rows["few"]["is_suppressed"]
    assert not [name for name in NUMBERS if rows["few"][name] is not None]


def test_a_share_whose_error_nobody_could_compute_is_shown_with_what_is_known():
    """A stratum of one leaves no standard error, which is not an error of the release."""
    row = survey(a_cell(**SURVEY | {"se": None}), POLICY)
    assert (row.estimate, row.ci_low, row.ci_high, row.is_suppressed) == (60, 60, 60, False)
