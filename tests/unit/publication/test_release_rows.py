"""What becomes of cells together: gaps go by their parts, p-values are adjusted, and what is not available is said."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publication.cell import GAP, NUMBERS
from publication.disclosure import WITH_ANOTHER
from publication.intervals import holm, mean, p_value
from tests.unit.publication.cells import released
from tests.unit.publication.policy import POLICY


def cell(gender, code="CUL-03", **changes):
    return {
        "indicator_code": code,
        "country_code": "THA",
        "agency_code": "THA-POL",
        "agency_type": "police",
        "gender": gender,
        "cell_id": gender,
        "level": "agency" if gender == "all" else "agency_gender",
        "grade_band": "all",
        "breakdown": "none",
        "breakdown_value": "all",
        "period_year": 2025,
        "provenance": "synthetic",
        "source": "survey",
        "unit": "pct",
        "statistic": "share",
        "numerator": 60.0,
        "denominator": 100.0,
        "n": 100,
        "n_positive": None if gender == GAP else 60,
        "estimate": -10.0 if gender == GAP else 60.0,
        "se": 4.0,
        "df": 99,
        "method": "stratified Taylor linearisation",
        "response_rate_pct": None,
        "cronbach_alpha": None,
        "opt_in_pct": None,
        "is_sensitive": False,
        "unavailable_reason": None,
    } | changes


def by_gender(cells):
    return {row["gender"]: row for row in released(cells)}


def test_a_gap_between_two_shown_figures_is_shown_with_a_t_interval():
    gap = by_gender([cell("woman"), cell("man"), cell(GAP)])[GAP]
    assert not gap["is_suppressed"]
    half = 1.9842169515 * 4  # qt(0.975, 99)
    assert math.isclose(gap["ci_low"], -10 - half, rel_tol=1e-9) and math.isclose(gap["ci_high"], -10 + half, rel_tol=1e-9)


@pytest.mark.parametrize("hidden", ["woman", "man"])
def test_a_gap_is_withheld_with_either_of_its_parts(hidden):
    cells = [cell("woman"), cell("man"), cell(GAP)]
    cells[hidden == "man"] |= {"n": 9}
    gap = by_gender(cells)[GAP]
    assert gap["is_suppressed"] and all(gap[name] is None for name in NUMBERS)


def test_a_gap_without_a_part_is_withheld():
    assert by_gender([cell("woman"), cell(GAP)])[GAP]["is_suppressed"]


def staff(gender, count, n):
    return cell(gender, code="DEP-04", source="hr", numerator=float(count), denominator=float(n), n=n, estimate=100 * count / n)


def test_with_the_count_of_one_sex_goes_that_of_the_other_where_both_together_are_shown():
    found = by_gender([staff("woman", 3, 50), staff("man", 30, 60), staff("all", 33, 110)])
    assert [found[gender]["is_suppressed"] for gender in ("woman", "man", "all")] == [True, True, False]
    assert found["man"]["suppression_reason"] == WITH_ANOTHER and found["man"]["numerator"] is None
    alone = by_gender([staff("woman", 3, 50), staff("man", 30, 60)])
    assert [alone[gender]["is_suppressed"] for gender in ("woman", "man")] == [True, False]


def part(value, count, n, breakdown="function", **changes):
    by = {"grade_band": value} if breakdown == "grade_band" else {"breakdown": breakdown, "breakdown_value": value}
    return staff("all", count, n) | {"cell_id": value, "level": "agency_breakdown"} | by | changes


@pytest.mark.parametrize("breakdown", ["function", "grade_band"])
def test_a_part_that_is_withheld_takes_the_smallest_other_with_it(breakdown):
    parts = [part("patrol", 30, 200, breakdown), part("border", 3, 40, breakdown), part("forensic", 20, 60, breakdown)]
    found = {row["cell_id"]: row for row in released(parts)}
    assert {name for name, row in found.items() if row["is_suppressed"]} == {"border", "forensic"}
    assert [found[name]["suppression_reason"] for name in ("border", "forensic")] == [WITH_ANOTHER] * 2
    assert found["forensic"]["numerator"] is None


def test_two_parts_that_are_withheld_take_no_other_and_neither_do_those_of_another_breakdown_or_year():
    two = [part("patrol", 30, 200), part("border", 3, 40), part("forensic", 4, 60)]
    apart = [part("yes", 30, 200, "border_post"), part("no", 30, 200, "border_post", period_year=2024)]
    assert [row["is_suppressed"] for row in released(two + apart)] == [False, True, True, False, False]


def test_parts_go_until_their_sum_passes_the_rules():
    parts = [part("a", 1, 20), part("b", 2, 30), part("c", 0, 40), part("d", 2, 50), part("e", 40, 90)]
    found = {row["cell_id"]: row for row in released(parts)}
    assert [found[name]["is_suppressed"] for name in "abcde"] == [True, True, False, True, False]  # 1 + 2 + 2 women
    found = {row["cell_id"]: row for row in released([*parts[:3], part("d", 6, 50), part("e", 40, 90)])}
    assert [found[name]["is_suppressed"] for name in "abcde"] == [True, True, True, True, False]  # 1 + 2 + 0 are too few
    assert {found[name]["suppression_reason"] for name in "abcd"} == {WITH_ANOTHER}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), min_size=2, max_size=7))
def test_from_total_and_shown_parts_each_withheld_count_could_be_one_that_is_shown(people):
    rows = released([part(str(i), women, women + men) for i, (women, men) in enumerate(people)])
    gone = [row["is_suppressed"] for row in rows]
    if not any(gone) or all(gone):
        return  # of all parts the total is withheld by its own count, or safe by it
    assert {row["suppression_reason"] for row, is_gone in zip(rows, gone, strict=True) if is_gone} == {WITH_ANOTHER}
    women, men = (sum(pair[side] for pair, is_gone in zip(people, gone, strict=True) if is_gone) for side in (0, 1))
    assert gone.count(True) > 1 and all(sum_ == 0 or sum_ >= POLICY.min_count for sum_ in (women, men))
    assert women + men >= POLICY.min_base_hr


def test_a_part_that_is_only_uncertain_takes_no_other_and_keeps_its_reason():
    parts = [
        cell("all", breakdown="function", breakdown_value=v, cell_id=v, level="x", se=se)
        for v, se in zip("abc", (4, 25, 4), strict=True)
    ]
    assert [row["suppression_reason"] for row in released(parts)] == [None, "too imprecise to publish", None]
    rows = released([*parts, parts[0] | {"cell_id": "d", "breakdown_value": "d", "n": 9, "n_positive": 5}])
    assert [row["suppression_reason"] for row in rows] == [None, WITH_ANOTHER, None, WITH_ANOTHER]  # the two hide each other


def test_of_a_survey_women_too_few_to_show_take_men_with_them_where_all_are_shown():
    found = by_gender([cell("woman", n=9, n_positive=5), cell("man"), cell("all", n=109), cell(GAP)])
    assert [found[gender]["is_suppressed"] for gender in ("woman", "man", "all", GAP)] == [True, True, False, True]


def agency(name, count, n, **changes):
    return staff("all", count, n) | {"cell_id": name, "agency_code": name, "level": "agency"} | changes


def test_an_agency_that_is_withheld_beside_its_countrys_total_takes_the_smallest_other_with_it():
    agencies = [agency("A", 30, 200), agency("B", 3, 40), agency("C", 20, 60, agency_type="customs")]
    total = agency("all", 53, 300, agency_type="all", level="country")
    found = {row["cell_id"]: row["is_suppressed"] for row in released([*agencies, total])}
    assert found == {"A": False, "B": True, "C": True, "all": False}
    assert not any(row["is_suppressed"] for row in released(agencies) if row["cell_id"] != "B")


def test_of_a_type_of_agency_in_several_countries_none_is_withheld_alone():
    agencies = [agency("A", 30, 200), agency("B", 3, 40, country_code="IDN"), agency("C", 20, 60, country_code="VNM")]
    total = agency("all", 53, 300, country_code="all", level="agency_type")
    found = {row["cell_id"]: row["is_suppressed"] for row in released([*agencies, total])}
    assert found == {"A": False, "B": True, "C": True, "all": False}


def test_what_cannot_be_broken_down_is_no_part():
    nothing = part("all", 0, 1) | {"numerator": None, "n": 0, "unavailable_reason": "not available: needs functions"}
    cells = [part("patrol", 30, 200), nothing]
    assert [row["is_suppressed"] for row in released(cells)] == [False, False]


def test_p_values_of_one_place_are_adjusted_together_and_those_of_another_are_not():
    cells = [cell(g, code=c, se=se) for c, se in (("CUL-03", 4.0), ("WLC-04", 5.0)) for g in ("woman", "man", GAP)]
    cells += [cell(g, agency_code="IDN-IMM") for g in ("woman", "man", GAP)]
    found = {(r["indicator_code"], r["agency_code"]): r["p_value"] for r in released(cells) if r["gender"] == GAP}
    alone = p_value(-10, 4, 99)
    assert found["CUL-03", "IDN-IMM"] == alone
    assert found["CUL-03", "THA-POL"] == pytest.approx(2 * alone)


def test_holm_equals_p_adjust_of_r():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])  # p.adjust(c(.01, .04, .03, .005), "holm")
    assert holm([0.6, 0.9]) == [1.0, 1.0] and holm([]) == []


def test_a_mean_gets_a_t_interval_and_its_width_counts_against_the_range_of_four():
    (low, high), method = mean(3.0, 0.1, 10)
    assert (low, high) == pytest.approx((3 - 0.2228138852, 3 + 0.2228138852)) and method == "t"  # qt(0.975, 10) = 2.228138852
    shown = cell("woman", statistic="mean", unit="mean 1-5", estimate=3.0, se=0.1, n_positive=None)
    wide = shown | {"se": 0.45}
    assert [by_gender([c])["woman"]["is_suppressed"] for c in (shown, wide)] == [False, True]


def test_a_low_response_rate_is_flagged_and_a_very_low_one_withholds():
    rows = [by_gender([cell("woman", response_rate_pct=rate)])["woman"] for rate in (40.0, 29.9, 14.9)]
    assert [row["quality_flag"] for row in rows] == [None, "response rate under 30 %: read with care", None]
    assert [row["is_suppressed"] for row in rows] == [False, False, True]


def test_what_is_not_available_says_so_and_holds_no_number():
    row = by_gender([cell("all", unavailable_reason="not available: needs X", n=0, estimate=None, source="hr")])["all"]
    assert row["unavailable_reason"] == "not available: needs X" and not row["is_suppressed"]
    assert all(row[name] is None for name in NUMBERS)


def test_a_figure_without_a_variance_has_no_interval_and_is_no_number_to_compare():
    (low, high), method = mean(3.0, None, 0)
    assert low is None and high is None and method.startswith("none")
    assert p_value(1.0, 0, 5) is None


def retention(gender, **changes):
    return cell(gender, code="RET-04", source="hr", estimate=90.0, se=4.0, n_least=60, count_least=12, se_log=0.0444) | changes


def test_a_survival_has_the_log_interval_of_survfit_and_ends_at_a_hundred():
    row = by_gender([retention("woman")])["woman"]
    factor = math.exp(1.959963984540054 * 0.0444)
    assert row["ci_low"] == pytest.approx(90 / factor) and row["ci_high"] == pytest.approx(90 * factor)
    assert by_gender([retention("woman", estimate=98.0)])["woman"]["ci_high"] == 100


def test_a_gap_of_survivals_has_a_normal_interval_and_goes_with_a_withheld_part():
    gap = retention(GAP, estimate=-6.0, se=5.0, se_log=None)
    row = by_gender([retention("woman"), retention("man"), gap])[GAP]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((-6 - 9.79981992, -6 + 9.79981992))
    assert by_gender([retention("woman", count_least=3), retention("man"), gap])[GAP]["is_suppressed"]
