"""The folders of dbt/models/core each describe one thing, and read each other in one direction."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

from parity.settings import REPOSITORY

CORE = REPOSITORY / "dbt" / "models" / "core"


def reads() -> dict[str, set[str]]:
    """Folder → the other folders that its models read."""
    folder_of = {path.stem: path.parent.name for path in CORE.rglob("*.sql")}
    found: dict[str, set[str]] = {}
    for path in CORE.rglob("*.sql"):
        named = re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8"))
        others = {folder_of[model] for model in named if model in folder_of} - {path.parent.name}
        found.setdefault(path.parent.name, set()).update(others)
    return found


def test_folders_of_core_read_each_other_in_one_direction() -> None:
    found = reads()
    assert found["survey"] == {"dimensions", "staff"} and found["dimensions"] == set()
    assert len(list(TopologicalSorter(found).static_order())) == len(found)


def test_no_model_of_core_stands_outside_a_folder() -> None:
    assert [path.name for path in CORE.iterdir() if path.is_file()] == []
