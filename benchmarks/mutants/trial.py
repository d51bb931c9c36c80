"""Plants faults in a copy of the repository, one at a time, and runs tests there in a process of their own; the checkout stays as it is."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.mutants.chosen import NOTHING_KNOWN, Chosen, Record, fingerprints, together
from benchmarks.mutants.fault import Fault
from parity.settings import REPOSITORY

NOTHING_RAN = 5  # pytest's own code
PATIENCE = 4  # times what the tests took
START_SECONDS = 60


def copy_to(tree: Path) -> None:
    """The files that git knows, and those that it would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (REPOSITORY / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, tree / name)


def record(tree: Path, tests: Sequence[str], kept: Path, say: Callable[[str], None]) -> Record:
    """What each test calls, from `kept` where it knows; files of tests that are new or have changed are run once without a fault.

    Raises RuntimeError where they could not be run.
    """
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else NOTHING_KNOWN
    there = fingerprints(tree, tests)
    changed = [file for file, mark in there.items() if known["files"].get(file) != mark]
    if changed:
        say(f"Running {len(changed)} files of tests once without a fault, to see which tests call what ...")
        fresh = kept.with_suffix(".new").resolve()
        fresh.unlink(missing_ok=True)
        _pytest(tree, ["-p", "benchmarks.mutants.recorder", *changed], 2 * 3600, {"MUTANTS_RECORD": str(fresh)})
        if not fresh.exists():
            raise RuntimeError("The tests could not be run without a fault. Run them by hand: pytest " + " ".join(changed))
        known = together(known, json.loads(fresh.read_text(encoding="utf-8")), there)
        kept.write_text(json.dumps(known), encoding="utf-8")
        fresh.unlink()
    return Record(known, tree)


def notices(tree: Path, fault: Fault, chosen: Chosen) -> bool:
    """Whether any of the chosen tests fails, or never ends, with the fault planted."""
    if not chosen.tests:
        return False
    path = tree / fault.file
    source = path.read_bytes()
    try:
        _write(path, fault.plant(source))
        code = _pytest(tree, ["-x", *chosen.tests], START_SECONDS + PATIENCE * chosen.seconds)
    finally:
        _write(path, source)
    if code == NOTHING_RAN:
        raise RuntimeError(f"No test ran for {fault.file}:{fault.line}: {chosen.tests[0]} …")
    return code != 0


def _write(path: Path, source: bytes) -> None:
    """Bytecode of the file goes: Python would take it for the new file's where both have one size and one second."""
    path.write_bytes(source)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _pytest(tree: Path, arguments: Sequence[str], timeout: float, more: dict[str, str] | None = None) -> int | None:
    """The exit code; None where it did not end in time."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(tree), "PARITY_SHARED_DATA": str(tree / "no-shared-data"), **(more or {})}
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += ["-p", "benchmarks.mutants.own_code", "-q", *arguments]
    process = subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        return None


def _end(process: subprocess.Popen) -> None:
    """First a word to the tests alone, so that they stop what they started; then the whole group."""
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
