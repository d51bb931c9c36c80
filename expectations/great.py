"""A gate as Great Expectations runs it: one suite for each of ours, one checkpoint over all, one data context, one import.

Results hold counts alone: `SUMMARY` without examples. What its library would log of a failed query may quote a row, so it is not logged;
the cause is read from the results instead, and only the database's own words about itself are kept.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from expectations.check import Check, Suite
from expectations.result import GateNotRun

COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0, "include_unexpected_rows": False}
# What the database says of itself. Its other errors may quote a value of a row.
SAYS_NO_VALUE = (
    *("UndefinedColumn", "UndefinedTable", "UndefinedFunction", "QueryCanceled", "LockNotAvailable", "DeadlockDetected"),
    *("OperationalError", "AdminShutdown", "InterfaceError", "InsufficientPrivilege", "DiskFull", "OutOfMemory"),
)


WHOLE = "all rows"


@dataclass(frozen=True)
class Outcome:
    success: bool
    n_unexpected: int | None
    n_total: int | None


@dataclass(frozen=True)
class Validated:
    """The outcome of each check of each suite, in their order, and the data context that pages are made from."""

    outcomes: tuple[tuple[Outcome, ...], ...]
    context: Any


def validate(gate: str, suites: Sequence[Suite], url: str) -> Validated:
    """Raises GateNotRun."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from sqlalchemy.exc import SQLAlchemyError

    with _silent("great_expectations"):
        context = gx.get_context(mode="ephemeral", project_config=_in_memory())
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]  # a dictionary will do
        try:
            checkpoint = _checkpoint(gx, context, gate, suites, url)
            ran = checkpoint.run()
        except (GreatExpectationsError, SQLAlchemyError, ConnectionError) as error:
            raise GateNotRun(f"Gate {gate} could not be run: {cause([repr(error), str(error)])}. Nothing was decided.") from None
        by_suite = {result.suite_name: result for result in ran.run_results.values()}
        return Validated(tuple(_outcomes(suite, by_suite[suite.name]) for suite in suites), context)


def _in_memory() -> Any:
    """The default makes a temporary folder for each context, and leaves it behind."""
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    return DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))


def _checkpoint(gx: Any, context: Any, gate: str, suites: Sequence[Suite], url: str) -> Any:
    source = context.data_sources.add_postgres(
        "warehouse",
        connection_string=url.replace("postgresql://", "postgresql+psycopg2://", 1),
        assets=[  # at once: the context writes itself down anew for each one that is added
            {
                "name": suite.name,
                "type": "query",
                "query": suite.query,
                "batch_definitions": [{"name": WHOLE, "partitioner": None}],
            }
            for suite in suites
        ],
    )
    _ask_columns_without_rows(source.get_execution_engine().engine, {suite.query for suite in suites})
    definitions = [
        context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=source.get_asset(suite.name).get_batch_definition(WHOLE),
                suite=context.suites.add(_suite(gx, gate, suite)),
            )
        )
        for suite in suites
    ]
    return context.checkpoints.add(gx.Checkpoint(name=gate, validation_definitions=definitions, result_format=COUNTS_ONLY))


def _suite(gx: Any, gate: str, suite: Suite) -> Any:
    return gx.ExpectationSuite(
        name=suite.name,
        expectations=[_expectation(gx, suite, number, check) for number, check in enumerate(suite.checks)],
        meta={"gate": gate, "owner": suite.owner},
        notes=suite.remedy,
    )


def _expectation(gx: Any, suite: Suite, number: int, check: Check) -> Any:
    return getattr(gx.expectations, check.expectation)(
        **check.arguments,
        severity=check.severity,
        notes=f"{check.reason} Owner: {suite.owner}. If it fails: {suite.remedy}",
        meta={"check": number, "owner": suite.owner, "reason": check.reason},
    )


def _ask_columns_without_rows(engine: Any, queries: set[str]) -> None:
    """Great Expectations runs each query whole, only to learn the names of its columns. Five million rows would come into memory for that."""
    from sqlalchemy import event

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def limit(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return (f"{statement} limit 0" if statement.strip() in queries else statement), parameters


def _outcomes(suite: Suite, found: Any) -> tuple[Outcome, ...]:
    by_number = {result.expectation_config.meta["check"]: result for result in found.results}
    return tuple(_outcome(suite, check, by_number[number]) for number, check in enumerate(suite.checks))


def _outcome(suite: Suite, check: Check, result: Any) -> Outcome:
    raised = raised_in(result.exception_info or {})
    if raised:
        raise GateNotRun(
            f"{suite.name}: {check.expectation} could not be run on {suite.table}: {cause(raised)}. Nothing was decided."
        )
    figures = result.result
    return Outcome(
        bool(result.success), figures.get("unexpected_count", figures.get("observed_value")), figures.get("element_count")
    )


def raised_in(info: dict[str, Any]) -> list[str]:
    """The messages of the exceptions that Great Expectations kept, one for each metric."""
    kept = [info] if "raised_exception" in info else [entry for entry in info.values() if isinstance(entry, dict)]
    return [str(entry.get("exception_message") or "") for entry in kept if entry.get("raised_exception")]


def cause(messages: Sequence[str]) -> str:
    """What went wrong at the bottom of these messages, without a value of a row."""
    known = re.search(r"\(psycopg2\.(?:errors\.)?(\w+)\)\s*([^\n]*)", "\n".join(messages))
    if known is None:
        return "Great Expectations raised an error of its own"
    return f"{known[1]}: {known[2]}" if known[1] in SAYS_NO_VALUE else known[1]


@contextmanager
def _silent(logger: str) -> Iterator[None]:
    named = logging.getLogger(logger)
    before = named.level
    named.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        named.setLevel(before)
