"""One demonstration for all end-to-end tests: made in a folder of its own, as `make demo` makes it, and stopped with the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from stack.instance import Instance

REPOSITORY = Path(__file__).parents[2]
PARITY = [sys.executable, "-m", "cli"]


@dataclass(frozen=True)
class Demo:
    """An instance, what its first `parity demo` printed, and every command line that stood in the process list meanwhile."""

    instance: Instance
    output: str
    command_lines: frozenset[str] = frozenset()

    def parity(self, *arguments: str, expect: int = 0, **environment: str) -> str:
        done = run_parity(self.instance.home, *arguments, **environment)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def truth(self) -> dict:
        return json.loads((self.instance.home / "samples" / "truth.json").read_text(encoding="utf-8"))


def run_parity(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PARITY, *arguments],
        env={**os.environ, "PARITY_HOME": str(home), "COLUMNS": "200", **environment},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


@contextmanager
def watching_processes() -> Iterator[set[str]]:
    """Fill a set with the command lines of all processes, as any local user can list them, while the block runs."""
    found: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            found.update(" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"]))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def start(*arguments: str) -> Iterator[Demo]:
    if not (REPOSITORY / "superset" / ".venv").is_dir():
        pytest.skip("Superset's environment is not installed: run `make test`, or `uv sync --project superset`")
    with tempfile.TemporaryDirectory(prefix="parity-e2e-") as folder:
        os.chmod(folder, 0o711)
        home = Path(folder) / "instance"
        try:
            with watching_processes() as command_lines:
                done = run_parity(home, "demo", *arguments)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            yield Demo(Instance(home), done.stdout, frozenset(command_lines))
        finally:
            run_parity(home, "down")


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The demonstration on the samples."""
    yield from start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that change the demonstration come last: every other one, in any order, sees it as it was first published."""
    items.sort(key=lambda item: item.get_closest_marker("changes_the_demonstration") is not None)
