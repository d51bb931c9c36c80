"""A release in figures: its cells by state, and which run of which gate said something of it, among three releases and many runs."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.cell import Status
from publication.releases import _store
from publication.summary import Count, summary
from tests.integration import made_cells
from tests.unit.publication.cells import a_published_cell

connection = made_cells.connection
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def at(hours: int) -> dt.datetime:
    return NOON + dt.timedelta(hours=hours)


def a_release(connection, hours, state="superseded"):
    (number,) = connection.execute(
        "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, created_at, shown_at, published_at)"
        " values (%s, '1', '', 0, 0, %s, %s, %s) returning release_id",
        (state, at(hours), at(hours), at(hours)),
    ).fetchone()
    return number


def ran(connection, gate, hours, suite="lists", severity="critical", success=True):
    connection.execute(
        "insert into ops.gate_result (run_at, gate, suite, table_name, expectation, column_name, severity, success) values (%s, %s, %s, 't', 'x', '', %s, %s)",
        (at(hours), gate, suite, severity, success),
    )


@pytest.fixture
def three(connection):
    return [a_release(connection, 0), a_release(connection, 10), a_release(connection, 20, "current")]


def runs(connection, number):
    return [
        (verdict.gate, round((verdict.run_at - NOON).total_seconds() / 3600)) for verdict in summary(connection, number).gates
    ]


def test_the_gates_of_a_release_are_the_last_before_it_and_the_first_of_the_candidate_after_it(connection, three):
    for hours in (-3, -2, 7, 8, 11):
        ran(connection, "raw", hours)
        ran(connection, "indicators", hours)
    for hours in (1, 2, 12, 25, 26):
        ran(connection, "candidate", hours)
    assert {*runs(connection, three[0])} == {("raw", -2), ("indicators", -2), ("candidate", 1)}
    assert runs(connection, three[0])[-1] == ("candidate", 1), "in the order of time"
    assert {*runs(connection, three[1])} == {("raw", 8), ("indicators", 8), ("candidate", 12)}
    assert {*runs(connection, three[2])} == {("raw", 11), ("indicators", 11), ("candidate", 25)}


def test_a_candidate_that_no_gate_judged_before_the_next_was_built_has_no_verdict_of_it(connection, three):
    ran(connection, "candidate", -1)
    ran(connection, "candidate", 10)  # at the moment when the second was built, so of that one
    assert runs(connection, three[0]) == [] and runs(connection, three[1]) == [("candidate", 10)]


def test_a_run_names_the_suites_that_failed_and_that_warned_each_once(connection, three):
    for suite, severity, success in (
        ("lists", "critical", False), ("lists", "critical", False), ("codes", "critical", True), ("ages", "warning", False), ("jumps", "warning", True),
    ):  # fmt: skip
        ran(connection, "candidate", 1, suite, severity, success)
    ran(connection, "raw", 1, "rows", "critical", False)  # at the same time, but of another gate, and after the release
    [verdict] = summary(connection, three[0]).gates
    assert (verdict.n_checks, verdict.failed, verdict.warned) == (5, ["lists"], ["ages"])


def test_cells_are_counted_by_indicator_level_and_what_they_show(connection, three):
    states = [
        *[Status.ROUNDED] * 2,
        Status.EXACT,
        Status.ZERO,
        Status.BOUNDED,
        Status.FEW,
        Status.SUPPRESSED,
        Status.OPEN,
        Status.NOT_DEFINED,
        Status.NOT_AVAILABLE,
    ]
    hidden = (Status.FEW, Status.SUPPRESSED, Status.OPEN)
    rows = [
        a_published_cell(cell_id=f"{code}/{level}/{n}", indicator_code=code, level=level, status=state, is_suppressed=state in hidden)
        for code, level, of in (("REP-02", "agency", states), ("REP-01", "country", states[:1]), ("REP-01", "agency", states[5:7]))
        for n, state in enumerate(of)
    ]  # fmt: skip
    _store(connection, "indicator", three[2], [vars(row) for row in rows])
    _store(connection, "indicator", three[1], [vars(row) for row in rows[:3]])
    assert summary(connection).counts == [
        Count("REP-01", "agency", 0, 2, 0),
        Count("REP-01", "country", 1, 0, 0),
        Count("REP-02", "agency", 5, 3, 2),
    ]
    assert summary(connection, three[1]).counts == [Count("REP-02", "agency", 3, 0, 0)]
    assert summary(connection).release.release_id == three[2] and summary(connection, three[0]).counts == []
