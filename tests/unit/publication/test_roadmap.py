"""What is said of a promise, and what must not be said."""

import pytest

from publication.projection import Flows, Lost, what_if
from publication.promise_words import verdict
from publication.roadmap import NUMBERS, path_rows, roadmap_rows
from publication.trend import years_until
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
    "hires_factor": 1.0,
    "scenario_share_of_hires": None,
    "women_separation_factor": 1.0,
    "men_separation_factor": 1.0,
    "is_leaving_as_men": False,
}
TREND = {"scenario": "trend", "hires_factor": None}
PLACE = ("level", "country_code", "agency_code", "provenance", "period_year")
CELL = {name: ROW[name] for name in ("cell_id", "indicator_code", *PLACE)} | {
    "gender": "all",
    "grade_band": "all",
    "breakdown": "none",
    "breakdown_value": "all",
    "is_suppressed": False,
    "numerator": 150.0,
    "denominator": 1000.0,
    "estimate": 15.0,
    "status": "rounded",
    "unit": "pct",
    "direction": "up",
}
HIRES = CELL | {"indicator_code": "REC-02", "cell_id": "hires", "numerator": 10.0, "denominator": 35.0, "estimate": 100 * 10 / 35}
LEAVERS = [
    CELL | {"indicator_code": "RET-01", "cell_id": gender, "gender": gender, "level": "agency_gender", "estimate": rate}
    for gender, rate in (("woman", 6.0), ("man", 4.0))
]
OF_STAFF = [CELL, HIRES, *LEAVERS]
FLOWS = Flows(2025, 150.0, 850.0, 35.0, 10 / 35, 0.06, 0.04)


def published(cells):
    return [a_published_cell(**cell) for cell in cells]


def hidden(cell):
    return cell | {"is_suppressed": True} | dict.fromkeys(("numerator", "denominator", "estimate"))


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
        (ROW, [hidden(CELL)], "the figure itself is withheld"),
        (
            ROW | TREND,
            [CELL, hidden(CELL) | {"cell_id": "c0", "period_year": 2024}],
            "a year that the trend is drawn through is withheld",
        ),
    ],
)
def test_what_follows_from_a_withheld_cell_is_withheld(row, cells, why):
    [found] = roadmap_rows([row], published(cells), POLICY)
    assert found["is_suppressed"] and found["suppression_reason"] == why and found["words"] == f"Withheld: {why}."
    assert all(found[name] is None for name in NUMBERS)


def test_a_projection_keeps_its_numbers_but_no_slope_through_a_withheld_year():
    past = hidden(CELL) | {"cell_id": "c0", "period_year": 2024}
    [found] = roadmap_rows([ROW], published([*OF_STAFF, past]), POLICY)
    assert not found["is_suppressed"] and found["current_value"] == 15.0 and found["change_per_year"] is None
    assert found["value_at_due"] is not None


EXACT = {
    "current_value": 15.21, "change_per_year": 1.83, "needed_per_year": 2.958, "value_at_due": 39.726, "years_to_target": 3,
    "levels_off_at": 61.2, "women_share_of_hires": 39.726, "women_share_of_hires_needed": 88.8, "n_least": 29, "count_least": 1,
}  # fmt: skip


