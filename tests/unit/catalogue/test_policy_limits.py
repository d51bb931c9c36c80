"""No threshold of disclosure or of a gate can be set below the least that is safe, or beyond what it can mean; the least itself can."""

import pytest
from pydantic import ValidationError

from parity.catalogue.gate_limits import GateLimits, ListAge, load_limits
from parity.catalogue.policy import Compared, Policy, load_policy
from parity.settings import REPOSITORY

POLICY = load_policy(REPOSITORY / "catalogue").model_dump()
LIMITS = load_limits(REPOSITORY / "catalogue").model_dump()
SMALLEST_BASE = {"rounding_base": 3, "min_count": 3, "min_base_hr": 6, "min_base_survey": 6, "rounding_base_sensitive": 6}
# Each threshold, what is allowed at the least and at the most (None: without end), and a step beyond.
BOUNDS = [
    *(("min_count", 3, None, 1), ("rounding_base", 3, None, 1), ("min_base_hr", 5, None, 1), ("min_base_survey", 5, None, 1)),
    *(("rounding_base_sensitive", 5, None, 1), ("min_base_sensitive", 30, None, 1), ("min_index_side", 50, None, 1)),
    *(("min_changed_people", 5, None, 1), ("min_changed_of_each_sex", 3, None, 1), ("min_changed_respondents", 5, None, 1)),
    *(("min_staff_mid_year", 100, None, 1), ("flag_posts", 2, None, 1), ("small_value", 0.01, None, 0.01)),
    *(("class_value", 0, None, 0.01), ("max_filled_pct", 0, 50, 0.01), ("max_missing_pct", 0, 20, 0.01)),
    *(("max_half_width", 0.01, None, 0.01), ("max_half_width_years", 0.01, None, 0.01), ("max_rse_pct", 0.01, None, 0.01)),
    *(("min_response_rate", 0, 100, 0.01), ("flag_response_rate", 0, 100, 0.01)),
]


def policy_with(**changes):
    """With bases that are multiples of the rounding base, so that only the limit itself can be in the way."""
    name, value = next(iter(changes.items()))
    others = {1: {}, 3: SMALLEST_BASE, 5: {"rounding_base": 5, "min_count": 5}}
    fitting = others[3 if isinstance(value, int) and value % 5 and name in SMALLEST_BASE else 5]
    return Policy.model_validate(POLICY | fitting | changes)


@pytest.mark.parametrize(("name", "least", "most", "step"), BOUNDS, ids=[bound[0] for bound in BOUNDS])
def test_a_threshold_of_disclosure_has_a_least_and_a_greatest_value(name, least, most, step):
    for allowed in [least, *([most] if most else [])]:
        assert getattr(policy_with(**{name: allowed}), name) == allowed
    for refused in [least - step, *([most + step] if most else [])]:
        with pytest.raises(ValidationError) as faults:
            policy_with(**{name: refused})
        assert [fault["loc"] for fault in faults.value.errors()] == [(name,)]


@pytest.mark.parametrize("name", ["min_count", "min_base_hr", "min_base_survey", "min_base_sensitive", "rounding_base_sensitive"])
def test_every_count_that_decides_is_a_multiple_of_the_rounding_base(name):
    value = POLICY[name]
    assert Policy.model_validate(POLICY | {name: value + POLICY["rounding_base"]})
    with pytest.raises(ValidationError, match=rf"{name} \({value + 1}\) is no multiple of rounding_base"):
        Policy.model_validate(POLICY | {name: value + 1})


def test_the_rounding_base_may_be_the_least_count_and_no_more():
    at_most = {"rounding_base": 6, "min_count": 6, "min_base_hr": 12, "min_base_survey": 12, "rounding_base_sensitive": 12}
    assert Policy.model_validate(POLICY | at_most).rounding_base == 6
    with pytest.raises(ValidationError, match="would be rounded to 0"):
        Policy.model_validate(POLICY | at_most | {"min_count": 3})


