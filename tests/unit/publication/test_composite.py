"""The composite index on hand vectors: each rule of catalogue/composite.yml alone, and what it can never use."""

import math

import pytest

from parity.catalogue.composite import read_composite
from parity.settings import REPOSITORY
from publication.composite import _level, composite_rows, geometric_mean, indicator_score, random_weights
from tests.unit.publication.cells import a_published_cell

EEI = read_composite(REPOSITORY / "catalogue")
SMALL = EEI.model_copy(update={"domains": [1, 2, 3]})


def scale(code, domain, worst=0.0, best=100.0, direction="up", source="hr", tier="core"):
    return {"indicator_code": code, "domain_no": domain, "domain_name": f"Domain {domain}", "source": source, "tier": tier} | {
        "goalpost_worst": worst,
        "goalpost_best": best,
        "direction": direction,
    }


def cell(code, estimate, gender="all", is_suppressed=False, **place):
    return {
        "indicator_code": code,
        "estimate": None if is_suppressed else estimate,
        "is_suppressed": is_suppressed,
        "gender": gender,
        "grade_band": "all",
        "breakdown": "none",
        "breakdown_value": "all",
        "country_code": "THA",
        "country_name": "Thailand",
        "agency_code": "THA-POL",
        "agency_name": "Police",
        "agency_type": "police",
        "period_year": 2025,
        "provenance": "synthetic",
        "catalogue_version": "1",
    } | place


def the_index(cells, scales, composite=SMALL):
    [row], domains = composite_rows([a_published_cell(**cell) for cell in cells], scales, composite)
    return row, {domain["domain_no"]: domain for domain in domains}


@pytest.mark.parametrize(
    ("value", "worst", "best", "direction", "score"),
    [
        (20, 0, 50, "up", 40),
        (60, 0, 50, "up", 100),
        (-1, 0, 50, "up", 0),
        (3, 15, 0, "down", 80),
        (20, 15, 0, "down", 0),
        (0.7, 0.4, 1, "target 1", 50),
        (1 / 0.7, 0.4, 1, "target 1", 50),  # too much for one side is too little for the other
        (0, 0.4, 1, "target 1", 0),
        (3, 5, 1, "target 1", 50),  # a glass ceiling: women's share is a third of what it is below
        (1 / 3, 5, 1, "target 1", 50),
        (0, 5, 1, "target 1", 0),
        (6, 30, 0, "target 0", 80),
        (-6, 30, 0, "target 0", 80),
        (2, 5, 1, "down", 75),  # a mean from 1 to 5
    ],
)
def test_an_indicator_scores_by_its_goalposts(value, worst, best, direction, score):
    assert indicator_score(value, worst, best, direction) == pytest.approx(score)


SCALES = [scale("AAA-01", 1), scale("BBB-01", 2), scale("CCC-01", 3)]
CELLS = [cell("AAA-01", 20), cell("BBB-01", 40), cell("CCC-01", 80)]


def test_the_index_is_the_geometric_mean_beside_the_arithmetic_one_and_each_domain_left_out():
    row, domains = the_index(CELLS, SCALES)
    assert row["index_value"] == pytest.approx(40)  # (20 · 40 · 80)^⅓
    assert row["arithmetic_value"] == pytest.approx(140 / 3)
    assert row["without_one_low"] == pytest.approx(math.sqrt(800)) and row["without_one_high"] == pytest.approx(math.sqrt(3200))
    assert row["coverage_pct"] == 100 and row["n_domains"] == 3 and row["unavailable_reason"] is None
    assert {n: domain["score"] for n, domain in domains.items()} == {1: 20, 2: 40, 3: pytest.approx(80)}
    assert "own proposal" in row["status_text"]


def test_random_weights_of_two_domains_give_the_percentiles_of_a_uniform_weight():
    two = SMALL.model_copy(update={"domains": [1, 2]})
    row, _ = the_index([cell("AAA-01", 25), cell("BBB-01", 100)], SCALES[:2], two)
    # 25^w · 100^(1 − w) with w uniform: at w = 0.95 and 0.05
    assert row["weights_p5"] == pytest.approx(100 * 0.25**0.95, rel=0.02)
    assert row["weights_p95"] == pytest.approx(100 * 0.25**0.05, rel=0.02)


def test_random_weights_sum_to_one_favour_no_domain_and_are_the_same_each_time():
    drawn = random_weights(5, 2000, 1)
    assert all(math.isclose(sum(weights), 1) for weights in drawn)
    assert [sum(weights[n] for weights in drawn) / 2000 for n in range(5)] == pytest.approx([0.2] * 5, abs=0.02)
    assert random_weights.__wrapped__(5, 2000, 1) == drawn
    assert random_weights.__wrapped__(5, 2000, 2) != drawn


def test_weighted_and_plain_geometric_means():
    assert geometric_mean([2, 8]) == pytest.approx(4)
    assert geometric_mean([2, 8], [0.25, 0.75]) == pytest.approx(2**0.25 * 8**0.75)


def test_a_domain_of_zero_counts_as_the_floor_in_the_index_and_as_zero_in_the_arithmetic_mean():
    row, domains = the_index([cell("AAA-01", 0), *CELLS[1:]], SCALES)
    assert row["index_value"] == pytest.approx((1 * 40 * 80) ** (1 / 3))
    assert row["arithmetic_value"] == pytest.approx(40) and domains[1]["score"] == 0


