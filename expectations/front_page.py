"""The front page of the gates' Data Docs: each run with its verdict, and what failed, was accepted or warned, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from expectations.result import GateResult

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}"
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
    rows = "".join(
        f'<tr><td>{escape(run.at)}</td><td><a href="runs/{escape(run.name)}/index.html">{escape(run.gate)}</a></td>'
        f'<td class="{run.verdict}">{run.verdict}</td><td>{run.n_checks}</td><td>{_said(run)}</td></tr>'
        for run in runs
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gates</title><style>{STYLE}</style></head><body>'
        "<h1>Gates</h1><p>The last runs of each gate, the newest first. A gate that failed stopped its build; what was published before stays"
        " published. An accepted failure is in <code>catalogue/accepted.yml</code>. Follow a gate's name to its checks.</p>"
        f"<table><tr><th>when</th><th>gate</th><th>verdict</th><th>checks</th><th>what did not pass</th></tr>{rows}</table></body></html>"
    )


def _said(run: Run) -> str:
    return "<br>".join(f'<span class="{state}">{state}</span>: {escape(sentence)}' for state, sentence in run.said) or "nothing"
