"""Whether a promise is kept, missed, on course or behind, worked by hand."""

import datetime as dt

import pytest

from publication.promise_state import Promised, State, milestone_state, standing
from tests.unit.publication.cells import a_published_cell

THIRTY = {"value": 30.0, "due": 2030, "made": dt.date(2023, 3, 8), "unit": "pct", "direction": "up"}


def promised(**changes):
    return Promised(**THIRTY | changes)


def figures(of, **each):
    return [a_published_cell(period_year=year, estimate=value, unit="pct", **each) for year, value in of.items()]


# From 12 % at the end of 2022 to 30 % at the end of 2030 are 2.25 points a year: 18.75 % at the end of 2025.
# Over a milestone of 20 % in 2026, two points a year: 18 % at the end of 2025.
@pytest.mark.parametrize(
    ("changes", "years", "state", "expected", "words"),
    [
        ({}, {2022: 12.0, 2025: 18.75}, "on course", 18.75, "On course: 18.8 % in 2025, where the way to 30 % by the end of 2030 leads over 18.8 %."),
        ({}, {2022: 12.0, 2025: 18.74}, "behind", 18.75, "Behind: 18.7 % in 2025, where the way to 30 % by the end of 2030 leads over 18.8 %."),
        ({"milestones": ((2026, 20.0),)}, {2022: 12.0, 2025: 18.0}, "on course", 18.0, "On course: 18.0 % in 2025, where the way to"),
        ({"milestones": ((2026, 20.0),)}, {2022: 12.0, 2027: 21.0}, "behind", 22.5, "Behind: 21.0 % in 2027, where the way to"),
        (
            {"milestones": ((2025, 20.0),)}, {2022: 12.0, 2025: 13.4}, "behind", 20.0,
            "Behind: 13.4 % in 2025, where the milestone is 20 %. Promised: 30 % by the end of 2030.",
        ),
        ({}, {2023: 12.0, 2030: 30.0}, "kept", None, "Kept: 30.0 % at the end of 2030; 30 % was promised."),
        ({}, {2023: 12.0, 2030: 29.9, 2031: 31.0}, "missed", None, "Missed: 29.9 % at the end of 2030; 30 % was promised."),
        ({}, {2023: 12.0, 2031: 31.0}, "not known", None, "Not known: no figure of 2030, when it was due, is published."),
        ({}, {2025: 31.2}, "on course", None, "On course: 31.2 % in 2025, as promised for the end of 2030."),
        ({}, {2022: 12.0}, "not known", None, "Not known: the newest figure is of 2022, before the promise was made (30 % by the end of 2030)."),
        ({}, {2024: 13.0}, "not known", None, "Not known: 13.0 % in 2024, and no earlier figure to compare it with (30 % by the end of 2030)."),
        ({"direction": "down", "value": 2.0}, {2022: 10.0, 2025: 7.0}, "on course", 7.0, "On course: 7.0 % in 2025, where the way to 2 %"),
        ({"direction": "down", "value": 2.0}, {2022: 10.0, 2025: 7.1}, "behind", 7.0, "Behind: 7.1 % in 2025"),
        ({"direction": "down", "value": 2.0}, {2022: 10.0, 2030: 2.1}, "missed", None, "Missed: 2.1 % at the end of 2030; 2 % was promised."),
        ({"withdrawn": "on 2025-01-01: no money."}, {2022: 12.0, 2025: 13.0}, "withdrawn", None, "Withdrawn on 2025-01-01: no money."),
        ({"unit": "ratio", "value": 1.0}, {2022: 0.6, 2025: 0.7}, "behind", 0.75, "Behind: 0.7 (ratio) in 2025, where the way to 1 (ratio) by"),
    ],
)  # fmt: skip
def test_a_promise_stands_by_the_figure_of_its_year_and_before_by_the_way_to_it(changes, years, state, expected, words):
    found = standing(promised(**changes), figures(years))
    assert (found.state, found.expected_value) == (state, expected)
    assert found.words.startswith(words)


def test_a_promise_of_an_unknown_day_is_judged_from_the_first_figure():
    found = standing(promised(made=None), figures({2020: 10.0, 2022: 12.0, 2025: 20.0}))
    assert (found.state, found.base_year, found.base_value, found.expected_value) == ("on course", 2020, 10.0, 20.0)


def test_the_way_begins_with_the_last_figure_from_before_the_promise_and_else_with_the_first():
    before = standing(promised(), figures({2020: 9.0, 2022: 12.0, 2023: 13.0, 2025: 14.0}))
    assert (before.base_year, before.base_value, before.period_year, before.current_value) == (2022, 12.0, 2025, 14.0)
    after = standing(promised(), figures({2024: 13.0, 2025: 14.0}))
    assert (after.base_year, after.base_value) == (2024, 13.0)
    assert after.expected_value == pytest.approx(13 + 17 / 6, rel=1e-12)


def test_an_interval_on_both_sides_of_the_promise_is_said():
    at_due = figures({2030: 31.0}, ci_low=28.0, ci_high=34.0)
    found = standing(promised(), at_due)
    assert found.state == State.KEPT and (found.ci_low, found.ci_high) == (28.0, 34.0)
    assert found.words.endswith("its interval, 28.0 % to 34.0 %, lies on both sides of the promise.")
    above = standing(promised(), figures({2030: 31.0}, ci_low=30.0, ci_high=34.0))
    assert above.words == "Kept: 31.0 % at the end of 2030; 30 % was promised."


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ({"is_suppressed": True, "suppression_reason": "fewer than 10 staff"}, "the figure of 2025 is withheld (fewer than 10 staff)"),
        ({"unavailable_reason": "not available: needs event files"}, "not available: needs event files"),
        ({"status": "bounded"}, "the figure of 2025 is published as a bound"),
    ],
)  # fmt: skip
def test_without_a_figure_it_is_not_known_and_why(cell, words):
    found = standing(promised(), [a_published_cell(period_year=2025, estimate=None, **cell)])
    assert (found.state, found.words, found.current_value) == (State.UNKNOWN, f"Not known: {words}.", None)
    assert standing(promised(), []).words == "Not known: no figure is published."


@pytest.mark.parametrize(
    ("milestone", "direction", "state", "value"),
    [
        ((2025, 20.0), "up", "kept", 20.0),
        ((2025, 20.1), "up", "missed", 20.0),
        ((2025, 19.9), "down", "missed", 20.0),
        ((2024, 20.0), "up", "not known", None),
        ((2026, 20.0), "up", "to come", None),
    ],
)
def test_a_milestone_is_judged_by_the_figure_of_its_year(milestone, direction, state, value):
    series = figures({2023: 12.0, 2025: 20.0})
    assert milestone_state(promised(direction=direction), milestone, series) == (state, value)
    assert milestone_state(promised(), milestone, []) == ("to come", None)
