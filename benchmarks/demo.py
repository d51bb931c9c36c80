"""The first minutes of Parity: `make demo` in a fresh clone part by part, again with data, and a build that has nothing to do.

Package caches are warm: the checkout that measures has been installed from the same locks. The clone holds what is committed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, figure, shown
from cli.demo import BUILD, _now
from parity.settings import REPOSITORY
from stack.airflow_api import AirflowApi
from stack.airflow_wait import wait_for_run
from stack.instance import Instance

FRESH_SECONDS = 200
AGAIN_SECONDS = 60
UNCHANGED_SECONDS = 20
MEMORY_GIB = 6.0
STEP = re.compile(r"^\d+\. (?P<title>[^:\n]+).*?^   done in (?P<seconds>\d+) s$", re.MULTILINE | re.DOTALL)


def measure_demo() -> list[Figure]:
    """Seconds of each part, and what all services hold in memory (shared memory counted once)."""
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as folder:
        os.chmod(folder, 0o711)
        clone, instance = Path(folder) / "parity", Instance(Path(folder) / "instance")
        environment = {**os.environ, "PARITY_HOME": str(instance.home)}
        subprocess.run(["git", "clone", "--quiet", "--no-local", REPOSITORY, clone], check=True)

        def make(target: str) -> tuple[float, str]:
            began = time.monotonic()
            done = subprocess.run(
                ["make", target, f"PYTHON={sys.executable}"],
                cwd=clone,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            return time.monotonic() - began, done.stdout

        try:
            fresh, said = make("demo")
            parts = [
                shown(f"demo, fresh clone: {step['title'].lower()}", float(step["seconds"]), "s") for step in STEP.finditer(said)
            ]
            installed = fresh - sum(part["value"] for part in parts)
            unchanged = _seconds_of_a_build(instance)
            status = subprocess.run(
                [clone / ".venv/bin/python", "-m", "cli", "status", "--json"],
                cwd=clone, env=environment, check=True, capture_output=True, text=True,
            )  # fmt: skip
            make("down")
            again, _ = make("demo")
        finally:
            make("down")
    used = json.loads(status.stdout)["memory_bytes"] / 2**30
    return [
        shown("demo, fresh clone: install and the rest", installed, "s"),
        *parts,
        figure("demo, fresh clone", fresh, "s", FRESH_SECONDS),
        figure("demo, installed and with data", again, "s", AGAIN_SECONDS),
        figure("build without change", unchanged, "s", UNCHANGED_SECONDS),
        figure("memory of all services", used, "GiB", MEMORY_GIB),
    ]


def _seconds_of_a_build(instance: Instance) -> float:
    api, since, began = AirflowApi(instance), _now(), time.monotonic()
    api.trigger(BUILD)
    if problem := wait_for_run(api, BUILD, since, instance.home, print):
        raise SystemExit(problem)
    return time.monotonic() - began
