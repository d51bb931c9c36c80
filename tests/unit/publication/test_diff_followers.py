"""Rows of the road map and of the index differ for the reasons of the figures that they are computed from, and for their own."""

import dataclasses

import pytest

from publication.composite import NUMBERS as INDEX_NUMBERS
from publication.diff import Reason as R
from publication.diff import Why, change, differences, figure
from publication.diff_followers import follower_changes
from publication.made_from import COMPOSITE, GOALPOSTS, INDEX_CODE, ROAD_MAP_CODE, ROAD_MAP_MODELS, Pair
from publication.roadmap import NUMBERS as ROAD_MAP_NUMBERS
from tests.unit.publication.made_releases import cell, made, suppressed

RECORDED = {
    ("raw.catalogue_target", "30x30"): "t",
    ("raw.catalogue_scenario", "more_women"): "s",
    (GOALPOSTS, "REP-01"): "g",
    (GOALPOSTS, "LDR-01"): "g",
    (COMPOSITE, ""): "c",
    (INDEX_CODE, ""): "k",
    (ROAD_MAP_CODE, ""): "k",
    **{(model, ""): "m" for model in ROAD_MAP_MODELS},
}
SPLIT_BY = {"raw.catalogue_target": "target", "raw.catalogue_scenario": "scenario", GOALPOSTS: "indicator"}


def release(number, **changes):
    given = made(number, parts=RECORDED | changes)
    return dataclasses.replace(given, split_by={**given.split_by, **SPLIT_BY})


def promise(value=25.0, scenario="trend", **changes):
    return {
        **dict.fromkeys(ROAD_MAP_NUMBERS),
        "target": "30x30",
        "provenance": "synthetic",
        "scenario": scenario,
        "scenario_label": scenario,
        "indicator_code": "REP-01",
        "unit": "pct",
        "level": "agency",
        "country_code": "THA",
        "agency_code": "THA-POL",
        "target_value": 30.0,
        "due_year": 2030,
        "period_year": 2025,
        "value_at_due": value,
        "is_suppressed": False,
    } | changes


def line(year, value, scenario="trend"):
    keys = {"target": "30x30", "provenance": "synthetic", "scenario": scenario, "scenario_label": scenario}
    return keys | {"period_year": year, "value": value}


PLACE = {"level": "agency", "country_code": "THA", "agency_code": "THA-POL", "agency_type": "police", "provenance": "synthetic"}


def index(value=50.0, year=2025, **place):
    numbers = dict.fromkeys(INDEX_NUMBERS) | {"index_value": value, "coverage_pct": 40.0, "n_domains": 2}
    return PLACE | {"composite_id": "EEI", "period_year": year} | numbers | place


def domain(score=50.0, codes="REP-01", number=1, **changes):
    counted = {"indicator_codes": codes, "n_indicators": codes.count("-"), "n_defined": 2, "score": score}
    return (
        PLACE
        | {"composite_id": "EEI", "period_year": 2025, "domain_no": number, "domain_name": f"Domain {number}"}
        | counted
        | changes
    )


def rows(**views):
    return {name: views.get(name, []) for name in ("roadmap", "roadmap_path", "composite", "composite_domain")}


def found(before, after, moved=(), new=None):
    """`moved`: pairs of cells with their reasons."""
    cells = []
    for was, now, *reasons in moved:
        [each] = differences([figure(was)] if was else [], [figure(now)] if now else [])
        cells.append((each.named, change(each, Why(tuple(reasons)))))
    changes = follower_changes(rows(**before), rows(**after), cells, Pair(release(1), new or release(2)))
    return {(each.kind, each.cut, each.period): str(each.why) for each in changes}


STOCK = (cell(20.0), cell(30.0), R.REVISED, R.DEFINITION)
HIRES = (cell(20.0, indicator_code="REC-02"), suppressed(indicator_code="REC-02"), R.DISCLOSURE)
ROAD_MAP = ("road map", "30x30, trend", 2025)


def test_a_promise_and_its_lines_have_all_reasons_of_the_figures_that_they_rest_on():
    before = {
        "roadmap": [promise(), promise(27.0, "more_women")],
        "roadmap_path": [line(2030, 25.0), line(2025, 20.0, "observed")],
    }
    after = {
        "roadmap": [promise(35.0), promise(37.0, "more_women")],
        "roadmap_path": [line(2030, 35.0), line(2025, 30.0, "observed")],
    }
    assert found(before, after, [STOCK, HIRES]) == {
        ROAD_MAP: "revised data, definition",
        ("road map", "30x30, more_women", 2025): "revised data, definition, disclosure",
        ("road map line", "30x30, trend", 2030): "revised data, definition",
        ("road map line", "30x30, observed", 2025): "revised data, definition",
    }


