"""Primary suppression, rule by rule."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from parity.catalogue.policy import Policy
from publication.cell import NUMBERS
from publication.disclosure import Base, caution, lone_agencies, reason, totals_that_reveal
from tests.unit.publication.cells import a_cell, released, released_alone
from tests.unit.publication.policy import POLICY

LEVELS = {"agency": True, "agency_gender": True, "agency_grade": True, "country": True, "all": True} | {
    "country_type_gender": False,
    "country_gender": False,
    "agency_type_gender": False,
    "gender": False,
}  # level → whether a sensitive figure of it is withheld


@pytest.mark.parametrize(
    ("cell", "is_withheld"),
    [
        (Base("share of staff", 100, 4), True),
        (Base("share of staff", 100, 5), False),
        (Base("share of staff", 100, 96), True),
        (Base("share of staff", 100, 95), False),
        (Base("share of staff", 100, 0), False),
        (Base("share of staff", 9, 0), True),
        (Base("rate of staff", 400, 3), True),
        (Base("rate of staff", 400, 20), False),
        (Base("survey", 9, 5, 5, 5), True),
        (Base("survey", 40, 20, 20.1, 10), True),
        (Base("survey", 40, 20, 15, 30.1), True),
        (Base("survey", 40, 20, 15, 12), False),
        (Base("survey", 40, 3.5, 15, 12), True),
        (Base("survey", 40, 38, 15, 12), True),
        (Base("survey", 29, 12, 15, 12, is_sensitive=True), True),
        (Base("survey", 30, 12, 15, 12, is_sensitive=True), False),
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
        "opt_in_pct": None,
        "is_sensitive": False,
        "unavailable_reason": None,
    } | changes


def test_a_rate_per_1000_is_scaled_with_its_interval_and_is_a_class_for_a_few_complaints():
    rate = {"unit": "per 1000", "denominator": 2000.0, "n": 2100, "method": "events per person-time"}
    row = released_alone(hr_cell(**rate, numerator=9.0, estimate=4.5))
    assert (row["numerator"], row["estimate"]) == (10, 5)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((4.795389 / 2, 18.390356 / 2), rel=1e-6)  # poisson.test(10)
    for few in (0.0, 4.0):  # nobody is not told from a few
        assert released_alone(hr_cell(**rate, numerator=few, estimate=few / 2))["status"] == "few"


def test_few_cases_closed_late_are_withheld_as_few_cases():
    row = released_alone(hr_cell(method="share of cases", numerator=17.0, denominator=20.0, n=20, estimate=85.0))
    assert row["suppression_reason"] == "fewer than 5 cases outside the group" and row["numerator"] is None


def test_completeness_of_data_counts_cells_and_not_people_so_it_is_always_shown():
    row = released_alone(hr_cell(source="pipeline", numerator=3.0, denominator=4.0, n=4, estimate=75.0))
    assert not row["is_suppressed"] and (row["numerator"], row["estimate"]) == (3.0, 75.0)


def test_a_withheld_row_carries_no_number_at_all():
    row = released_alone(hr_cell())
    assert row["is_suppressed"] and row["suppression_reason"]
    assert all(row[name] is None for name in NUMBERS)


def test_a_shown_row_keeps_its_numbers():
    row = released_alone(hr_cell(numerator=20.0, estimate=40.0))
    assert not row["is_suppressed"] and row["estimate"] == 40.0 and row["n"] == 50


def test_a_rate_gets_the_exact_poisson_interval():
    row = released_alone(hr_cell(unit="per 100 person-years", numerator=10.0, denominator=200.0, n=200, estimate=5.0))
    assert row["ci_low"] < 5.0 < row["ci_high"]


def test_a_ratio_of_selection_rates_gets_its_interval_from_its_four_counts_which_stay_behind():
    four = {"first_count": 11.0, "first_base": 98.0, "second_count": 32.0, "second_base": 149.0}
    cell = hr_cell(
        unit="ratio",
        numerator=None,
        denominator=None,
        n=250,
        n_least=100,
        count_least=12,
        estimate=0.6,
        se_log=0.3,
        **four,
        method="ratio of selection rates",
        indicator_code="REC-03",
    )
    row = released_alone(cell)
    half = 1.959963984540054 * math.sqrt(1 / 10 - 1 / 100 + 1 / 30 - 1 / 150)  # 10 of 100 and 30 of 150
    assert row["estimate"] == 0.5
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.5 * math.exp(-half), 0.5 * math.exp(half)), rel=1e-9)
    assert row["method"].endswith("Katz") and not row.keys() & four.keys()
    assert released_alone(cell | {"first_count": 4.0})["status"] == "few"


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
    row = released_alone(
        hr_cell(
            source="fact_finding",
            numerator=numerator,
            denominator=2.0,
            n=2,
            estimate=50 * numerator,
            base_unit="posts",
            n_unknown=0,
        )
    )
    assert not row["is_suppressed"] and row["quality_flag"] and (row["numerator"], row["n"]) == (numerator, 2)
    assert row["ci_low"] is None and "base_unit" not in row and "n_unknown" not in row


def sensitive(level, n, country="all", agency_type="all"):
    place = {"country_code": country, "agency_type": agency_type, "gender": "woman"}
    return {
        "indicator_code": "HAR-01",
        "level": level,
        "n": n,
        "is_sensitive": True,
        "period_year": 2025,
        "provenance": "real",
        **place,
    }


PARTS = [
    sensitive("country_type_gender", n, country, kind)
    for country, kind, n in (("THA", "police", 90), ("THA", "customs", 20), ("IDN", "police", 70), ("IDN", "customs", 18))
]
TOTALS = [
    sensitive("country_gender", 110, "THA"),
    sensitive("country_gender", 88, "IDN"),
    sensitive("agency_type_gender", 160, agency_type="police"),
    sensitive("agency_type_gender", 38, agency_type="customs"),
    sensitive("gender", 198),
]


def shown_after(hidden):
    cells = PARTS + TOTALS
    telling = totals_that_reveal([a_cell(**cell) for cell in cells], [n in hidden for n in range(len(cells))], POLICY)
    return [f"{c['country_code']} {c['agency_type']}" for n, c in enumerate(cells) if n not in telling and c not in PARTS]


def test_a_total_by_country_or_type_goes_with_its_withheld_part_and_that_of_all_where_it_would_tell_one():
    assert shown_after({1, 3}) == ["all police", "all all"]  # 20 and 18 are 38 together, and no other sum holds them
    assert shown_after({1}) == ["IDN all", "all police"]
    assert shown_after(set()) == ["THA all", "IDN all", "all police", "all customs", "all all"]


def test_two_withheld_parts_under_the_base_together_take_the_widest_total_with_them(monkeypatch):
    monkeypatch.setitem(PARTS[1], "n", 11)
    assert shown_after({1, 3}) == ["all police"]


def test_no_shown_sums_together_tell_a_withheld_part():
    """Whatever is withheld: from the matrix of shown sums no unit vector of a withheld part can be made."""
    for mask in range(1, 16):
        hidden = {n for n in range(4) if mask >> n & 1}
        cells = PARTS + TOTALS
        telling = totals_that_reveal([a_cell(**cell) for cell in cells], [n in hidden for n in range(len(cells))], POLICY)
        rows = [
            [float(all(total[name] in ("all", part[name]) for name in ("country_code", "agency_type"))) for part in PARTS]
            for n, total in enumerate(TOTALS, len(PARTS))
            if n not in telling
        ]
        sums = np.array([[x for n, x in enumerate(row) if n in hidden] for row in rows]).reshape(-1, len(hidden))
        for n in range(len(hidden)):
            unit = np.eye(len(hidden))[n]
            assert np.linalg.matrix_rank(np.vstack([sums, unit])) > np.linalg.matrix_rank(sums), (hidden, n)


def test_a_sensitive_figure_of_an_agency_or_a_grade_is_withheld_whatever_its_base():
    cell = hr_cell(
        source="survey",
        n=400,
        n_positive=100,
        se=2.0,
        df=390,
        estimate=25.0,
        is_sensitive=True,
        indicator_code="HAR-01",
        agency_code="all",
    )
    withheld = {level: released([cell | {"level": level}])[0]["is_suppressed"] for level in LEVELS}
    assert withheld == LEVELS


def test_a_place_with_one_agency_alone_is_that_agency():
    cell = hr_cell(source="survey", n=400, n_positive=100, se=2.0, df=390, estimate=25.0, period_year=2025, provenance="real")
    agencies = [
        cell | {"indicator_code": "CUL-03", "level": "agency", "country_code": country, "agency_code": name, "agency_type": kind}
        for country, name, kind in (("THA", "A", "police"), ("THA", "B", "customs"), ("VNM", "C", "customs"))
    ]
    place = {"indicator_code": "HAR-01", "is_sensitive": True, "agency_code": "all", "gender": "woman"}
    asked = [("THA", "all"), ("VNM", "all"), ("THA", "police"), ("all", "customs"), ("all", "police"), ("all", "all")]
    cells = [cell | place | {"level": "country_type_gender", "country_code": c, "agency_type": t} for c, t in asked]
    rows = released([*agencies, *cells])[3:]
    told = {
        pair
        for pair, row in zip(asked, rows, strict=True)
        if row["suppression_reason"] != "never told of a single agency or grade"
    }
    assert told == {("THA", "all"), ("all", "customs"), ("all", "all")}


def test_an_agency_that_another_form_asks_for_something_else_hides_nobody():
    """In Thailand, one agency alone is asked of harassment; the other one answers a form that has no such question."""
    place = {"indicator_code": "HAR-01", "period_year": 2025, "provenance": "real", "agency_type": "all"}
    total = a_cell(**place, source="survey", is_sensitive=True, agency_code="all", country_code="THA")
    agencies = [
        a_cell(**{**place, "agency_type": "police"}, source="survey", agency_code=name, country_code="THA") for name in "AB"
    ]
    asked = [("HAR-01", "real", 2025, "THA", "A", "police"), ("CUL-03", "real", 2025, "THA", "B", "police")]
    assert not lone_agencies([*agencies, total])(total)
    assert lone_agencies([*agencies, total], asked)(total)
    assert not lone_agencies([*agencies, total], [*asked, ("HAR-01", "real", 2025, "THA", "B", "police")])(total)


def test_a_policy_that_lets_sensitive_figures_of_agencies_out_is_refused():
    with pytest.raises(ValidationError, match="never told of an agency"):
        Policy.model_validate(POLICY.model_dump() | {"sensitive_levels": ["country_type_gender", "agency_gender"]})
    with pytest.raises(ValidationError):
        Policy.model_validate(POLICY.model_dump() | {"min_base_sensitive": 29})
