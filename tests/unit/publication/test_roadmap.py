"""What is said of a promise, and what must not be said."""

import pytest

from publication.roadmap import NUMBERS, path_rows, roadmap_rows, verdict
from tests.unit.publication.cells import a_published_cell
from tests.unit.publication.policy import POLICY

ROW = {
    "cell_id": "c1",
    "needs_text": "staff lists",
    "indicator_code": "REP-01",
    "level": "agency",
    "country_code": "THA",
    "agency_code": "THA-POL",
    "provenance": "synthetic",
    "unit": "pct",
    "target_value": 30.0,
    "due_year": 2030,
    "period_year": 2025,
    "current_value": 15.0,
    "change_per_year": 1.0,
    "needed_per_year": 3.0,
    "scenario": "current",
    "value_at_due": 20.0,
    "years_to_target": None,
    "levels_off_at": 25.0,
    "women_share_of_hires": 20.0,
    "women_share_of_hires_needed": None,
    "n_least": 100,
    "count_least": 20,
}
CELL = {name: ROW[name] for name in ("cell_id", "indicator_code", "level", "country_code", "agency_code", "provenance")} | {
    "gender": "all",
    "grade_band": "all",
    "breakdown": "none",
    "breakdown_value": "all",
    "is_suppressed": False,
    "estimate": 15.0,
    "status": "rounded",
    "unit": "pct",
}


def published(cells):
    return [a_published_cell(**cell) for cell in cells]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"years_to_target": 0, "current_value": 31.23}, "reached", "Reached: 31.2 % in 2025."),
        ({"years_to_target": 3}, "on track", "On track: 30 % is reached in 2028, 2 years before it is due."),
        ({"years_to_target": 5}, "on track", "On track: 30 % is reached in 2030."),
        (
            {"years_to_target": 6},
            "off track",
            "Off track: 30 % is reached in 2031, a year late. By the end of 2030 it would be 20 %.",
        ),
        ({"current_value": None}, "not measured", "Not measured: needs staff lists."),
        ({}, "never", "Never: with these flows it levels off at 25 %. By the end of 2030 it would be 20 %."),
        (
            {"scenario": "trend", "levels_off_at": None, "change_per_year": None, "value_at_due": None},
            "not known",
            "Not known: 15.0 % in 2025, and no earlier year to compare with.",
        ),
        (
            {"scenario": "trend", "levels_off_at": None, "change_per_year": -1.0, "value_at_due": 10.0},
            "never",
            "Never, as it moves now: not within 100 years. By the end of 2030 it would be 10 %.",
        ),
    ],
)
def test_each_case_has_its_words(changes, status, words):
    assert verdict(ROW | changes) == (status, words)


@pytest.mark.parametrize(
    ("row", "cells", "why"),
    [
        (ROW, [CELL | {"is_suppressed": True}], "the figure itself is withheld"),
        (ROW | {"count_least": 4}, [CELL], "fewer than 5 people in the group"),
        (
            ROW | {"scenario": "trend", "n_least": None, "count_least": None},
            [CELL, CELL | {"cell_id": "c0", "is_suppressed": True}],
            "a year that the trend is drawn through is withheld",
        ),
    ],
)
def test_what_follows_from_a_withheld_cell_is_withheld(row, cells, why):
    [found] = roadmap_rows([row], published(cells), POLICY)
    assert found["is_suppressed"] and found["suppression_reason"] == why and found["words"] == f"Withheld: {why}."
    assert all(found[name] is None for name in NUMBERS)


def test_a_projection_keeps_its_numbers_but_no_slope_through_a_withheld_year():
    [found] = roadmap_rows([ROW], published([CELL, CELL | {"cell_id": "c0", "is_suppressed": True}]), POLICY)
    assert not found["is_suppressed"] and found["current_value"] == 15.0 and found["change_per_year"] is None


def test_a_projection_is_told_in_whole_per_cent_from_the_published_figure():
    exact = {"current_value": 15.21, "value_at_due": 39.726, "women_share_of_hires": 39.726, "needed_per_year": 2.958}
    [found] = roadmap_rows([ROW | exact], published([CELL]), POLICY)
    assert {name: found[name] for name in exact} == {
        "current_value": 15.0,
        "value_at_due": 40.0,
        "women_share_of_hires": 40.0,
        "needed_per_year": 3.0,
    }