def test_figures_of_other_places_years_and_cuts_are_no_reason():
    elsewhere = [
        (cell(20.0, agency_code="THA-CUS"), cell(30.0, agency_code="THA-CUS"), R.REVISED),
        (cell(20.0, grade_band="senior"), cell(30.0, grade_band="senior"), R.REVISED),
        (cell(20.0, period="mid-year"), cell(30.0, period="mid-year"), R.REVISED),
        (cell(20.0, indicator_code="REC-02", period_year=2020), cell(30.0, indicator_code="REC-02", period_year=2020), R.REVISED),
        (cell(20.0, indicator_code="CUL-01"), cell(30.0, indicator_code="CUL-01"), R.REVISED),
    ]
    assert found({"roadmap": [promise()]}, {"roadmap": [promise(35.0)]}, elsewhere) == {ROAD_MAP: "unexplained"}
    before, after = ({"composite": [index(value)], "composite_domain": [domain()]} for value in (50.0, 60.0))
    assert found(before, after, elsewhere) == {("index", "THA THA-POL police", 2025): "unexplained"}


def test_a_newer_year_is_a_new_period_of_the_promise_and_of_its_lines():
    newer = (None, cell(30.0, period_year=2026), R.NEW_PERIOD)
    before = {"roadmap": [promise()], "roadmap_path": [line(2025, 30.0, "promised")]}
    after = {
        "roadmap": [promise(35.0, period_year=2026)],
        "roadmap_path": [line(year, 30.0, "promised") for year in (2025, 2026)],
    }
    assert set(found(before, after, [newer]).values()) == {"new period"} and len(found(before, after, [newer])) == 2


@pytest.mark.parametrize(
    ("scenario", "new", "words"),
    [
        ("trend", {("raw.catalogue_target", "30x30"): "another"}, "definition"),
        ("trend", {("raw.catalogue_scenario", "more_women"): "another"}, "unexplained"),
        ("more_women", {("raw.catalogue_scenario", "more_women"): "another"}, "definition"),
        ("trend", {(ROAD_MAP_CODE, ""): "another"}, "code"),
        ("trend", {(ROAD_MAP_MODELS[0], ""): "another", ("raw.catalogue_target", "30x30"): "another"}, "definition, code"),
        ("trend", {(INDEX_CODE, ""): "another"}, "unexplained"),
    ],
)
def test_a_promise_has_reasons_of_its_own(scenario, new, words):
    new = release(2, **{}) if not new else dataclasses.replace(made(2, parts=RECORDED | new), split_by=release(2).split_by)
    before, after = {"roadmap": [promise(scenario=scenario)]}, {"roadmap": [promise(35.0, scenario)]}
    assert list(found(before, after, new=new).values()) == [words]


def test_a_promise_of_another_target_is_a_definition_and_one_that_is_withheld_disclosure():
    before = {"roadmap": [promise()]}
    assert found(before, {"roadmap": [promise(target_value=40.0)]}) == {ROAD_MAP: "definition"}
    withheld = promise(None, is_suppressed=True)
    assert found(before, {"roadmap": [withheld]}, [(cell(), suppressed(), R.DISCLOSURE)]) == {ROAD_MAP: "disclosure"}


def test_the_index_and_its_domains_have_the_reasons_of_the_indicators_that_count_in_either_release():
    before = {"composite": [index()], "composite_domain": [domain(), domain(70.0, "LDR-01", 9)]}
    after = {"composite": [index(60.0)], "composite_domain": [domain(None, ""), domain(80.0, "LDR-01", 9)]}
    moved = [
        (cell(), suppressed(), R.DISCLOSURE),
        (cell(20.0, indicator_code="LDR-01"), cell(30.0, indicator_code="LDR-01"), R.REVISED),
        (cell(20.0, period_year=2024), cell(30.0, period_year=2024), R.CODE),
    ]
    assert found(before, after, moved) == {
        ("index", "THA THA-POL police", 2025): "revised data, disclosure",
        ("index domain", "THA THA-POL police, Domain 1", 2025): "disclosure",
        ("index domain", "THA THA-POL police, Domain 9", 2025): "revised data",
    }


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({(GOALPOSTS, "REP-01"): "another"}, "definition"),
        ({(GOALPOSTS, "LDR-01"): "another"}, "unexplained"),
        ({(COMPOSITE, ""): "another"}, "definition"),
        ({(INDEX_CODE, ""): "another"}, "code"),
        ({(INDEX_CODE, ""): "another", (COMPOSITE, ""): "another"}, "definition, code"),
    ],
)
def test_the_index_has_reasons_of_its_own(new, words):
    before, after = ({"composite": [index(value)], "composite_domain": [domain()]} for value in (50.0, 60.0))
    new = dataclasses.replace(made(2, parts=RECORDED | new), split_by=release(2).split_by)
    assert list(found(before, after, new=new).values()) == [words]


def test_an_index_of_a_release_that_recorded_nothing_says_so():
    before, after = {"composite": [index()]}, {"composite": [index(60.0)]}
    old = dataclasses.replace(release(1), ingredients={}, models={})
    [each] = follower_changes(rows(**before), rows(**after), [], Pair(old, release(2)))
    assert str(each.why) == "definition or code: not recorded by release 1"


def test_a_row_without_a_number_that_comes_or_goes_is_no_change():
    empty = {
        "roadmap": [promise(None)],
        "composite": [index(None)],
        "composite_domain": [domain(None, "")],
    }
    assert found(empty, {}) == found({}, empty) == {}


def test_what_is_the_same_is_no_change():
    same = {"roadmap": [promise()], "roadmap_path": [line(2030, 25.0)], "composite": [index()], "composite_domain": [domain()]}
    assert found(same, same, [STOCK]) == {}
