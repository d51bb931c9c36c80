"""A pytest plugin: which functions of the repository each test calls, and how long the test takes, as JSON in $MUTANTS_RECORD.

Calls alone are traced, no lines, so the tests run about as fast as ever. What a fixture of a file calls counts for every test of the file.
Caches are emptied before each test: a function whose answer is remembered would seem to be called by the first test only.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType

import pytest

ROOT = Path.cwd()
ROOMS = ("parity", "ingestion", "expectations", "publication")
calls: dict[str, set[tuple[str, int]]] = defaultdict(set)
seconds: dict[str, float] = defaultdict(float)
failed: set[str] = set()
_now = {"test": ""}
_places: dict[CodeType, tuple[str, int] | None] = {}


def _trace(frame: FrameType, event: str, argument: object) -> None:
    code = frame.f_code
    if code not in _places:
        name = code.co_filename
        inside = name.startswith(f"{ROOT}/") and name[len(str(ROOT)) + 1 :].split("/")[0] in ROOMS
        _places[code] = (name[len(str(ROOT)) + 1 :], code.co_firstlineno) if inside else None
    if place := _places[code]:
        calls[_now["test"]].add(place)


def name_of(nodeid: str) -> str:
    """A test without its parameters."""
    return nodeid.split("[")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    _forget_answers()
    threading.settrace(_trace)
    sys.settrace(_trace)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    _now["test"] = item.nodeid.split("::")[0]
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    _now["test"] = name_of(item.nodeid)
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    seconds[name_of(report.nodeid)] += report.duration
    if report.failed:
        failed.add(name_of(report.nodeid))


def _forget_answers() -> None:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ROOMS:
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()


def pytest_sessionfinish() -> None:
    found = {test: sorted(places) for test, places in calls.items()}
    record = {"calls": found, "seconds": dict(seconds), "failed": sorted(failed)}
    Path(os.environ["MUTANTS_RECORD"]).write_text(json.dumps(record), encoding="utf-8")