@pytest.mark.parametrize("levels", [[], [0.5], [0.05, 0.05, 1], [0.1, 0.05, 1], [0, 1], [-0.1, 1], [0.05, 1, 2]])
def test_levels_of_p_values_rise_from_above_nothing_to_one(levels):
    assert Policy.model_validate(POLICY | {"p_levels": [0.05, 1]}) and Policy.model_validate(POLICY | {"p_levels": [1]})
    with pytest.raises(ValidationError):
        Policy.model_validate(POLICY | {"p_levels": levels})


@pytest.mark.parametrize("level", ["agency", "agency_gender", "agency_gender_grade", "agency_grade"])
def test_no_level_of_sensitive_figures_names_an_agency_or_a_grade(level):
    assert Policy.model_validate(POLICY | {"sensitive_levels": ["country_gender", "agency_type_gender"]})
    with pytest.raises(ValidationError, match=f"never told of an agency or a grade: {level}$|grade: {level} "):
        Policy.model_validate(POLICY | {"sensitive_levels": ["country_gender", level]})


UNCOUNTED = {
    "a figure without what it counts": {"counts": POLICY["counts"] | {"REP-01": {"grade_band": "senior"}}},
    "women and men": {"of_women_and_men": {"ghosts"}},
    "the base of a ratio": {"compared": POLICY["compared"] | {"DEP-01": {"count": {"of": "stock"}, "base": {"of": "ghosts"}}}},
    "the count of a ratio": {"compared": POLICY["compared"] | {"DEP-01": {"count": {"of": "ghosts"}, "base": {"of": "stock"}}}},
    "a change over time": {"over_time": {"ghosts": {"plus": "hires", "minus": "leavers"}}},
    "who came": {"over_time": {"stock": {"plus": "ghosts", "minus": "leavers"}}},
    "who left": {"over_time": {"stock": {"plus": "hires", "minus": "ghosts"}}},
}


@pytest.mark.parametrize("what", UNCOUNTED)
def test_whatever_is_named_of_people_is_counted_by_a_figure(what):
    said = "a figure without `of`" if "without" in what else "ghosts"
    with pytest.raises(ValidationError, match=f"says of each figure what it counts, and all else names one of these: {said}"):
        Policy.model_validate(POLICY | UNCOUNTED[what])


@pytest.mark.parametrize("part", ["count", "base"])
def test_a_ratio_says_of_both_its_parts_whom_they_count(part):
    both = {"count": {"of": "stock"}, "base": {"of": "stock"}}
    assert Compared.model_validate(both)
    for wrong in ({}, {"of": ("stock", "hires")}, {"function": "patrol"}):
        with pytest.raises(ValidationError, match="`of` names what is counted"):
            Compared.model_validate(both | {part: wrong})


PERCENT = sorted(name for name in GateLimits.model_fields if name.endswith(("_pct", "_points")))
DAYS = sorted(name for name in GateLimits.model_fields if name.endswith("_days") and name != "warn_list_age_days")


@pytest.mark.parametrize("name", PERCENT)
def test_a_limit_of_a_gate_in_per_cent_is_from_nought_to_a_hundred(name):
    assert [getattr(GateLimits.model_validate(LIMITS | {name: value}), name) for value in (0, 100)] == [0, 100]
    for value in (-0.01, 100.01):
        with pytest.raises(ValidationError, match=name):
            GateLimits.model_validate(LIMITS | {name: value})


@pytest.mark.parametrize("name", DAYS)
def test_a_limit_of_a_gate_in_days_is_one_day_at_the_least(name):
    assert getattr(GateLimits.model_validate(LIMITS | {name: 1}), name) == 1
    with pytest.raises(ValidationError, match=name):
        GateLimits.model_validate(LIMITS | {name: 0})


def test_every_limit_of_the_gates_is_looked_at_here():
    assert {*PERCENT, *DAYS, "warn_list_age_days"} == set(GateLimits.model_fields)
    assert ListAge(month=1, year=1).month == 1
    for wrong in ({"month": 0, "year": 1}, {"month": 1, "year": 0}):
        with pytest.raises(ValidationError):
            ListAge.model_validate(wrong)