def test_half_the_points_between_women_and_men_are_taken_from_a_survey_indicator():
    survey = [scale("AAA-01", 1, source="survey"), *SCALES[1:]]
    of_both = [cell("AAA-01", 50, "woman"), cell("AAA-01", 70, "man")]
    cells = [cell("AAA-01", 60), *of_both, *CELLS[1:]]
    assert the_index(cells, survey)[1][1]["score"] == pytest.approx(60 - 10)
    assert the_index(cells, SCALES)[1][1]["score"] == pytest.approx(60), "of staff figures nothing is taken"
    hidden = [cell("AAA-01", 60), of_both[0], cell("AAA-01", 70, "man", is_suppressed=True), *CELLS[1:]]
    assert the_index(hidden, survey)[1][1]["score"] == pytest.approx(60), "only where both may be shown"


def test_the_figure_of_women_counts_where_none_of_everybody_is_told():
    cells = [cell("AAA-01", 30, "woman"), cell("AAA-01", 90, "man"), *CELLS[1:]]
    assert the_index(cells, SCALES)[1][1]["score"] == pytest.approx(30)
    withheld = [cell("AAA-01", 60, is_suppressed=True), *cells]
    assert the_index(withheld, SCALES)[1][1]["score"] is None, "not where that of everybody is withheld"


def test_a_domain_needs_three_in_five_of_its_indicators():
    scales = [*(scale(f"AAA-0{n}", 1) for n in range(1, 6)), *SCALES[1:]]
    enough = [cell(f"AAA-0{n}", 10.0 * n) for n in (1, 2, 3)]
    row, domains = the_index([*enough, *CELLS[1:]], scales)
    assert domains[1]["score"] == pytest.approx(20) and domains[1]["indicator_codes"] == "AAA-01, AAA-02, AAA-03"
    assert row["coverage_pct"] == pytest.approx(100 * 5 / 7)
    row, domains = the_index([*enough[:2], *CELLS[1:]], scales)
    assert domains[1]["score"] is None and "2 of 5" in domains[1]["unavailable_reason"]
    assert row["n_domains"] == 2 and row["coverage_pct"] == pytest.approx(100 * 2 / 7)


def test_with_fewer_than_half_of_the_domains_there_is_no_index_but_a_reason():
    row, _ = the_index([CELLS[0]], SCALES)
    assert row["index_value"] is None and row["weights_p5"] is None
    assert row["unavailable_reason"] == "1 of 3 domains have a score; 2 are needed"


def test_nothing_withheld_moves_the_index():
    for secret in (1.0, 99.0):
        hidden = cell("AAA-02", secret, is_suppressed=True) | {"estimate": secret}
        row, _ = the_index([*CELLS, hidden], [*SCALES, scale("AAA-02", 1)], SMALL.model_copy(update={"domain_needs_pct": 50}))
        assert row["index_value"] == pytest.approx(40)


def test_places_are_agencies_countries_and_types_and_years_and_sources_stay_apart():
    country = {"agency_code": "all", "agency_type": "all"}
    cells = [
        *CELLS,
        *(c | country for c in CELLS),
        *(c | {"agency_code": "all", "country_code": "all"} for c in CELLS),
        *(c | {"agency_code": "all"} for c in CELLS),  # a type of agency within a country
        *(c | country | {"country_code": "all"} for c in CELLS),
        *(c | {"grade_band": "senior", "estimate": 1} for c in CELLS),
        *(c | {"period_year": 2024, "estimate": 50} for c in CELLS),
    ]
    rows, _ = composite_rows([a_published_cell(**cell) for cell in cells], SCALES, SMALL)
    assert [(row["level"], row["period_year"], round(row["index_value"])) for row in rows] == [
        ("agency", 2024, 50),
        ("agency", 2025, 40),
        ("agency_type", 2025, 40),
        ("country", 2025, 40),
    ]


def test_indicators_of_another_tier_or_domain_or_without_goalposts_are_left_out():
    others = [scale("DDD-01", 1, tier="ext"), scale("DDD-02", 11), scale("DDD-03", 1, worst=None, best=None)]
    row, _ = the_index([*CELLS, *(cell(other["indicator_code"], 0) for other in others)], [*SCALES, *others])
    assert row["index_value"] == pytest.approx(40)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_breakdown_that_is_not_available_takes_no_part_whatever_the_order_of_rows(is_first):
    scales = [scale("REP-01", 1), scale("PRO-01", 2), scale("RET-01", 3)]
    figures = [cell("REP-01", 40), cell("PRO-01", 20), cell("RET-01", 60)]
    lacking = cell("REP-01", None, breakdown="border_post")
    with_it, _ = the_index([lacking, *figures] if is_first else [*figures, lacking], scales)
    assert with_it == the_index(figures, scales)[0] and with_it["index_value"] is not None


@pytest.mark.parametrize(
    ("country", "agency", "kind", "level"),
    [
        ("THA", "THA-POL", "police", "agency"),
        ("THA", "all", "all", "country"),
        ("all", "all", "police", "agency_type"),
        ("all", "all", "all", None),
        ("THA", "all", "police", None),
    ],
)
def test_an_index_is_of_an_agency_a_country_or_a_type_and_of_no_other_cut(country, agency, kind, level):
    assert _level(a_published_cell(country_code=country, agency_code=agency, agency_type=kind)) == level
