"""`dbt build` of this project on a database, in a process of its own, without the unit tests of its code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from parity.database import dbt_environment
from parity.settings import REPOSITORY


def dbt_build(url: str, folder: Path, *arguments: str) -> None:
    """Raises RuntimeError with dbt's last words where it fails."""
    project = str(REPOSITORY / "dbt")
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt"), "--exclude", "test_type:unit"]
    command += ["--vars", "{deliveries: newest}", *arguments]
    done = subprocess.run(command, env={**os.environ, **dbt_environment(url)}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"dbt failed:\n{done.stdout[-3000:]}")


def seconds_of(folder: Path, *models: str) -> float:
    """What the models took in the last build, without dbt's own start."""
    results = json.loads((folder / "dbt" / "run_results.json").read_text())["results"]
    return sum(result["execution_time"] for result in results if result["unique_id"].split(".")[-1] in models)
