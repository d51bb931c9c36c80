"""The front page of the gates' pages, and one for each run: verdicts, and what failed, was accepted or warned, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from expectations.result import GateResult

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:90rem;padding:0 1rem;color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    '.fa-check-circle::before{content:"passed"}.fa-times::before{content:"failed"}.fa-exclamation-triangle::before{content:"failed"}'
    "a{color:#0b57a4}.failed{color:#a4100b;font-weight:600}.accepted,.warning{color:#7a4b00}.passed{color:#14602a}"
)


@dataclass(frozen=True)
class Run:
    """One run of a gate. `said` has a pair of state and sentence for each check that did not pass."""

    name: str
    gate: str
    at: str
    verdict: str
    n_checks: int
    said: list[list[str]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run_of(result: GateResult, at: dt.datetime) -> Run:
    said = [[state, str(found)] for state in ("failed", "accepted", "warning") for found in result.of_state(state)]
    verdict = "passed" if result.passed else "failed"
    return Run(f"{result.gate}-{at:%Y%m%dT%H%M%S%f}", result.gate, f"{at:%Y-%m-%d %H:%M:%S} UTC", verdict, result.n_checks, said)


def front_page(runs: list[Run]) -> str:
    rows = [
        f'<td>{escape(run.at)}</td><td><a href="runs/{escape(run.name)}/index.html">{escape(run.gate)}</a></td>'
        f"<td>{_word(run.verdict)}</td><td>{run.n_checks}</td><td>{_said(run.said)}</td>"
        for run in runs
    ]
    return _page(
        "Gates",
        "The last runs of each gate, the newest first. A gate that failed stopped its build; what was published before stays published."
        " An accepted failure is in <code>catalogue/accepted.yml</code>. A gate's name leads to its checks.",
        "when|gate|verdict|checks|what did not pass",
        rows,
    )


def run_page(result: GateResult, at: dt.datetime, links: dict[str, str]) -> str:
    """Every check of one run; `links` leads from a suite's name to Great Expectations' page of it."""
    rows = [
        f'<td><a href="{links.get(found.suite, "")}">{escape(found.suite)}</a></td><td>{escape(found.table)}</td>'
        f"<td>{escape(found.check.column)}</td><td>{escape(found.check.expectation)}</td><td>{found.severity}</td>"
        f"<td>{escape(found.gate_suite.owner)}</td><td>{escape(found.check.reason)}</td><td>{_word(found.state)}</td>"
        for found in result.results
    ]
    return _page(
        f"Gate {escape(result.gate)}, {at:%Y-%m-%d %H:%M:%S} UTC",
        f'<a href="../../index.html">All runs</a><br>{_said(run_of(result, at).said)}',
        "suite|table|column|check|severity|owner|why it is there|state",
        rows,
    )


def _page(title: str, words: str, columns: str, rows: list[str]) -> str:
    head = "".join(f"<th>{name}</th>" for name in columns.split("|"))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{words}</p><table><tr>{head}</tr>{body}</table></body></html>"
    )


def _said(said: list[list[str]]) -> str:
    return "<br>".join(f"{_word(state)}: {escape(sentence)}" for state, sentence in said) or "nothing"


def _word(state: str) -> str:
    return f'<span class="{state}">{state}</span>'
