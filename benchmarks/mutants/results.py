"""What became of each fault, kept as it comes: a run that was stopped goes on, and a second run asks only what is open.

A fault that was noticed is not planted again while its module is the same. One that nobody noticed is: a test may have been added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mutants.fault import Fault
from benchmarks.mutants.report import Tried


class Results:
    """One line of JSON a fault in `file`; for the faults of one run, whose modules are read before any is planted."""

    def __init__(self, file: Path, tree: Path, planned: Sequence[Fault]) -> None:
        sources = {fault.file: (tree / fault.file).read_bytes() for fault in planned}
        self.file = file
        self.keys = {fault: _key(fault, sources[fault.file]) for fault in planned}
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if text and not text.endswith("\n"):
            file.write_text(text + "\n", encoding="utf-8")
        known = [entry for line in text.splitlines() if (entry := _entry(line))]
        self.newest = {entry["key"]: entry for entry in known}

    def noticed_before(self) -> list[Tried]:
        kept = {fault: self.newest.get(key) for fault, key in self.keys.items()}
        return [Tried(fault, True, entry["n_tests"]) for fault, entry in kept.items() if entry and entry["noticed"]]

    def keep(self, tried: Tried) -> None:
        entry = {"key": self.keys[tried.fault], "noticed": tried.noticed, "n_tests": tried.n_tests}
        entry |= {"file": tried.fault.file, "line": tried.fault.line, "mutation": tried.fault.what}
        with self.file.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _key(fault: Fault, source: bytes) -> str:
    return hashlib.sha256(fault.file.encode() + b"\0" + fault.plant(source)).hexdigest()


def _entry(line: str) -> dict | None:
    """None where the line was being written when the run ended."""
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None
