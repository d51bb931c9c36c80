"""What becomes of cells together: gaps go by their parts, p-values are adjusted, and what is not available is said."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publication.attacked import attacked
from publication.candidate import release_rows
from publication.cell import GAP, NUMBERS
from publication.context import Context
from publication.disclosure import NO_BREAKDOWNS, WITH_ANOTHER
from publication.intervals import holm, mean, p_value
from publication.rounding import next_level
from tests.examples import examples
from tests.unit.publication.cells import a_cell, released
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


def test_a_gap_is_the_difference_of_two_shown_figures_with_its_t_interval_rounded_outward():
    gap = by_gender([cell("woman", estimate=50.4), cell("man"), cell(GAP)])[GAP]
    assert not gap["is_suppressed"] and gap["estimate"] == 50 - 60
    assert (gap["ci_low"], gap["ci_high"]) == (-18, -2)  # −10 ∓ 1.9842169515 · 4, qt(0.975, 99)


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


def test_a_small_count_of_one_sex_takes_no_other_figure_with_it_as_all_counts_are_rounded():
    found = by_gender([staff("woman", 3, 50), staff("man", 31, 62), staff("all", 34, 112)])
    assert [found[gender]["is_suppressed"] for gender in ("woman", "man", "all")] == [True, False, False]
    assert [(found[g]["numerator"], found[g]["n"], found[g]["status"]) for g in ("man", "all")] == [
        (30, 60, "rounded"),
        (35, 110, "rounded"),
    ]


def part(value, count, n, breakdown="function", **changes):
    by = {"grade_band": value} if breakdown == "grade_band" else {"breakdown": breakdown, "breakdown_value": value}
    return staff("all", count, n) | {"cell_id": value, "level": "agency_breakdown"} | by | changes


def possible(row, of_a_few=False):
    """Every number of women that a reader may think of, from one published row alone. Of a few women, a part with nobody is told in their words."""
    if not row["is_suppressed"]:
        return [0] if row["numerator"] == 0 else range(max(int(row["numerator"]) - 2, 5), int(row["numerator"]) + 3)
    return {"fewer than 5 people in the group": range(0 if of_a_few else 1, 5), "fewer than 10 staff": range(10)}.get(
        row["suppression_reason"], range(20)
    )


@settings(max_examples=examples(150), deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(8, 14)), min_size=2, max_size=4))
@example([(4, 10), (4, 10)])  # 8 women together are told as 10: only 4 and 4 make 8 or more
def test_a_suppressed_count_of_women_keeps_three_values_or_all_of_its_class(people):
    """Whoever knows that the parts are the whole tries all numbers of women that the published rows allow."""
    parts = [part(str(i), women, women + men, indicator_code="REP-01") for i, (women, men) in enumerate(people)]
    everybody = (sum(women for women, _ in people), sum(map(sum, people)))
    *rows, whole = released([*parts, part("all", *everybody, "none", indicator_code="REP-01", level="agency")])
    allowed = set(possible(whole))
    of_a_few = whole["is_suppressed"]
    worlds = [world for world in product(*(possible(row, of_a_few) for row in rows)) if sum(world) in allowed]
    assert worlds and {n for n, (women, men) in enumerate(people) if 0 < women < 5} <= {
        n for n, row in enumerate(rows) if row["is_suppressed"]
    }
    few = [
        n
        for n, (women, _) in enumerate(people)
        if rows[n]["suppression_reason"] == "fewer than 5 people in the group" and 0 < women < 5
    ]
    assert [n for n in few if len({world[n] for world in worlds}) < 3] == []


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


def test_what_cannot_be_broken_down_is_no_part():
    nothing = part("all", 0, 1) | {"numerator": None, "n": 0, "unavailable_reason": "not available: needs functions"}
    cells = [part("patrol", 30, 200), nothing]
    assert [row["is_suppressed"] for row in released(cells)] == [False, False]


def test_p_values_of_one_place_are_adjusted_together_and_those_of_another_are_not():
    cells = [cell(g, code=c, se=se) for c, se in (("CUL-03", 4.0), ("WLC-04", 5.0)) for g in ("woman", "man", GAP)]
    cells += [cell(g, agency_code="IDN-IMM") for g in ("woman", "man", GAP)]
    found = {(r["indicator_code"], r["agency_code"]): r["p_value"] for r in released(cells) if r["gender"] == GAP}
    assert 0.025 / 2 < p_value(-10, 4, 99) <= 0.025 and 0.025 < p_value(-10, 5, 99) <= 0.05
    assert found["CUL-03", "IDN-IMM"] == found["CUL-03", "THA-POL"] == 0.05  # 0.014, and 0.028 as it is one of two
    assert found["WLC-04", "THA-POL"] == 0.05


def test_a_p_value_is_adjusted_before_it_becomes_a_level():
    of_one = [cell(g, code="CUL-03", se=5.0) for g in ("woman", "man", GAP)]
    of_three = [cell(g, code=code, se=5.0) for code in ("CUL-03", "WLC-04", "PRO-06") for g in ("woman", "man", GAP)]
    found = [[row["p_value"] for row in released(cells) if row["gender"] == GAP] for cells in (of_one, of_three)]
    assert found == [[0.05], [1, 1, 1]]  # 0.048, and three times as much
    assert p_value(-10, 5.0, 99) == pytest.approx(0.048, abs=5e-4)


@pytest.mark.parametrize(
    ("p", "published"), [(0.0, 0.001), (0.001, 0.001), (0.00101, 0.01), (0.05, 0.05), (0.0501, 0.1), (0.7, 1), (1, 1)]
)
def test_a_p_value_is_published_as_the_next_level(p, published):
    assert next_level(p, POLICY.p_levels) == published


def test_holm_equals_p_adjust_of_r():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])  # p.adjust(c(.01, .04, .03, .005), "holm")
    assert holm([0.6, 0.9]) == [1.0, 1.0] and holm([]) == []


def test_the_family_of_comparisons_is_as_large_as_the_catalogue_says():
    # p.adjust(c(.01, .04, .03, .005), "holm", n = 6): 6, 5, 4 and 3 times the p-values from the least on, none under the one before
    assert holm([0.01, 0.04, 0.03, 0.005], 6) == pytest.approx([0.05, 0.12, 0.12, 0.03])
    assert holm([0.01, 0.04, 0.03, 0.005], 2) == holm([0.01, 0.04, 0.03, 0.005])
    cells = [a_cell(**cell(g, code="CUL-03", se=4.0)) for g in ("woman", "man", GAP)]
    found = [
        row.p_value for n in (0, 1, 4, 18) for row in release_rows(cells, POLICY, Context(n_compared=n)) if row.gender == GAP
    ]
    assert found == [0.05, 0.05, 0.1, 1]  # 0.014 as it is, and 0.057 and 0.25 as one of 4 and of 18


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


def test_a_survival_has_the_log_interval_of_survfit_in_steps_that_it_supports_and_ends_at_a_hundred():
    row = by_gender([retention("woman", estimate=91.3)])["woman"]  # 91.3 ∓: 83.7 to 99.6, so in steps of 2
    assert (row["estimate"], row["ci_low"], row["ci_high"], row["se"]) == (92, 82, 100, None)
    row = by_gender([retention("woman", estimate=98.0, se_log=0.01)])["woman"]
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == (98, 96, 100)
    assert by_gender([retention("woman", count_least=None)])["woman"]["status"] == "few"  # nobody left


def test_a_gap_of_survivals_has_a_normal_interval_and_goes_with_a_withheld_part():
    gap = retention(GAP, estimate=-6.2, se=5.0, se_log=None)
    row = by_gender([retention("woman"), retention("man"), gap])[GAP]
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == (-6, -16, 4)  # −6.2 ∓ 9.8 in steps of 2
    assert by_gender([retention("woman", count_least=3), retention("man"), gap])[GAP]["is_suppressed"]


def test_the_reason_of_a_suppressed_cell_tells_no_small_count_of_another():
    """5 women in all and a part that is said not to be small would leave 1 or 2 to the small one."""
    everybody = part("all", 7, 80, "none", indicator_code="REP-01", level="agency")
    sworn, civilian = (
        part(kind, women, 40, "sworn_civilian", indicator_code="REP-01") for kind, women in (("sworn", 2), ("civilian", 5))
    )
    rows = {row["cell_id"]: row for row in released([everybody, sworn, civilian])}
    assert rows["sworn"]["suppression_reason"] == "fewer than 5 people in the group"
    assert rows["civilian"]["suppression_reason"] == rows["all"]["suppression_reason"] == WITH_ANOTHER


def test_an_agency_with_four_women_can_be_protected_as_nobody_is_told_from_a_few():
    """Of four women in three of five age bands, bands with nobody look like the others; else the four would be 3 or 4."""
    women = {"18-24": 0, "25-34": 1, "35-44": 2, "45-54": 1, "55+": 0}
    bands = [part(band, n, 12, "age_band", indicator_code="REP-01") for band, n in women.items()]
    rows = released([part("all", 4, 60, "none", indicator_code="REP-01", level="agency"), *bands])
    assert {row["suppression_reason"] for row in rows} == {"fewer than 5 people in the group"}


def stocks(agency="THA-POL", *, n_women=300, n_men=700):
    """The stock of an agency as a whole, and of three grade bands, with leavers by sex."""
    place = {"agency_code": agency, "country_code": "THA", "agency_type": "police", "period_year": 2025, "provenance": "real"}
    parts = {"all": (n_women, n_men), "junior": (n_women - 47, n_men - 207), "middle": (40, 120), "senior": (7, 87)}
    cells = [
        place
        | {
            "cell_id": f"{agency} {band}", "indicator_code": "REP-01", "source": "hr", "unit": "pct", "level": "agency", "grade_band": band,
            "numerator": float(women), "denominator": float(women + men), "n": women + men, "estimate": 100 * women / (women + men),
        }
        for band, (women, men) in parts.items()
    ]  # fmt: skip
    leavers = [
        place
        | {
            "cell_id": f"{agency} leavers {gender}", "indicator_code": "RET-01", "source": "hr", "unit": "per 100 person-years",
            "level": "agency_gender", "gender": gender, "numerator": 30.0, "denominator": 900.0, "n": 900, "estimate": 3.33,
        }
        for gender in ("woman", "man")
    ]  # fmt: skip
    survey = place | {
        "cell_id": "survey",
        "indicator_code": "CUL-01",
        "source": "survey",
        "unit": "pct",
        "numerator": 50.0,
        "denominator": 90.0,
    }
    return [
        a_cell(**cell) for cell in (*cells, *leavers, survey | {"n": 90, "n_positive": 50, "estimate": 55.0, "se": 2.0, "df": 80})
    ]


def test_a_year_without_breakdowns_shows_the_agency_as_a_whole_and_nothing_finer():
    cells = [*stocks(), *stocks("IDN-IMM")]
    with_all = release_rows(cells, POLICY)
    rows = release_rows(cells, POLICY, Context(without_breakdowns={("THA-POL", 2025)}))
    gone = {row.cell_id for row in rows if row.suppression_reason == NO_BREAKDOWNS}
    assert gone == {f"THA-POL {part}" for part in ("junior", "middle", "senior", "leavers woman", "leavers man")}
    assert [row for row in rows if row.cell_id not in gone] == [row for row in with_all if row.cell_id not in gone]
    assert not attacked(cells, rows, POLICY).fallen


def test_years_without_breakdowns_are_those_of_the_agency_alone():
    cells = stocks()
    assert release_rows(cells, POLICY, Context(without_breakdowns={("THA-POL", 2024), ("IDN-IMM", 2025)})) == release_rows(
        cells, POLICY
    )


def test_a_year_without_breakdowns_takes_the_country_s_figures_that_are_made_of_exact_ones_with_it():
    retention = {
        "cell_id": "kept", "indicator_code": "RET-04", "source": "hr", "unit": "pct", "level": "country_gender", "country_code": "THA",
        "agency_code": "all", "agency_type": "all", "gender": "woman", "provenance": "synthetic", "period_year": 2025, "estimate": 88.0,
        "n": 120, "n_least": 120, "count_least": 14, "bound_low": 84.0, "bound_high": 92.0,
    }  # fmt: skip
    cells = [replace(cell, provenance="synthetic", country_code="THA") if cell.source == "hr" else cell for cell in stocks()]
    cells += [a_cell(**retention), a_cell(**retention | {"cell_id": "elsewhere", "country_code": "IDN"})]
    rows = release_rows(cells, POLICY, Context(without_breakdowns={("THA-POL", 2025)}))
    gone = {row.cell_id for row in rows if row.suppression_reason == NO_BREAKDOWNS}
    assert "kept" in gone and "elsewhere" not in gone