@pytest.mark.parametrize("scenario", [{}, TREND])
def test_whatever_the_exact_figures_are_the_road_map_says_the_same(scenario):
    """`32 %` beside `10 of 35` would leave 11 of 34 and 12 of 37."""
    cells = published([*OF_STAFF, CELL | {"cell_id": "c0", "period_year": 2024, "estimate": 13.0}])
    [said], [with_exact] = (
        [{name: value for name, value in row.items() if name not in ("n_least", "count_least")} for row in found]
        for found in (roadmap_rows([ROW | scenario | given], cells, POLICY) for given in (dict.fromkeys(EXACT), EXACT))
    )
    assert said == with_exact
    assert (said["current_value"], said["change_per_year"], said["needed_per_year"]) == (15.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, {}),
        ({"scenario_share_of_hires": 0.4, "hires_factor": 1.5}, {"women_share_of_hires": 0.4, "hires_factor": 1.5}),
        (
            {"is_leaving_as_men": True, "women_separation_factor": 0.5},
            {"women_leave_as_men": True, "women_separation_factor": 0.5},
        ),
        ({"men_separation_factor": 2.0}, {"men_separation_factor": 2.0}),
    ],
)
def test_a_projection_follows_from_the_published_stock_hires_and_rates(changes, asked):
    [found] = roadmap_rows([ROW | changes], published(OF_STAFF), POLICY)
    flows = what_if(FLOWS, **asked)
    assert found["value_at_due"] == round(flows.share_after(5))
    assert found["years_to_target"] == flows.years_to(30)
    assert found["women_share_of_hires"] == round(100 * flows.women_share_of_hires)
    assert found["women_share_of_hires_needed"] == round(flows.share_needed(30, 5))
    assert found["levels_off_at"] == round(flows.levels_off_at)
    line = ROW | changes | {"target": "t"}
    [row] = path_rows(
        [line | {"period_year": 2032, "value": 99.9, "cell_id": None}], published(OF_STAFF), [found | {"target": "t"}], POLICY
    )
    assert row["value"] == round(flows.share_after(7))


def test_a_promise_of_a_country_rests_on_the_totals_of_the_country_and_not_of_a_kind_of_agency():
    of_country = {"agency_code": "all", "agency_type": "all", "level": "country"}
    of_kind = {"agency_code": "all", "agency_type": "police", "level": "country_type"}
    cells = [cell | of_country for cell in OF_STAFF]
    cells += [cell | of_kind | {"cell_id": f"of kind {n}", "numerator": 5.0, "estimate": 1.0} for n, cell in enumerate(OF_STAFF)]
    [found] = roadmap_rows([ROW | {"agency_code": "all", "level": "country"}], published(cells), POLICY)
    assert found["value_at_due"] == round(FLOWS.share_after(5))


@pytest.mark.parametrize("number", range(1, 4))
def test_a_projection_goes_with_the_hires_or_the_separations_that_it_rests_on(number):
    others = [cell for at, cell in enumerate(OF_STAFF) if at != number]
    for gone in ([], [hidden(OF_STAFF[number])], [OF_STAFF[number] | {"period_year": 2024}]):
        [found] = roadmap_rows([ROW], published([*others, *gone]), POLICY)
        assert found["suppression_reason"] == "the hires or separations that it rests on are withheld"
        assert all(found[name] is None for name in NUMBERS)
    [found] = roadmap_rows(
        [ROW], published([*OF_STAFF, hidden(OF_STAFF[number]) | {"period_year": 2024, "cell_id": "old"}]), POLICY
    )
    assert not found["is_suppressed"]


def test_a_reached_promise_is_one_on_the_right_side_of_its_target():
    def years(direction, estimate):
        cell = CELL | {"direction": direction, "estimate": estimate}
        [found] = roadmap_rows([ROW | TREND], published([cell]), POLICY)
        return found["years_to_target"]

    assert [years("up", 31.0), years("up", 29.0)] == [0, None]
    assert [years("down", 29.0), years("down", 31.0)] == [0, None]
    assert [years("target 1", 29.0), years("target 1", 30.0)] == [None, 0]


def test_of_a_shown_row_nothing_internal_is_left():
    [found] = roadmap_rows([ROW], published(OF_STAFF), POLICY)
    assert not found["is_suppressed"]
    assert found.keys() - {*ROW} == {"is_suppressed", "suppression_reason", "status", "words"}
    assert not {"cell_id", "needs_text", "hires_factor", "is_leaving_as_men"} & found.keys()


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
    changes = {name: ROW[name] for name in ("hires_factor", "scenario_share_of_hires", "women_separation_factor")}
    changes |= {name: ROW[name] for name in ("men_separation_factor", "is_leaving_as_men")}
    none = dict.fromkeys(changes)
    place = {"target": "pledge", "provenance": "synthetic"}
    road_map = [ROW | place | {"scenario": name, "is_suppressed": name == "other"} for name in ("current", "other")]
    cells = [
        *OF_STAFF,
        CELL | {"cell_id": "c2", "period_year": 2024, "estimate": 1.25},
        hidden(CELL) | {"cell_id": "c0", "period_year": 2023},
    ]
    lines = [place | none | {"scenario": "promised", "cell_id": None, "value": 30.0, "period_year": 2026}]
    lines += [
        place | none | {"scenario": "observed", "cell_id": cell, "value": None, "period_year": 2024} for cell in ("c0", "c2")
    ]
    lines += [
        place | changes | {"scenario": scenario, "cell_id": None, "value": None, "period_year": 2026}
        for scenario in ("current", "other")
    ]
    shown = path_rows(lines, published(cells), road_map, POLICY)
    assert [(row["scenario"], row["value"]) for row in shown] == [
        ("promised", 30.0), ("observed", 1.25), ("current", round(FLOWS.share_after(1))),
    ]  # fmt: skip
    assert all(row.keys() == {"target", "provenance", "scenario", "period_year", "value"} for row in shown)


