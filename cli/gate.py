"""`parity gate`: run a quality gate, list its checks, and open the pages of the last runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode, epilog
from cli.output import AsJson, fail, print_json, print_table, say

if TYPE_CHECKING:
    from expectations.result import GateResult

EXIT_CODES = epilog("parity gate")
gate_app = typer.Typer(
    no_args_is_help=True,
    help="Quality gates: raw (delivered data), indicators (exact figures), candidate (what would be published).",
)


@gate_app.command("raw", epilog=EXIT_CODES)
def gate_raw(as_json: AsJson = False) -> None:
    """Look at delivered data."""
    _run("raw", as_json)


@gate_app.command("indicators", epilog=EXIT_CODES)
def gate_indicators(as_json: AsJson = False) -> None:
    """Look at the exact figures."""
    _run("indicators", as_json)


@gate_app.command("candidate", epilog=EXIT_CODES)
def gate_candidate(as_json: AsJson = False) -> None:
    """Look at what would be published; a candidate that fails is rejected."""
    _run("candidate", as_json)


@gate_app.command("list")
def list_checks(as_json: AsJson = False) -> None:
    """Every check of every gate: what it expects, who answers for it, and why it is there."""
    from expectations.suites import suites
    from parity.catalogue import CatalogueError
    from parity.catalogue.gate_limits import load_limits
    from parity.catalogue.policy import load_policy

    folder = here().catalogue_folder
    try:
        known = suites(load_policy(folder), load_limits(folder))
    except CatalogueError as error:
        fail(error, ExitCode.WRONG_INPUT)
    found = [
        {
            "gate": gate,
            "suite": suite.name,
            "table": suite.table,
            "check": check.expectation,
            "column": check.column,
            "severity": check.severity,
            "owner": suite.owner,
            "reason": check.reason,
            "can_be_accepted": check.severity == "critical" and not suite.protects,
        }
        for gate, its in known.items()
        for suite in its
        for check in suite.checks
    ]
    if as_json:
        print_json(found)
        return
    table = Table("gate", "suite", "check", "column", "severity", "owner", "why")
    for row in found:
        shown = (row[key] for key in ("gate", "suite", "check", "column", "severity", "owner", "reason"))
        table.add_row(*("" if value is None else str(value) for value in shown))
    print_table(table)


@gate_app.command("docs")
def open_docs(
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the path, and open no browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """The pages of the last runs of each gate (Great Expectations' Data Docs): verdicts, checks, owners and reasons."""
    pages = here().settings.gate_pages / "index.html"
    if not pages.exists():
        fail(f"There are no pages yet: run `parity gate raw`, which writes {pages}.", ExitCode.CANNOT_RUN, as_json=as_json)
    opened = not no_open and not as_json and _opens(pages)
    if as_json:
        print_json({"path": str(pages), "url": pages.as_uri()})
        return
    say(str(pages) if opened or no_open else f"{pages} (no browser here: open the file)")


def _run(name: str, as_json: bool) -> None:
    from expectations import GateFailed, GateNotRun, run_gate
    from parity.catalogue import CatalogueError
    from publication.review import record_verdict

    context = here(as_json)
    try:
        result = run_gate(name, context.warehouse_url, record_verdict, pages=context.settings.gate_pages)
    except GateFailed as error:
        if as_json:
            print_json(_as_json(error.result))
        fail(error)
    except GateNotRun as error:
        fail(error, ExitCode.CANNOT_RUN)
    except CatalogueError as error:
        fail(error, ExitCode.WRONG_INPUT)
    if as_json:
        print_json(_as_json(result))
        return
    for failure in result.failures:
        say(f"{failure.state}: {failure}")
    n_accepted, n_warnings = (len(result.of_state(state)) for state in ("accepted", "warning"))
    accepted = f", {n_accepted} accepted" if n_accepted else ""
    say(f"gate {name}: {result.n_checks} checks{accepted}, {n_warnings} warnings")


def _as_json(result: GateResult) -> dict[str, object]:
    return {
        "gate": result.gate,
        "passed": result.passed,
        "n_checks": result.n_checks,
        "not_passed": [
            {
                "suite": found.suite,
                "table": found.table,
                "check": found.check.expectation,
                "column": found.check.column,
                "severity": found.severity,
                "state": found.state,
                "owner": found.gate_suite.owner,
                "reason": found.check.reason,
                "parts": [part.name for part in found.parts],
                "accepted_until": min((entry.until for entry in found.accepted), default=None),
                "said": str(found),
            }
            for found in result.failures
        ],
    }


def _opens(pages: Path) -> bool:
    """Whether a browser was there to open it."""
    import webbrowser

    return webbrowser.open(pages.as_uri())
