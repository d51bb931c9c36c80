"""A pytest plugin: the process that reads workbooks takes the code of this tree, in which the fault is planted.

By itself it runs with `-I`, which leaves PYTHONPATH out, so that it would take the code that is installed: no test could notice a fault there.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def reader(tree: Path) -> list[str]:
    """The command line of that process, for the code below `tree`."""
    start = f"import sys; sys.path.insert(0, {str(tree)!r}); from ingestion.hr.sheets import main; main()"
    return [sys.executable, "-I", "-c", start]


def pytest_configure() -> None:
    vars(importlib.import_module("ingestion.hr.sheets"))["READER"] = reader(Path.cwd())
