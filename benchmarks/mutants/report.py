"""What became of the planted faults: the share noticed, module by module, and those that nobody noticed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from benchmarks.mutants.fault import Fault

AT_LEAST_PCT = 95


@dataclass(frozen=True)
class Tried:
    """A fault, whether a test noticed it, and how many tests were asked."""

    fault: Fault
    noticed: bool
    n_tests: int


def share_pct(tried: Sequence[Tried]) -> float:
    return 100 * sum(one.noticed for one in tried) / len(tried) if tried else 100.0


def by_module(tried: Sequence[Tried]) -> dict[str, list[Tried]]:
    found: dict[str, list[Tried]] = defaultdict(list)
    for one in sorted(tried, key=lambda one: one.fault.file):
        found[one.fault.file].append(one)
    return dict(found)


def table(tried: Sequence[Tried]) -> Table:
    """A row a folder and a row a module."""
    shown = Table("module", "planted", "noticed", "%")
    rooms: dict[str, list[Tried]] = defaultdict(list)
    for file, of_file in by_module(tried).items():
        rooms[file.rpartition("/")[0]] += of_file
    for room, of_room in rooms.items():
        shown.add_row(*_row(f"{room}/", of_room), style="bold")
        for file, of_file in by_module(of_room).items():
            shown.add_row(*_row(f"  {file.rpartition('/')[2]}", of_file))
    shown.add_row(*_row("all", tried), style="bold")
    return shown


def _row(name: str, tried: Sequence[Tried]) -> tuple[str, ...]:
    return name, str(len(tried)), str(sum(one.noticed for one in tried)), f"{share_pct(tried):.0f}"


def survivors(tried: Sequence[Tried]) -> list[str]:
    """file:line: what was done. (how many tests were asked)"""
    lost = sorted((one for one in tried if not one.noticed), key=lambda one: (one.fault.file, one.fault.line))
    return [f"{one.fault.file}:{one.fault.line}: {one.fault.what} (tests asked: {one.n_tests})" for one in lost]


def as_json(tried: Sequence[Tried], seed: int) -> dict[str, object]:
    return {
        "seed": seed,
        "planted": len(tried),
        "noticed_pct": round(share_pct(tried), 1),
        "modules": {
            file: {"planted": len(found), "noticed": sum(one.noticed for one in found)}
            for file, found in by_module(tried).items()
        },
        "survivors": [
            {"file": one.fault.file, "line": one.fault.line, "mutation": one.fault.what, "n_tests": one.n_tests}
            for one in tried
            if not one.noticed
        ],
    }