SURVEY = CELL | {"source": "survey", "indicator_code": "HAR-03", "direction": "up"}


def test_a_promise_about_a_survey_follows_from_published_figures_alone():
    row = ROW | {"indicator_code": "HAR-03", "period_year": 2026, "cell_id": "c3", **TREND}
    of_2025 = SURVEY | {"period_year": 2025, "estimate": 12.0}
    of_2026 = SURVEY | {"cell_id": "c3", "period_year": 2026, "estimate": 16.0}
    for exact in (15.9, 16.4):  # what late edits make of it shows nowhere
        [said] = roadmap_rows(
            [row | {"current_value": exact, "change_per_year": exact / 7}], published([of_2025, of_2026]), POLICY
        )
        assert [said[name] for name in ("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target")] == [
            16.0, 4.0, 3.5, 32.0, 4,
        ]  # fmt: skip
        line = {"target": "t", "provenance": "synthetic", "scenario_label": "", "sort_order": 0, **TREND}
        path = [
            line | {"scenario": "observed", "period_year": 2026, "value": exact, "cell_id": "c3"},
            line | {"period_year": 2028, "value": exact * 2, "cell_id": None},
        ]
        assert [r["value"] for r in path_rows(path, published([of_2025, of_2026]), [said | line], POLICY)] == [16.0, 24.0]
    [alone] = roadmap_rows([row], published([of_2026]), POLICY)
    assert alone["change_per_year"] is None and alone["status"] == "not known"


def test_an_open_wave_takes_no_promise_off_the_road_map():
    row = ROW | {"indicator_code": "HAR-03", "period_year": 2026, "cell_id": "c3", **TREND}
    of_2024, of_2025 = (
        SURVEY | {"cell_id": f"c{year}", "period_year": year, "estimate": 8.0 + year - 2024} for year in (2024, 2025)
    )
    of_2026 = SURVEY | {"cell_id": "c3", "period_year": 2026, "estimate": None, "is_suppressed": True, "status": "wave open"}
    [said] = roadmap_rows([row], published([of_2024, of_2025, of_2026]), POLICY)
    assert (said["current_value"], said["change_per_year"], said["period_year"], said["is_suppressed"]) == (9.0, 1.0, 2025, False)


@pytest.mark.parametrize(
    ("owed", "change", "direction", "years"),
    [
        (10.4 - 10.1, 10.1 - 10.0, "up", 3),
        (10.4001 - 10.1, 10.1 - 10.0, "up", 4),
        (9.7 - 10.0, 10.0 - 10.1, "down", 3),
        (9.6999 - 10.0, 10.0 - 10.1, "down", 4),
        (20.1 - 10.1, 10.1 - 10.0, "up", 100),
        (20.11 - 10.1, 10.1 - 10.0, "up", None),
        (0.1 + 0.2 - 0.3, None, "up", 0),
        (0.3 - (0.1 + 0.2), None, "down", 0),
        (0.1 + 0.2 - 0.3, None, "target 1", 0),
        (0.001, None, "up", None),
        (-0.001, None, "down", None),
        (0.001, None, "target 1", None),
        (1.0, 0.0, "up", None),
        (1.0, -0.5, "up", None),
    ],
)
def test_a_whole_number_of_years_is_no_year_more_for_the_last_digit_of_a_float(owed, change, direction, years):
    assert years_until(owed, change, direction) == years


LOST = {"target_value": 30.0, "levels_off_at": 28.0, "period_year": 2025, "value_at_due": 24.0}


