"""Failures that somebody answers for: which entries of `catalogue/accepted.yml` are wrong, and which failures the right ones cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from expectations.check import Check, Suite
from expectations.result import Result
from parity.catalogue.accepted import Accepted
from parity.catalogue.errors import CatalogueError, line_of, nearest


def refuse_wrong(path: Path, accepted: Sequence[Accepted], known: Iterable[Suite]) -> None:
    """Raises CatalogueError where an entry names what no gate has, or what nobody can accept."""
    by_name = {suite.name: suite for suite in known}
    faults = []
    for n, entry in enumerate(accepted):
        if (found := _fault(entry, by_name)) is not None:
            field, sentence = found
            faults.append(f"{path}:{line_of(path, ('accepted', n, field))}: accepted.{n}.{field}: {sentence}")
    if faults:
        raise CatalogueError(faults)


def _fault(entry: Accepted, by_name: dict[str, Suite]) -> tuple[str, str] | None:
    """The field that is wrong, and what is wrong with it; the first fault alone."""
    if (suite := by_name.get(entry.suite)) is None:
        hint = nearest(entry.suite, by_name) or " `parity gate list` shows all suites."
        return "suite", f"no gate has a suite '{entry.suite}'.{hint}"
    if suite.protects:
        return (
            "suite",
            f"'{suite.name}' keeps people from being recognised; nobody can accept its failure. Remove the entry and mend the cause.",
        )
    same_name = [check for check in suite.checks if check.expectation == entry.check]
    if not same_name:
        return "check", f"'{suite.name}' has no check '{entry.check}'.{_choose(check.expectation for check in suite.checks)}"
    if entry.table not in (None, suite.table):
        return "table", f"'{suite.name}' looks at {suite.table}. Write that, or leave `table` out."
    columns = sorted({check.column for check in same_name if check.column})
    if entry.column is not None and entry.column not in columns:
        return "column", f"'{suite.name}' has no {entry.check} on '{entry.column}'.{_choose(columns)}"
    critical = [check for check in same_name if entry.column in (None, check.column) and check.severity == "critical"]
    if not critical:
        return "check", "this check only warns, and stops nothing. Remove the entry."
    if len({check.column for check in critical}) > 1:
        return "check", f"'{suite.name}' has this check on several columns. Name one in `column`.{_choose(columns)}"
    if critical[0].parts and not entry.part:
        return "check", "this check names agencies, forms or tables. Name one of them in `part`, as the gate's message does."
    if entry.part and not critical[0].parts:
        return "part", f"'{suite.name}' names no parts. Leave `part` out."
    return None


def _choose(words: Iterable[str]) -> str:
    return f" Choose {' or '.join(sorted(set(words)))}."


def judged(results: Iterable[Result], accepted: Sequence[Accepted], today: dt.date) -> tuple[Result, ...]:
    """The results, with the entries that cover a critical failure, or covered it until they ended."""
    return tuple(_judged(result, accepted, today) if result.stops else result for result in results)


def _judged(result: Result, accepted: Sequence[Accepted], today: dt.date) -> Result:
    about = [entry for entry in accepted if is_about(entry, result.gate_suite, result.check)]
    failed = {part.name for part in result.parts} if result.check.parts else {None}
    holding = tuple(entry for entry in about if entry.part in failed and entry.holds_on(today))
    covered = {entry.part for entry in holding}
    if failed and failed <= covered:
        return replace(result, accepted=holding)
    ended = tuple(entry for entry in about if entry.part in failed - covered and not entry.holds_on(today))
    return replace(result, ended=ended)


def is_about(entry: Accepted, suite: Suite, check: Check) -> bool:
    return (entry.suite, entry.check) == (suite.name, check.expectation) and entry.column in (None, check.column)
