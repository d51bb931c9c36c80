"""Which faults are planted: a sample by a seed, of the modules that modules.yml names, without those known to change nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.mutants.fault import Fault
from benchmarks.mutants.planting import faults

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Plan:
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    equivalents: frozenset[tuple[str, str, str]]  # file, at and what


def read_plan(folder: Path = FOLDER) -> Plan:
    asked = yaml.safe_load((folder / "modules.yml").read_text(encoding="utf-8"))
    known = yaml.safe_load((folder / "equivalents.yml").read_text(encoding="utf-8"))["equivalents"]
    return Plan(tuple(asked["modules"]), tuple(asked["tests"]), frozenset((one["file"], one["at"], one["what"]) for one in known))


def sample(tree: Path, plan: Plan, only: Sequence[str], n: int, seed: int) -> list[Fault]:
    """`n` faults (all where n is 0) of the modules whose path holds one of `only`; the same seed gives the same ones.

    Raises ValueError where no module is meant.
    """
    files = sorted({str(path.relative_to(tree)) for pattern in plan.modules for path in tree.glob(pattern)})
    meant = [file for file in files if not only or any(part in file for part in only)]
    if not meant:
        raise ValueError(f"No module of benchmarks/mutants/modules.yml has {' or '.join(only)} in its path.")
    able = [fault for file in meant for fault in faults(tree, file) if (file, fault.at, fault.what) not in plan.equivalents]
    return able if n == 0 or n >= len(able) else random.Random(seed).sample(able, n)
