"""A step in a process of its own that is killed within it: `python -m benchmarks.long_run.killed POINT FUNCTION [ARGUMENT …]`.

The process sends itself SIGKILL at the moment that the point names: nothing of it is rolled back, closed or written by Python. Its connections
break, as they do when the machine's memory ends.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.long_run import way_in
from parity.database import first_value
from parity.settings import REPOSITORY

DBT_MODELS = 25  # after so many are built, a build is killed, with dbt and all that it started
BUILT = "select count(*) from ops.dbt_built where built_at > %s"


class NotKilled(RuntimeError):
    """The process ended before it was killed: the point is not reached any more."""


@dataclass(frozen=True)
class Point:
    """Where a process is killed: at the `nth` call of `name` in `module`, before it begins or after it has ended; and in which function of way_in."""

    function: str
    module: str
    name: str
    nth: int = 1
    is_after: bool = False


POINTS = {
    "landing": Point("load_drop", "ingestion.hr.load", "record"),  # the file has landed, and nobody knows it
    "load": Point("load_drop", "ingestion.hr.load", "follow", nth=2),  # the rows of a second file are copied, and not committed
    "sync": Point("sync", "ingestion.kobo.pull", "LandedPages.put_with_checkpoint", nth=2, is_after=True),  # within a first pull
    "dbt": Point("build", "", ""),  # by the models that it built
    "candidate": Point("candidate", "publication.releases", "keep_attack"),  # its rows are stored, and not committed
    "publish": Point("publish", "publication.releases", "bring_up_to_date"),  # noted as shown, and not copied
    "copy": Point(
        "publish", "publication.releases", "bring_up_to_date", is_after=True
    ),  # readers see it, the warehouse does not know it
}


def kill_within(point: str, *arguments: Any) -> None:
    """Run the function of the point in a process that is killed there. Raises NotKilled."""
    command = [sys.executable, "-m", "benchmarks.long_run.killed", point, json.dumps(arguments)]
    child = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    if point == "dbt":
        _kill_when_models_are_built(child)
    said, _ = child.communicate()
    if child.returncode != -signal.SIGKILL:
        raise NotKilled(f"{point}: the process ended with {child.returncode} before it was killed:\n{said[-2000:]}")


def _kill_when_models_are_built(child: subprocess.Popen[str]) -> None:
    with way_in.warehouse() as connection:
        connection.autocommit = True
        began = first_value(connection.execute("select clock_timestamp()"))
        while child.poll() is None:
            if first_value(connection.execute(BUILT, (began,))) >= DBT_MODELS:
                os.killpg(child.pid, signal.SIGKILL)
                return
            time.sleep(0.2)


def main() -> None:
    point, arguments = POINTS[sys.argv[1]], json.loads(sys.argv[2])
    if point.module:
        _plant(point)
    getattr(way_in, point.function)(*arguments)


def _plant(point: Point) -> None:
    owner: Any = importlib.import_module(point.module)
    *classes, name = point.name.split(".")
    for each in classes:
        owner = getattr(owner, each)
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def deadly(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < point.nth:
            return real(*args, **options)
        if point.is_after:
            real(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


if __name__ == "__main__":
    main()