@pytest.mark.parametrize(
    ("changes", "lost", "status", "words"),
    [
        (
            {"years_to_target": 10, "due_year": 2030}, Lost(27, 30.7, 19, 27.5), "off track",
            "Off track: 30 % is reached in 2035, 5 years late. It does not last: the share peaks at 30.7 % in 2044, is below 30 % again from 2052"
            " and levels off at 28 %. By the end of 2030 it would be 24 %.",
        ),
        (
            {"years_to_target": 10, "due_year": 2035}, Lost(27, 30.7, 19, 27.5), "on track",
            "On track: 30 % is reached in 2035. It does not last: the share peaks at 30.7 % in 2044, is below 30 % again from 2052 and levels off"
            " at 28 %.",
        ),
        (
            {"years_to_target": 2, "due_year": 2035}, Lost(8, 30.7, 5, 27.5), "off track",
            "Off track: 30 % is reached in 2027 and lost before it is due. It does not last: the share peaks at 30.7 % in 2030, is below 30 % again"
            " from 2033 and levels off at 28 %. By the end of 2035 it would be 24 %.",
        ),
        (
            {"years_to_target": 0, "current_value": 31.23, "due_year": 2035}, Lost(4, 31.23, 0, 27.5), "off track",
            "Reached: 31.2 % in 2025. It does not last: the share is below 30 % again from 2029 and levels off at 28 %. By the end of 2035 it would"
            " be 24 %.",
        ),
        (
            {"years_to_target": 0, "current_value": 31.23, "due_year": 2026}, Lost(4, 31.23, 0, 27.5), "reached",
            "Reached: 31.2 % in 2025. It does not last: the share is below 30 % again from 2029 and levels off at 28 %.",
        ),
        (
            {"years_to_target": 0, "current_value": 31.23, "levels_off_at": 30.0}, Lost(None, 31.23, 0, 29.9), "reached",
            "Reached: 31.2 % in 2025. It does not last: in the long run the share falls below 30 % and levels off at just under 30 %.",
        ),
        (
            {"years_to_target": 0, "current_value": 31.23, "due_year": 2030}, Lost(1, 40.0, 50, 40.0, 9), "off track",
            "Reached: 31.2 % in 2025. It does not last: the share is below 30 % from 2026 to 2033, and reaches it again in 2034. By the end of 2030"
            " it would be 24 %.",
        ),
        (
            {"years_to_target": 0, "current_value": 31.23, "due_year": 2034}, Lost(1, 40.0, 50, 40.0, 9), "reached",
            "Reached: 31.2 % in 2025. It does not last: the share is below 30 % from 2026 to 2033, and reaches it again in 2034.",
        ),
    ],
)  # fmt: skip
def test_a_value_that_is_passed_and_lost_again_is_said_to_be_so(changes, lost, status, words):
    assert verdict(ROW | LOST | changes, lost) == (status, words)


def test_a_share_that_levels_off_below_the_promise_is_not_said_to_be_reached_for_good():
    """Half of the women and a tenth of the men leave in a year, 15 women and 20 men come. Women: 15, 22.5, 26.25, 28.125, 29.0625, 29.53, 29.77, …, 30;
    men: 165, 168.5, 171.65, 174.485, 177.04, 179.33, 181.4, …, 200. In per cent: 8.3, 11.8, 13.3, 13.9, 14.1, 14.14, 14.10, …, 13.04."""
    stock = {"numerator": 15.0, "denominator": 180.0, "estimate": 100 * 15 / 180}
    hires = {"numerator": 15.0, "denominator": 35.0, "estimate": 100 * 15 / 35}
    rates = [cell | {"estimate": rate} for cell, rate in zip(LEAVERS, (50.0, 10.0), strict=True)]
    row = ROW | {"target_value": 13.2}
    [found] = roadmap_rows([row], published([CELL | stock, HIRES | hires, *rates]), POLICY)
    assert (found["status"], found["years_to_target"], found["levels_off_at"]) == ("on track", 2, 13.0)
    assert found["words"].startswith(
        "On track: 13.2 % is reached in 2027, 3 years before it is due. It does not last: the share peaks at 14.1 % in 2030,"
    )
    assert found["words"].endswith(" and levels off at 13 %.")
