"""Which files wait in the drop folder, and under which contract."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from parity.catalogue import Catalogue


@dataclass(frozen=True)
class DropFile:
    contract: str
    path: Path
    name: str


def list_drop(drop: Path, catalogue: Catalogue) -> list[DropFile]:
    """Files in `drop/hr/<contract>/` that match the contract's pattern, and strays too: those are refused when loaded."""
    return [
        DropFile(contract.name, path, path.name)
        for contract in catalogue.hr.values()
        for path in sorted((drop / "hr" / contract.name).glob("*"))
        if path.is_file() and not path.name.startswith((".", "~$"))
    ]


def matches(name: str, pattern: str) -> bool:
    return fnmatch(name, pattern)
