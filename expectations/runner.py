"""Runs a gate, keeps every result in ops.gate_result, writes its pages, and stops the way where a critical check failed.

Results carry counts and rules only, so that no answer and no name gets into a log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from expectations import compared
from expectations.acceptance import judged, refuse_wrong
from expectations.check import Check, Suite
from expectations.great import SAYS_NO_VALUE, Validated, validate
from expectations.pages import write_pages
from expectations.result import GateFailed, GateNotRun, GateResult, Part, Result
from expectations.suites import suites
from parity.catalogue import accepted as accepted_file
from parity.catalogue.accepted import load_accepted
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.policy import load_policy
from parity.database import connect
from parity.migrate import require_migrated
from parity.settings import Settings

RecordVerdict = Callable[[str, str, bool], None]  # gate, warehouse, whether it passed


def run_gate(
    name: str,
    url: str,
    record_verdict: RecordVerdict | None = None,
    catalogue: Path | None = None,
    *,
    pages: Path | None = None,
    today: dt.date | None = None,
) -> GateResult:
    """Run the gate on the warehouse at `url`, keep its results, tell `record_verdict` the verdict, and write Data Docs into the folder `pages`.

    Raises GateFailed, GateNotRun, NotMigrated; CatalogueError where gates.yml or accepted.yml is wrong; KeyError where there is no such gate.
    """
    folder = catalogue or Settings.from_env().catalogue
    known = suites(load_policy(folder), load_limits(folder))
    accepted = load_accepted(folder)
    refuse_wrong(folder / accepted_file.FILE, accepted, [suite for gate in known.values() for suite in gate])
    asked = known[name]
    _prepare(name, url)
    validated = validate(name, asked, url)
    at = dt.datetime.now(dt.UTC)
    result = GateResult(name, judged(_results(asked, validated, url), accepted, today or at.date()))
    _keep(result, url, at)
    if record_verdict is not None:
        record_verdict(name, url, result.passed)
    try:
        if pages is not None:
            write_pages(pages, result, validated.context, at)
    finally:
        if not result.passed:
            raise GateFailed(result)
    return result


def _prepare(gate: str, url: str) -> None:
    try:
        with connect(url, application=f"parity gate {gate}") as connection:
            require_migrated(connection)
            if gate == "raw":
                compared.count_sources(connection)
    except psycopg.Error as error:
        raise _not_run(f"Gate {gate} could not begin", error) from None


def _results(asked: Sequence[Suite], validated: Validated, url: str) -> list[Result]:
    return [
        Result(
            suite,
            check,
            outcome.success,
            outcome.n_unexpected,
            outcome.n_total,
            () if outcome.success or check.parts is None else _parts(suite, check, url),
        )
        for suite, outcomes in zip(asked, validated.outcomes, strict=True)
        for check, outcome in zip(suite.checks, outcomes, strict=True)
    ]


def _parts(suite: Suite, check: Check, url: str) -> tuple[Part, ...]:
    with connect(url, application="parity gate") as connection:
        try:
            rows = connection.execute(f"select part, finding from ({check.parts}) as failed").fetchall()  # nosec B608  # a query of the suite
        except psycopg.Error as error:
            raise _not_run(f"{suite.name}: what failed could not be named", error) from None
    return tuple(Part(*row) for row in rows)


def _not_run(what: str, error: psycopg.Error) -> GateNotRun:
    name = type(error).__name__
    said = f"{name}: {str(error).splitlines()[0]}" if name in SAYS_NO_VALUE else name
    return GateNotRun(f"{what}: {said}. Nothing was decided.")


def _keep(result: GateResult, url: str, at: dt.datetime) -> None:
    with connect(url, application=f"parity gate {result.gate}") as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.gate_result (run_at, gate, suite, table_name, expectation, column_name, severity, success, n_unexpected,"
            " n_total, accepted_by, accepted_until) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(at, result.gate, *_row(found)) for found in result.results],
        )
        if result.gate == "raw" and result.passed:
            compared.keep_as_passed(connection)


def _row(found: Result) -> tuple[object, ...]:
    first = min(found.accepted, key=lambda entry: entry.until, default=None)
    return (
        *(found.suite, found.table, found.check.expectation, found.check.column, found.severity, found.success),
        *(found.n_unexpected, found.n_total, first and first.author, first and first.until),
    )
