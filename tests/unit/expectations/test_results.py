"""What a gate says of what it found: which failures stop the way, and the words for each; no database is needed."""

from __future__ import annotations

import datetime as dt

import pytest

from expectations.check import Suite, between, no_row
from expectations.result import GateFailed, GateResult, Part, Result
from parity.catalogue.accepted import Accepted

SUITE = Suite("lists", "raw.hr_staff", "select 1", (), "Ask the agency.", "staff data")
CRITICAL, WARNING = no_row("Why."), no_row("Why.", "warning")
OF_A_COLUMN = between("n_now", 1, None, "Why.")


def entry(until: str = "2026-12-31", author: str = "A. Reyes", **more: str) -> Accepted:
    return Accepted(
        suite="lists", check="x", author=author, reason="They withdrew it.", until=dt.date.fromisoformat(until), **more
    )


def found(check=CRITICAL, success=False, **more) -> Result:
    return Result(SUITE, check, success, None, None, **more)


@pytest.mark.parametrize(
    ("result", "state", "stops"),
    [
        (found(success=True), "passed", False),
        (found(WARNING, success=True), "passed", False),
        (found(WARNING), "warning", False),
        (found(), "failed", True),
        (found(accepted=(entry(),)), "accepted", False),
        (found(ended=(entry(),)), "failed", True),
    ],
)
def test_only_a_critical_failure_that_nobody_answers_for_stops_the_way(result, state, stops):
    assert (result.state, result.stops) == (state, stops)
    gate = GateResult("raw", (found(success=True), result, found(WARNING)))
    assert gate.passed is not stops
    assert gate.n_checks == 3 and gate.failures == [each for each in gate.results if not each.success]
    assert result in gate.of_state(state)


def test_a_failure_is_said_with_suite_table_check_and_remedy():
    assert str(found()) == "lists (raw.hr_staff): ExpectTableRowCountToEqual failed. Ask the agency."
    assert str(found(OF_A_COLUMN)) == "lists (raw.hr_staff.n_now): ExpectColumnValuesToBeBetween failed. Ask the agency."


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "part 1."), (2, "part 1; part 2."), (5, "part 1; part 2; part 3; part 4; part 5."), (6, "part 5; and 1 more."), (9, "part 5; and 4 more.")],
)  # fmt: skip
def test_five_parts_are_named_and_the_others_counted(n, said):
    parts = tuple(Part(f"P{at}", f"part {at}") for at in range(1, n + 1))
    words = str(found(parts=parts))
    assert f"{said} Ask the agency." in words and "part 6" not in words


def test_what_is_accepted_and_what_was_until_it_ended_is_said_with_who_answers_and_why():
    words = str(found(accepted=(entry(), entry("2027-01-31", "B. Tan"))))
    assert words.endswith(
        " Accepted until 2026-12-31 by A. Reyes: They withdrew it. Accepted until 2027-01-31 by B. Tan: They withdrew it."
    )
    assert "A. Reyes answered for it until 2026-12-31, in accepted.yml; that day is over." in str(found(ended=(entry(),)))


def test_the_error_of_a_gate_names_what_failed_and_nothing_that_only_warned_or_was_accepted():
    other = Suite("codes", "raw.hr_event", "select 1", (), "Add the code.", "staff data")
    result = GateResult(
        "raw", (found(WARNING), found(), found(OF_A_COLUMN, accepted=(entry(),)), Result(other, CRITICAL, False, None, None))
    )
    error = GateFailed(result)
    assert error.result is result
    assert str(error) == (
        "Gate raw stopped the way: lists (raw.hr_staff): ExpectTableRowCountToEqual failed. Ask the agency."
        " | codes (raw.hr_event): ExpectTableRowCountToEqual failed. Add the code."
    )
