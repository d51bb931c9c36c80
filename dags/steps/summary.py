"""What an ingest run did, as plain JSON: pure functions over the list of sources and the results of those that loaded.

Sources and results are dictionaries with a `name`, unique within a run; every other number in a result is summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def summarise(listed: Iterable[Mapping[str, Any]] | None, results: Iterable[Mapping[str, Any]] | None) -> dict[str, Any]:
    """Count the sources and sum their figures; `listed` None means that the listing itself failed."""
    loaded = [result for result in results or [] if result]
    arrived = {result["name"] for result in loaded}
    names = [source["name"] for source in listed or []]
    totals: dict[str, int] = {}
    for result in loaded:
        for key, value in result.items():
            if isinstance(value, int) and not isinstance(value, bool):
                totals[key] = totals.get(key, 0) + value
    return {
        "is_listed": listed is not None,
        "n_sources": len(names),
        "n_loaded": len(arrived),
        "failed": [name for name in names if name not in arrived],
        "held": [f"{result['name']}: {line}" for result in loaded for line in result.get("held") or []],
        "totals": totals,
    }


def failure_message(summary: Mapping[str, Any]) -> str | None:
    """One line that names the sources that failed and where to read why, or are held, or None if all is well."""
    if not summary["is_listed"]:
        return "The sources could not be listed: read the log of the first task. What was loaded earlier stays in use."
    held = summary.get("held") or []
    told = f"{len(held)} lists or forms are held: {' '.join(held)}" if held else ""
    if not summary["failed"]:
        return told or None
    return (
        f"{len(summary['failed'])} of {summary['n_sources']} sources failed: {', '.join(summary['failed'])}. "
        "Read the log of the mapped task with that name; the other sources were loaded." + (f" {told}" if told else "")
    )
