"""The steps that were played, as a table and as JSON; the first invariant that broke, and the command that repeats its step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

MOST = 5  # complaints of one invariant


def table(results: Sequence[dict[str, Any]]) -> Table:
    shown = Table("step", "day", "what happened", "s", "invariants")
    for result in results:
        state = f"{len(result['asked']) - len(result['broken'])} of {len(result['asked'])} hold"
        shown.add_row(result["step"], result["day"], result["what"], f"{result['seconds']:.0f}", state)
    shown.add_row("all", "", f"{len(results)} steps", f"{sum(result['seconds'] for result in results):.0f}", "", style="bold")
    return shown


def first_broken(results: Sequence[dict[str, Any]], repeat: str) -> list[str]:
    """Lines about the step that broke; none where all is well. `repeat`: the command but for the step."""
    for result in results:
        if result["broken"]:
            name, complaints = next(iter(result["broken"].items()))
            lines = [f"Broken after {result['step']}: {name}", *(f"  {line}" for line in complaints[:MOST])]
            lines += [f"  and {len(complaints) - MOST} more"] if len(complaints) > MOST else []
            others = [other for other in result["broken"] if other != name]
            lines += [f"Also broken: {', '.join(others)}"] if others else []
            return [*lines, f"Repeat it: {repeat} --only {result['step']}"]
    return []
