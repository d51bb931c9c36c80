"""Faults that the story notices: each is planted in a copy of the repository, and the short story is played there up to the step that shows it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.mutants import trial
from parity.settings import REPOSITORY

FAULTS = Path(__file__).with_name("mutations.yml")


@dataclass(frozen=True)
class Edit:
    """In `file`, `old` becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    """With these edits, the story up to `until` must break the invariant of that name."""

    name: str
    invariant: str
    until: str
    edits: tuple[Edit, ...]


def read_faults() -> dict[str, Fault]:
    found = [
        Fault(**entry | {"edits": tuple(Edit(**edit) for edit in entry["edits"])})
        for entry in yaml.safe_load(FAULTS.read_text(encoding="utf-8"))["mutations"]
    ]
    return {fault.name: fault for fault in found}


def replay(name: str, say: Callable[[str], None]) -> int:
    """0 where the fault's own invariant notices it, or each one's. Raises ValueError."""
    known = read_faults()
    if name != "all" and name not in known:
        raise ValueError(f"There is no mutation {name!r}: {FAULTS.name} has {', '.join(known)}.")
    faults = known.values() if name == "all" else [known[name]]
    return 0 if all([_replay(fault, say) for fault in faults]) else 1


def _replay(fault: Fault, say: Callable[[str], None]) -> bool:
    with tempfile.TemporaryDirectory(prefix="parity-long-run-") as folder:
        Path(folder).chmod(0o711)
        tree = Path(folder) / "code"
        trial.copy_to(tree)
        if not (tree / ".git").exists():
            (tree / ".git").symlink_to(REPOSITORY / ".git")  # for the earlier code
        plant(tree, fault)
        state = Path(folder) / "state"
        command = [
            sys.executable,
            "-m",
            "benchmarks.long_run",
            "--short",
            "--json",
            "--until",
            fault.until,
            "--state",
            str(state),
        ]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
        subprocess.run([sys.executable, "-m", "benchmarks.long_run", "--forget", "--state", str(state)], cwd=tree, check=True)
    if done.returncode not in (0, 1):
        raise ValueError(f"{fault.name}: the story could not be played: {done.stderr[-2000:]}")
    broken = {name: said for step in json.loads(done.stdout)["steps"] for name, said in step["broken"].items()}
    is_noticed = fault.invariant in broken
    say(f"{fault.name}: {'noticed' if is_noticed else 'NOT NOTICED'} by: {fault.invariant}")
    for name, said in broken.items():
        say(f"  {name}: {said[0]}")
    return is_noticed


def plant(tree: Path, fault: Fault) -> None:
    """Raises ValueError where a text is not there once."""
    for edit in fault.edits:
        path = tree / edit.file
        text = path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise ValueError(f"{fault.name}: {edit.file} has the text {text.count(edit.old)} times, not once: {edit.old!r}")
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
