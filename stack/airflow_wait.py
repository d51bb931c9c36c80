"""Waiting for Airflow: as long as something moves, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from stack.airflow_api import AirflowApi
from stack.control import StackError

STILL_SECONDS = 600
LOOK_SECONDS = 5


class Movement:
    """Raises StackError with `sentence` when what is looked at has stayed the same for a while."""

    def __init__(self, sentence: str, seconds: float = STILL_SECONDS) -> None:
        self.sentence, self.seconds = sentence, seconds
        self.seen: object = None
        self.moved_at = time.monotonic()

    def look(self, seen: object) -> None:
        if seen != self.seen:
            self.seen, self.moved_at = seen, time.monotonic()
        elif time.monotonic() - self.moved_at > self.seconds:
            raise StackError(self.sentence)


def log_bytes(*folders: Path) -> int:
    """The size of all files below: logs grow while somebody works."""
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def wait_for_dags(api: AirflowApi, wanted: set[str], home: Path) -> None:
    """Wait until Airflow has read the DAG files. Raises StackError where one is faulty."""
    movement = Movement(f"Airflow does not read the DAG files: see {home / 'logs' / 'airflow-dag-processor.log'}.")
    while not wanted <= (known := api.dag_ids()):
        if errors := api.import_errors():
            raise StackError(f"Airflow cannot read a DAG file: {errors[0]}")
        movement.look((known, log_bytes(home / "airflow" / "logs", home / "logs")))
        time.sleep(1)


def wait_for_run(api: AirflowApi, dag: str, since: str, home: Path, tell: Callable[[str], None]) -> str | None:
    """Wait for the runs of `dag` since then; None, or a sentence about what failed."""
    movement = Movement(
        f"{dag} makes no progress: open it in Airflow, which says at which task it is. `make demo` waits for it again."
    )
    looked_at = 0.0
    while True:
        runs = api.runs(dag, since)
        if runs and all(run["state"] in ("success", "failed") for run in runs):
            break
        if time.monotonic() - looked_at > LOOK_SECONDS:
            looked_at = time.monotonic()
            states = [api.task_states(dag, run["dag_run_id"]) for run in runs]
            movement.look((states, log_bytes(home / "airflow" / "logs", home / "dbt" / "logs")))
        time.sleep(1)
    newest = runs[0]
    if newest["state"] == "success":
        tell(f"{dag} succeeded")
        return None
    tasks = ", ".join(api.failed_tasks(dag, newest["dag_run_id"]))
    tell(f"{dag} FAILED at {tasks}")
    return f"{dag} failed at {tasks}: its log in Airflow says why and what to mend."
