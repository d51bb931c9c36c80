"""Why figures differ between releases: one reason each, and never a number that readers could not see."""

import dataclasses

import pytest

from publication.cell import NUMBERS
from publication.diff import REASONS, Between, between, compare, figure
from publication.versions import MadeWith

SAME = Between(catalogue=False, code=False, policy=False, sources=())
NOT_KNOWN = Between(catalogue=False, code=None, policy=None, sources=None)


def cell(women=20.0, **changes):
    numbers = dict.fromkeys(NUMBERS) | {"numerator": women, "denominator": 100.0, "n": 100, "estimate": women}
    return {
        "indicator_code": "REP-01",
        "indicator_name": "Women's share",
        "unit": "pct",
        "direction": "up",
        "country_code": "THA",
        "agency_code": "THA-POL",
        "agency_type": "police",
        "gender": "all",
        "grade_band": "all",
        "breakdown": "none",
        "breakdown_value": "all",
        "period": "year",
        "period_year": 2025,
        "provenance": "synthetic",
        "is_suppressed": False,
        **numbers,
    } | changes


def suppressed(**changes):
    return cell(is_suppressed=True, **dict.fromkeys(NUMBERS)) | changes


def changes(before, after, changed=SAME):
    return compare(map(figure, before), map(figure, after), changed)


def reasons(before, after, changed=SAME):
    return [change.reason for change in changes(before, after, changed)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (dataclasses.replace(SAME, sources=("raw.hr_staff",)), "revised data"),
        (dataclasses.replace(SAME, sources=("raw.hr_staff",), code=True), "revised data"),
        (NOT_KNOWN, "revised data"),
        (dataclasses.replace(SAME, code=True), "code"),
        (dataclasses.replace(SAME, policy=True), "disclosure"),
        (dataclasses.replace(SAME, code=True, policy=True), "code"),
        (dataclasses.replace(SAME, catalogue=True, sources=("raw.hr_staff",)), "definition"),
        (dataclasses.replace(SAME, sources=("raw.catalogue_rank",)), "definition"),
        (dataclasses.replace(SAME, sources=("raw.catalogue_rank", "raw.hr_staff")), "revised data"),
        (SAME, "unexplained"),
    ],
)
def test_a_figure_that_moved_is_put_down_to_what_changed_between_the_releases(changed, reason):
    assert reasons([cell(20.0)], [cell(30.0)], changed) == [reason]


@pytest.mark.parametrize("column", ["unit", "direction", "indicator_name"])
def test_an_indicator_that_is_defined_otherwise_is_a_definition_whatever_else_changed(column):
    assert reasons([cell(20.0)], [cell(30.0, **{column: "other"})], NOT_KNOWN) == ["definition"]


def test_periods_cells_and_series_that_come_and_go_are_named():
    before = [cell(period_year=2024), cell(), cell(agency_code="THA-CUS")]
    after = [cell(), cell(period_year=2026), cell(agency_code="THA-IMM")]
    found = {(change.cut, change.period): change.reason for change in changes(before, after)}
    assert found == {
        ("THA THA-POL police", 2024): "gone",
        ("THA THA-CUS police", 2025): "gone",
        ("THA THA-POL police", 2026): "new period",
        ("THA THA-IMM police", 2025): "new",
    }


def test_suppression_that_comes_or_goes_is_disclosure_and_shows_one_side_only():
    hides, shows = changes([cell(20.0)], [suppressed()]), changes([suppressed()], [cell(20.0)])
    assert [(c.reason, c.before, c.after, c.status_after) for c in hides] == [("disclosure", 20.0, None, "suppressed")]
    assert [(c.reason, c.before, c.after, c.status_before) for c in shows] == [("disclosure", None, 20.0, "suppressed")]


def test_a_cell_that_shows_no_number_in_either_release_is_no_change():
    missing = cell(**dict.fromkeys(NUMBERS))
    for before, after in (([suppressed()], []), ([], [suppressed()]), ([suppressed()], [missing]), ([missing], [suppressed()])):
        assert changes(before, after) == []


def test_a_suppressed_cell_has_no_number_even_where_one_was_left_in_it():
    leaking = cell(3.0, is_suppressed=True)
    assert figure(leaking).numbers == {}
    assert changes([suppressed()], [leaking]) == []


def test_a_figure_that_becomes_available_is_revised_data():
    missing = cell(**dict.fromkeys(NUMBERS))
    [found] = changes([missing], [cell()], dataclasses.replace(SAME, sources=("raw.hr_staff",)))
    assert (found.reason, found.status_before, found.status_after) == ("revised data", "not available", "shown")


def test_noise_after_the_ninth_digit_is_no_change():
    assert reasons([cell(20.0)], [cell(20.0 + 1e-12)]) == []
    assert reasons([cell(20.0)], [cell(20.0001)]) == ["unexplained"]


def test_an_interval_that_moved_alone_is_a_change_that_names_its_columns():
    [found] = changes([cell(ci_low=10.0)], [cell(ci_low=11.0)])
    assert found.columns == ("ci_low",) and found.before == found.after == 20.0


def test_over_three_releases_each_step_has_its_own_reason_and_the_first_and_last_one_of_both():
    first, second, third = [cell(20.0)], [cell(30.0)], [cell(30.0), cell(31.0, period_year=2026)]
    revised = dataclasses.replace(SAME, sources=("raw.hr_staff",))
    assert reasons(first, second, revised) == ["revised data"]
    assert reasons(second, third, revised) == ["new period"]
    assert reasons(first, third, revised) == ["revised data", "new period"]
    assert reasons(third, third) == []


def test_what_was_not_recorded_is_not_known_and_sources_are_compared_one_by_one():
    old = MadeWith("0.1+a", "c1", "p1", {"raw.a": "1", "raw.b": "1", "raw.gone": "1"})
    new = MadeWith("0.1+b", "c2", "p1", {"raw.a": "1", "raw.b": "2", "raw.new": "1"})
    assert between(("1", "1"), old, new) == Between(False, True, False, ("raw.b", "raw.gone", "raw.new"))
    assert between(("1", "2"), MadeWith(None, None, None, None), new) == Between(True, None, None, None)


def test_every_reason_is_explained():
    named = {"gone", "new period", "new", "closed wave", "disclosure", "definition", "code", "revised data", "unexplained"}
    assert set(REASONS) == named


def test_a_mid_year_is_a_period_of_its_own_and_no_change_of_its_year():
    year, middle = cell(), cell(25.0, period="mid-year")
    assert reasons([year], [year, middle]) == ["new period"] == reasons([middle], [middle, year])
    [change] = changes([year, middle], [year, cell(30.0, period="mid-year")])
    assert (change.before, change.after, change.cut) == (25, 30, "THA THA-POL police mid-year")