@pytest.mark.parametrize("code", ["REC-02", "RET-01"])
def test_a_projection_goes_with_the_hires_or_the_separations_that_it_rests_on(code):
    flows = CELL | {"indicator_code": code, "cell_id": "flow", "is_suppressed": True, "period_year": 2025}
    [found] = roadmap_rows([ROW], published([CELL, flows]), POLICY)
    assert found["suppression_reason"] == "the hires or separations that it rests on are withheld"
    [found] = roadmap_rows([ROW], published([CELL, flows | {"period_year": 2024}]), POLICY)
    assert not found["is_suppressed"]


def test_of_a_shown_row_nothing_internal_is_left():
    [found] = roadmap_rows([ROW], published([CELL]), POLICY)
    assert not {"cell_id", "needs_text", "n_least", "count_least"} & found.keys()


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (42.1, " To keep it, 43 % of those hired would have to be women, every year until 2030."),
        (104.0, " By 2030, it could not be kept even if women alone were hired."),
    ],
)
def test_what_hiring_would_keep_the_promise_is_said_where_it_is_not_kept(needed, words):
    assert verdict(ROW | {"years_to_target": 6, "women_share_of_hires_needed": needed})[1].endswith(words)
    assert verdict(ROW | {"women_share_of_hires_needed": needed})[1].endswith(words)
    assert words not in verdict(ROW | {"years_to_target": 5, "women_share_of_hires_needed": needed})[1]


def test_a_line_shows_neither_a_withheld_year_nor_a_withheld_scenario():
    place = {"target": "pledge", "provenance": "synthetic"}
    road_map = [place | {"scenario": name, "is_suppressed": name == "other", "unit": "pct"} for name in ("current", "other")]
    cells = [{"cell_id": "c0", "is_suppressed": True}, {"cell_id": "c1", "is_suppressed": False, "estimate": 1.25}]
    lines = [place | {"scenario": "observed", "cell_id": cell, "value": 1.0} for cell in ("c0", "c1")]
    lines += [place | {"scenario": scenario, "cell_id": None, "value": 2.4} for scenario in ("current", "other")]
    shown = path_rows(lines, published(cells), road_map, POLICY)
    assert [(row["scenario"], row["value"]) for row in shown] == [("observed", 1.25), ("current", 2.0)]
    assert all("cell_id" not in row for row in shown)


SURVEY = CELL | {"source": "survey", "indicator_code": "HAR-03", "direction": "up"}


def test_a_promise_about_a_survey_follows_from_published_figures_alone():
    row = ROW | {"indicator_code": "HAR-03", "scenario": "trend", "levels_off_at": None, "period_year": 2026, "cell_id": "c3"}
    of_2025 = SURVEY | {"period_year": 2025, "estimate": 12.0}
    of_2026 = SURVEY | {"cell_id": "c3", "period_year": 2026, "estimate": 16.0}
    for exact in (15.9, 16.4):  # what late edits make of it shows nowhere
        [said] = roadmap_rows(
            [row | {"current_value": exact, "change_per_year": exact / 7}], published([of_2025, of_2026]), POLICY
        )
        assert [said[name] for name in ("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target")] == [
            16.0, 4.0, 3.5, 32.0, 4,
        ]  # fmt: skip
        line = {"target": "t", "provenance": "synthetic", "scenario": "trend", "scenario_label": "", "sort_order": 0}
        path = [
            line | {"scenario": "observed", "period_year": 2026, "value": exact, "cell_id": "c3"},
            line | {"period_year": 2028, "value": exact * 2, "cell_id": None},
        ]
        assert [r["value"] for r in path_rows(path, published([of_2025, of_2026]), [said | line], POLICY)] == [16.0, 24.0]
    [alone] = roadmap_rows([row], published([of_2026]), POLICY)
    assert alone["change_per_year"] is None and alone["status"] == "not known"


def test_an_open_wave_takes_no_promise_off_the_road_map():
    row = ROW | {"indicator_code": "HAR-03", "scenario": "trend", "levels_off_at": None, "period_year": 2026, "cell_id": "c3"}
    of_2024, of_2025 = (
        SURVEY | {"cell_id": f"c{year}", "period_year": year, "estimate": 8.0 + year - 2024} for year in (2024, 2025)
    )
    of_2026 = SURVEY | {"cell_id": "c3", "period_year": 2026, "estimate": None, "is_suppressed": True, "status": "wave open"}
    [said] = roadmap_rows([row], published([of_2024, of_2025, of_2026]), POLICY)
    assert (said["current_value"], said["change_per_year"], said["period_year"], said["is_suppressed"]) == (9.0, 1.0, 2025, False)
