"""The tests that can notice a fault: those that call its function, the quickest first, as far as a budget of seconds goes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.mutants.fault import Fault

BUDGET = 100.0  # seconds of tests for one fault
NOTHING_KNOWN: dict = {"calls": {}, "seconds": {}, "failed": [], "files": {}}


def fingerprints(tree: Path, tests: Sequence[str]) -> dict[str, str]:
    """Each file of tests, with a mark that changes when the file does."""
    paths = [path for test in tests for path in (sorted((tree / test).rglob("test_*.py")) or [tree / test])]
    return {str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def together(known: dict, fresh: dict, files: dict[str, str]) -> dict:
    """The kept records of unchanged test files, and new records of the others."""
    stays = {file for file, mark in files.items() if known["files"].get(file) == mark}

    def kept(name: str) -> bool:
        return name.split("::")[0] in stays

    return {
        "calls": {test: places for test, places in known["calls"].items() if kept(test)} | fresh["calls"],
        "seconds": {test: seconds for test, seconds in known["seconds"].items() if kept(test)} | fresh["seconds"],
        "failed": [test for test in known["failed"] if kept(test)] + fresh["failed"],
        "files": files,
    }


@dataclass(frozen=True)
class Chosen:
    tests: tuple[str, ...]
    seconds: float


class Record:
    """What recorder.py wrote."""

    def __init__(self, record: dict, tree: Path) -> None:
        self.seconds: dict[str, float] = record["seconds"]
        self.tree = tree
        failed = set(record["failed"])
        self.usable = [test for test in self.seconds if test not in failed]
        self.calls: dict[str, set[tuple[str, int]]] = {
            test: {tuple(p) for p in places} for test, places in record["calls"].items()
        }

    def choose(self, fault: Fault) -> Chosen:
        able = [test for test in self.usable if self._calls(test, fault)]
        if fault.scope is None:  # read when its module is imported: whoever imports it by name may notice
            importing = {test for test in self.usable if self._imports(test.split("::")[0], fault.file)}
            through = {
                test
                for module in self._modules_with(fault.file)
                for test in self.usable
                if self._calls(test, replace(fault, file=module))
            }
            able = list({*able, *importing, *through})
        if not able:  # it may run in a process of its own, whose calls nobody sees
            able = [test for test in self.usable if self._calls(test, replace(fault, scope=None))]
        chosen: list[str] = []
        total = 0.0
        for test in sorted(able, key=lambda name: (self.seconds[name], name)):
            if total + self.seconds[test] > BUDGET and chosen:
                break
            chosen.append(test)
            total += self.seconds[test]
        return Chosen(tuple(chosen), total)

    def _calls(self, test: str, fault: Fault) -> bool:
        first, last = fault.scope or (0, 10**9)
        places = self.calls.get(test, set()) | self.calls.get(test.split("::")[0], set())
        return any(file == fault.file and first <= line <= last for file, line in places)

    def _modules_with(self, file: str) -> list[str]:
        """The modules of the same room that import this one: what it holds may be used there alone, as SQL is."""
        beside = (str(path.relative_to(self.tree)) for path in sorted((self.tree / file).parent.glob("*.py")))
        return [other for other in beside if other != file and self._imports(other, file)]

    def _imports(self, importing: str, file: str) -> bool:
        module = file.removesuffix(".py").replace("/", ".")
        package, _, name = module.rpartition(".")
        text = (self.tree / importing).read_text(encoding="utf-8")
        if "iter_modules(" in text and re.search(rf"^import {re.escape(package)}$", text, re.MULTILINE):
            return True  # it goes through the whole package
        return bool(re.search(rf"\b{re.escape(module)}\b|from {re.escape(package)} import .*\b{name}\b", text))
