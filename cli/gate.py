"""`parity gate`: run a quality gate, list its checks, and open the pages of the last runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from parity.settings import Settings

if TYPE_CHECKING:
    from expectations.result import GateResult

gate_app = typer.Typer(
    no_args_is_help=True,
    help="Quality gates: raw (delivered data), indicators (exact figures), candidate (what would be published).",
)
console, errors = Console(), Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@gate_app.command("raw")
def gate_raw(as_json: AsJson = False) -> None:
    """Look at delivered data. Exit code 1 where a critical check fails, 3 where one could not be run, 2 where the catalogue is wrong."""
    _run("raw", as_json)


@gate_app.command("indicators")
def gate_indicators(as_json: AsJson = False) -> None:
    """Look at the exact figures. Exit codes as with `raw`."""
    _run("indicators", as_json)


@gate_app.command("candidate")
def gate_candidate(as_json: AsJson = False) -> None:
    """Look at what would be published; a candidate that fails is rejected. Exit codes as with `raw`."""
    _run("candidate", as_json)


@gate_app.command("list")
def list_checks(as_json: AsJson = False) -> None:
    """Every check of every gate: what it expects, who answers for it, and why it is there."""
    from expectations.suites import suites
    from parity.catalogue import CatalogueError
    from parity.catalogue.gate_limits import load_limits
    from parity.catalogue.policy import load_policy

    folder = Settings.from_env().catalogue
    try:
        known = suites(load_policy(folder), load_limits(folder))
    except CatalogueError as error:
        _stop(error, 2)
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
        print(json.dumps(found, ensure_ascii=False))
        return
    table = Table("gate", "suite", "check", "column", "severity", "owner", "why")
    for row in found:
        table.add_row(*(row[key] for key in ("gate", "suite", "check", "column", "severity", "owner", "reason")))
    console.print(table)


@gate_app.command("docs")
def open_docs(
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the path, and open no browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """The pages of the last runs of each gate (Great Expectations' Data Docs): verdicts, checks, owners and reasons."""
    pages = Settings.from_env().gate_pages / "index.html"
    if not pages.exists():
        errors.print(f"There are no pages yet: run `parity gate raw`, which writes {pages}.", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    opened = not no_open and not as_json and _opens(pages)
    if as_json:
        print(json.dumps({"path": str(pages), "url": pages.as_uri()}))
        return
    console.print(str(pages) if opened or no_open else f"{pages} (no browser here: open the file)", markup=False, soft_wrap=True)


def _run(name: str, as_json: bool) -> None:
    from expectations import GateFailed, GateNotRun, run_gate
    from parity.catalogue import CatalogueError
    from publication.review import heed

    try:
        result = run_gate(name, _warehouse_url(), heed, pages=Settings.from_env().gate_pages)
    except GateFailed as error:
        if as_json:
            print(json.dumps(_as_json(error.result), ensure_ascii=False, default=str))
        _stop(error, 1)
    except GateNotRun as error:
        _stop(error, 3)
    except CatalogueError as error:
        _stop(error, 2)
    if as_json:
        print(json.dumps(_as_json(result), ensure_ascii=False, default=str))
        return
    for failure in result.failures:
        console.print(f"{failure.state}: {failure}", markup=False)
    n_accepted, n_warnings = (len(result.of_state(state)) for state in ("accepted", "warning"))
    accepted = f", {n_accepted} accepted" if n_accepted else ""
    console.print(f"gate {name}: {result.n_checks} checks{accepted}, {n_warnings} warnings")


def _warehouse_url() -> str:
    """The warehouse of the environment, or of the instance that was started here."""
    from stack.instance import Instance

    settings = Settings.from_env()
    if url := settings.warehouse_url:
        return url
    instance = Instance(settings.home)
    if not instance.ports:
        errors.print("No instance has been started here: run `make demo` or `parity up` first.")
        raise typer.Exit(2)
    return instance.warehouse_url


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


def _stop(error: Exception, code: int) -> NoReturn:
    errors.print(str(error), markup=False, soft_wrap=True)
    raise typer.Exit(code) from None
