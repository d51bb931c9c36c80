"""What tests of the running Airflow share: its command line with the scheduler's own environment, and events of assets sent by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stack.airflow_api import AirflowApi
from stack.instance import Instance

REPOSITORY = Path(__file__).parents[2]


def airflow(instance: Instance, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command `airflow` as an engineer runs it next to the scheduler."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "airflow", *arguments],
        env={**os.environ, **instance.environment("airflow-scheduler"), "COLUMNS": "400"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def until(found: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `found` gives once it gives something. Fails when the time is over."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"{what}: not after {seconds:.0f} s"
        time.sleep(0.5)
    return answer


@contextmanager
def paused(api: AirflowApi, dag: str) -> Iterator[None]:
    """The scheduler starts no run of the DAG meanwhile, and drives none."""
    api._call("PATCH", f"/dags/{dag}", json={"is_paused": True})
    try:
        yield
    finally:
        api.unpause(dag)


def send_event(api: AirflowApi, asset: str) -> None:
    """News of an asset, as the report of an ingest DAG sends them."""
    [found] = [each for each in api._call("GET", "/assets", params={"limit": 100})["assets"] if each["name"] == asset]
    api._call("POST", "/assets/events", json={"asset_id": found["id"], "extra": {}})


def consumed(api: AirflowApi, dag: str, run_id: str) -> list[str]:
    """The assets whose events started the run, one for each event."""
    events = api._call("GET", f"/dags/{dag}/dagRuns/{run_id}/upstreamAssetEvents")["asset_events"]
    return sorted(event["name"] for event in events)


def start(api: AirflowApi, dag: str, **conf: Any) -> str:
    """The number of a run that was started by hand with these parameters."""
    return api._call("POST", f"/dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf})["dag_run_id"]


def state(api: AirflowApi, dag: str, run_id: str) -> str:
    return api._call("GET", f"/dags/{dag}/dagRuns/{run_id}")["state"]


def finish(api: AirflowApi, dag: str, run_id: str, seconds: float = 1200) -> str:
    """The run's state at its end."""
    return until(lambda: (found := state(api, dag, run_id)) in ("success", "failed") and found, seconds, f"{dag} ends")
