"""Faults in dbt models: one in each, planted together in a copy of the project, as unit tests of a model meet no other model.

`dbt.yml` says which. First all unit tests run without a fault, so that a test that fails anyhow is not taken for one that notices.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import yaml

from benchmarks.hr import new_database
from benchmarks.mutants.plan import FOLDER
from ingestion.reference import load_catalogue as load_tables
from parity.catalogue import load_catalogue
from parity.database import dbt_environment
from parity.migrate import migrate_warehouse
from stack.temporary_server import temporary_server


@dataclass(frozen=True)
class ModelFault:
    """`file` is empty where the fault stands in the model's own file, else a folder of the dbt project (`macros`)."""

    model: str
    kind: str
    old: str
    new: str
    file: str = ""


def read_faults(folder: Path = FOLDER) -> list[ModelFault]:
    return [ModelFault(**entry) for entry in yaml.safe_load((folder / "dbt.yml").read_text(encoding="utf-8"))["faults"]]


def place_of(project: Path, fault: ModelFault) -> Path:
    """The file that the fault is planted in. Raises ValueError where the text is not there exactly once: the model has changed."""
    files = sorted((project / (fault.file or "models")).rglob("*.sql" if fault.file else f"{fault.model}.sql"))
    found = {path: path.read_text(encoding="utf-8").count(fault.old) for path in files}
    times = sum(found.values())
    if times != 1:
        where = fault.file or fault.model
        raise ValueError(
            f"benchmarks/mutants/dbt.yml: '{fault.old}' stands {times} times in {where}, not once. Write the fault anew."
        )
    return next(path for path, n in found.items() if n)


def plant(project: Path, faults: Sequence[ModelFault]) -> None:
    """Raises ValueError."""
    for fault in faults:
        path = place_of(project, fault)
        path.write_text(path.read_text(encoding="utf-8").replace(fault.old, fault.new), encoding="utf-8")


def noticed(tree: Path, faults: Sequence[ModelFault], say: Callable[[str], None]) -> dict[ModelFault, bool]:
    """Whether a unit test of the model fails with the fault; the project in `tree` keeps the faults. Raises RuntimeError, ValueError."""
    project = tree / "dbt"
    for fault in faults:
        place_of(project, fault)
    with temporary_server("-cfsync=off") as postgres:
        url = new_database(postgres)
        migrate_warehouse(url, backups=None)
        with psycopg.connect(url) as connection:
            load_tables(connection, load_catalogue(tree / "catalogue"))
        say("Building every model without rows, and running the unit tests without a fault ...")
        _dbt(project, url, "run")
        models = [fault.model for fault in faults]
        before = _failing(project, url, models)
        if before:
            raise RuntimeError(f"Unit tests fail without a fault: {', '.join(sorted(before))}. Mend them first.")
        plant(project, faults)
        say(f"Running them with {len(faults)} faults ...")
        after = _failing(project, url, models)
    return {fault: fault.model in after for fault in faults}


def _failing(project: Path, url: str, models: Sequence[str]) -> set[str]:
    """The models of which a unit test does not pass."""
    results = project / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    said = _dbt(project, url, "test", "--select", *(f"{model},test_type:unit" for model in models), may_fail=True)
    if not results.exists():
        raise RuntimeError(f"dbt ran no test: {said[-2000:]}")
    ran = [
        result
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
        if result["unique_id"].startswith("unit_test.")
    ]
    untested = set(models) - {_model(result) for result in ran}
    if untested:
        raise RuntimeError(f"These models have no unit test: {', '.join(sorted(untested))}.")
    return {_model(result) for result in ran if result["status"] != "pass"}


def _model(result: dict) -> str:
    return result["unique_id"].split(".")[2]


def _dbt(project: Path, url: str, *arguments: str, may_fail: bool = False) -> str:
    folders = (
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        project / "target",
        "--log-path",
        project / "logs",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *arguments, *map(str, folders)],
        env={**os.environ, **dbt_environment(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode and not may_fail:
        raise RuntimeError(f"dbt {arguments[0]} failed: {ran.stdout[-2000:]}")
    return ran.stdout
