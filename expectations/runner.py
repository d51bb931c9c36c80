"""Runs a gate with Great Expectations, keeps every result in ops.gate_result, and stops the way where a critical one failed.

Results carry counts and rules only: `SUMMARY` without examples, so that no answer and no name gets into a log.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.suites import Check, Suite, suites
from parity.catalogue.policy import load_policy
from parity.database import connect
from parity.migrate import require_migrated
from parity.settings import Settings

Heed = Callable[[str, str, bool], None]  # gate, warehouse, whether it passed


@dataclass(frozen=True)
class Result:
    """The outcome of one check."""

    suite: str
    table: str
    expectation: str
    column: str
    severity: str
    success: bool
    n_unexpected: int | None
    n_total: int | None
    remedy: str

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{self.suite} ({where}): {self.expectation} failed. {self.remedy}"


@dataclass(frozen=True)
class GateResult:
    gate: str
    results: tuple[Result, ...]

    @property
    def n_checks(self) -> int:
        return len(self.results)

    @property
    def failures(self) -> list[Result]:
        return [result for result in self.results if not result.success]

    @property
    def passed(self) -> bool:
        return not any(result.severity == "critical" for result in self.failures)


class GateFailed(RuntimeError):
    """A critical expectation failed; what was published before stays published."""

    def __init__(self, result: GateResult) -> None:
        critical = [failure for failure in result.failures if failure.severity == "critical"]
        super().__init__(f"Gate {result.gate} stopped the way: " + " | ".join(map(str, critical)))
        self.result = result


class GateNotRun(RuntimeError):
    """A check could not look. Nothing is known of the data, so nothing is kept or decided; another try may succeed."""


# What the database says of itself. Its other errors may quote a value of a row.
SAYS_NO_VALUE = (
    *("UndefinedColumn", "UndefinedTable", "UndefinedFunction", "QueryCanceled", "LockNotAvailable", "DeadlockDetected"),
    *("OperationalError", "AdminShutdown", "InterfaceError", "InsufficientPrivilege", "DiskFull", "OutOfMemory"),
)


def run_gate(name: str, url: str, heed: Heed | None = None, catalogue: Path | None = None) -> GateResult:
    """Run the gate on the warehouse at `url`, keep its results and tell `heed` the verdict.

    Raises GateFailed, GateNotRun, NotMigrated; KeyError where there is no such gate.
    """
    asked = suites(name, load_policy(catalogue or Settings.from_env().catalogue))
    with connect(url, application=f"parity gate {name}") as connection:
        require_migrated(connection)
    result = GateResult(name, tuple(_run(asked, url)))
    _keep(result, url)
    if heed is not None:
        heed(name, url, result.passed)
    if not result.passed:
        raise GateFailed(result)
    return result


def _run(asked: tuple[Suite, ...], url: str) -> list[Result]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=url.replace("postgresql://", "postgresql+psycopg2://", 1)
    )
    results = []
    for suite in asked:
        batch = source.add_query_asset(suite.name, query=suite.query).add_batch_definition_whole_table("all").get_batch()
        results += [_check(gx, batch, suite, check) for check in suite.checks]
    return results


def _check(gx: Any, batch: Any, suite: Suite, check: Check) -> Result:
    expectation = getattr(gx.expectations, check.expectation)(**check.arguments)
    outcome = batch.validate(
        expectation, result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0, "include_unexpected_rows": False}
    )
    if (cause := _cause(outcome.exception_info or {})) is not None:
        raise GateNotRun(f"{suite.name}: {check.expectation} could not be run on {suite.table}: {cause}. Nothing was decided.")
    figures = outcome.result
    return Result(
        suite.name,
        suite.table,
        check.expectation,
        check.arguments.get("column") or ", ".join(check.arguments.get("column_list", ())),
        check.severity,
        bool(outcome.success),
        figures.get("unexpected_count", figures.get("observed_value")),
        figures.get("element_count"),
        suite.remedy,
    )


def _cause(info: dict[str, Any]) -> str | None:
    """What went wrong at the bottom of the exceptions that Great Expectations kept, one for each metric; None where nothing did."""
    kept = [info] if "raised_exception" in info else [entry for entry in info.values() if isinstance(entry, dict)]
    raised = [str(entry.get("exception_message") or "") for entry in kept if entry.get("raised_exception")]
    if not raised:
        return None
    known = re.search(r"\(psycopg2\.(?:errors\.)?(\w+)\)\s*([^\n]*)", "\n".join(raised))
    if known is None:
        return "Great Expectations raised an error of its own"
    return f"{known[1]}: {known[2]}" if known[1] in SAYS_NO_VALUE else known[1]


def _keep(result: GateResult, url: str) -> None:
    at = dt.datetime.now(dt.UTC)
    with connect(url, application=f"parity gate {result.gate}") as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.gate_result values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (at, result.gate, r.suite, r.table, r.expectation, r.column, r.severity, r.success, r.n_unexpected, r.n_total)
                for r in result.results
            ],
        )
