"""What the catalogue changed or lost of a promise: the release keeps it, over three releases."""

import datetime as dt
from dataclasses import replace

from publication.promise_history import NOT_STATED, TAKEN_OFF, Change, Promise, changes, kept
from publication.promises import Stated, promise_rows
from tests.unit.publication.cells import a_published_cell

DAY, LATER = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
PLEDGE = Promise(
    target="pledge", indicator_code="REP-01", indicator_name="Women's share", unit="pct", direction="up", level="agency", country_code="THA",
    country_name="Thailand", agency_code="THA-POL", agency_name="Police", provenance="synthetic", framework="cedaw", framework_label="CEDAW",
    made_by="the cabinet", made_date=dt.date(2023, 3, 8), source_text="a plan", target_value=30.0, due_year=2030,
)  # fmt: skip
STATED = Change(
    target="pledge", changed_date=dt.date(2024, 5, 2), value_before=35.0, due_before=2029, why="the budget", document="decree 7"
)


def test_a_promise_that_is_deleted_stays_as_withdrawn_since_it_was_missed_first():
    [gone] = kept([], [PLEDGE], DAY)
    assert (gone.withdrawn_date, gone.withdrawn_why, gone.is_in_catalogue) == (DAY, TAKEN_OFF, False)
    assert kept([], [gone], LATER) == [gone]
    withdrawn = replace(PLEDGE, withdrawn_date=dt.date(2025, 1, 1), withdrawn_why="another plan")
    assert kept([], [withdrawn], DAY) == [replace(withdrawn, is_in_catalogue=False)]
    assert kept([PLEDGE], [gone], LATER) == [PLEDGE]


def test_an_edit_without_an_entry_gets_one_that_stays():
    lower = replace(PLEDGE, target_value=25.0)
    [found] = changes([], [lower], [PLEDGE], [], DAY)
    assert (found.changed_date, found.value_before, found.due_before, found.why) == (DAY, 30.0, None, NOT_STATED)
    assert not found.is_stated
    assert changes([], [lower], [lower], [found], LATER) == [found]
    later = replace(lower, due_year=2032)
    assert [(c.changed_date, c.value_before, c.due_before) for c in changes([], [later], [lower], [found], LATER)] == [
        (DAY, 30.0, None),
        (LATER, None, 2030),
    ]


def test_an_edit_with_an_entry_is_told_once_also_where_the_entry_came_late():
    now = replace(PLEDGE, target_value=25.0)
    entry = replace(STATED, changed_date=dt.date(2026, 4, 1), value_before=30.0, due_before=None)
    assert changes([STATED, entry], [now], [PLEDGE], [STATED], DAY) == [STATED, entry]
    unstated = changes([STATED], [now], [PLEDGE], [STATED], DAY)[1]
    assert changes([STATED, entry], [now], [now], [STATED, unstated], LATER) == [STATED, entry]


def test_an_entry_that_is_deleted_stays():
    assert changes([], [PLEDGE], [PLEDGE], [STATED], DAY) == [STATED]


def test_a_promise_that_moves_to_another_place_or_indicator_says_so():
    moved = replace(PLEDGE, agency_code="THA-SI", agency_name="Special Investigation")
    [found] = changes([], [moved], [PLEDGE], [], DAY)
    assert found.why == f"Until then about Women's share, Police. {NOT_STATED}"
    assert changes([], [moved], [moved], [found], LATER) == [found]


def test_rows_say_what_was_promised_first_and_what_each_change_made_of_it():
    second = Change(target="pledge", changed_date=DAY, value_before=32.0, due_before=None, why="again", document="decree 8")
    rows = promise_rows(
        Stated(
            [PLEDGE],
            [{"target": "pledge", "milestone_year": 2025, "milestone_value": 20.0}],
            [STATED, second],
            [{"target": "pledge", "action": "quota"}, {"target": "of a promise that has no place", "action": "x"}],
        ),
        [
            a_published_cell(
                indicator_code="REP-01", level="agency", country_code="THA", agency_code=agency, provenance="synthetic", unit="pct",
                period_year=year, estimate=value, **more,
            )
            for agency, year, value, more in (
                ("THA-POL", 2022, 12.0, {}), ("THA-POL", 2025, 13.0, {}), ("THA-POL", 2026, 50.0, {"gender": "woman"}),
                ("THA-POL", 2026, 50.0, {"period": "mid-year"}), ("THA-SI", 2026, 50.0, {}), ("THA-POL", 2026, 50.0, {"grade_band": "senior"}),
            )
        ],
        LATER,
    )  # fmt: skip
    [promise] = rows["promise"]
    assert (promise["first_value"], promise["first_due_year"], promise["target_value"]) == (35.0, 2029, 30.0)
    assert (promise["state"], promise["current_value"], promise["expected_value"]) == ("behind", 13.0, 20.0)
    assert [(c["change_no"], c["value_before"], c["value_after"], c["due_before"], c["due_after"]) for c in rows["promise_change"]] == [
        (1, 35.0, 32.0, 2029, 2030), (2, 32.0, 30.0, None, None),
    ]  # fmt: skip
    [milestone] = rows["promise_milestone"]
    assert (milestone["state"], milestone["current_value"], milestone["agency_code"]) == ("missed", 13.0, "THA-POL")
    assert rows["promise_action"] == [{"target": "pledge", "action": "quota", "country_code": "THA", "agency_code": "THA-POL"}]
