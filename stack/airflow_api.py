"""The few calls of Airflow's REST API that a demonstration needs."""

from __future__ import annotations

from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from stack.instance import ADMIN, Instance

TIMEOUT_SECONDS = 120  # a cold API server on a busy machine takes half a minute
AGAIN = Retry(total=6, backoff_factor=1, status_forcelist=(502, 503, 504), allowed_methods=("GET",), raise_on_status=False)


class AirflowApi:
    """A session with an instance's Airflow, or with the one at a URL, as its admin."""

    def __init__(self, instance: Instance) -> None:
        self._sign_in(instance.url("airflow"), instance.secrets["admin"])

    @classmethod
    def at(cls, url: str, password: str) -> Self:
        api = cls.__new__(cls)
        api._sign_in(url.rstrip("/"), password)
        return api

    def _sign_in(self, url: str, password: str) -> None:
        self.base = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(self.base, HTTPAdapter(max_retries=AGAIN))
        answer = self.session.post(
            f"{self.base}/auth/token", json={"username": ADMIN, "password": password}, timeout=TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.session.request(method, f"{self.base}/api/v2{path}", timeout=TIMEOUT_SECONDS, **arguments)
        answer.raise_for_status()
        return answer.json()

    def dag_ids(self) -> set[str]:
        return {dag["dag_id"] for dag in self._call("GET", "/dags", params={"limit": 100})["dags"]}

    def import_errors(self) -> list[str]:
        return [f"{e['filename']}: {e['stack_trace'][-400:]}" for e in self._call("GET", "/importErrors")["import_errors"]]

    def unpause(self, dag_id: str) -> bool:
        """Whether it was paused. Its file is read again at once: watches on assets begin only then, and the next reading may be minutes away."""
        dag = self._call("GET", f"/dags/{dag_id}")
        if dag["is_paused"]:
            self._call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})
            self._call("PUT", f"/parseDagFile/{dag['file_token']}")
        return dag["is_paused"]

    def trigger(self, dag_id: str) -> None:
        self._call("POST", f"/dags/{dag_id}/dagRuns", json={"logical_date": None})

    def is_asked(self, dag_id: str) -> bool:
        """Whether an asset has news for the DAG that no run has taken up yet."""
        answer = self.session.get(f"{self.base}/api/v2/dags/{dag_id}/assets/queuedEvents", timeout=TIMEOUT_SECONDS)
        if answer.status_code == 404:  # Airflow's word for none
            return False
        answer.raise_for_status()
        return bool(answer.json()["queued_events"])

    def runs(self, dag_id: str, since: str) -> list[dict[str, Any]]:
        """Runs that were queued at or after `since` (ISO 8601), newest first."""
        return [run for run in self._newest_runs(dag_id) if run["queued_at"] >= since]

    def unfinished_runs(self, dag_id: str) -> list[dict[str, Any]]:
        return [run for run in self._newest_runs(dag_id) if run["state"] in ("queued", "running")]

    def _newest_runs(self, dag_id: str) -> list[dict[str, Any]]:
        found = self._call("GET", f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 20})["dag_runs"]
        return [run for run in found if run["queued_at"]]

    def task_states(self, dag_id: str, run_id: str) -> list[tuple[str, int, str]]:
        """Task, map index and state of each task of the run."""
        tasks = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 200})["task_instances"]
        return sorted((task["task_id"], task["map_index"], task["state"] or "") for task in tasks)

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        tasks = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 200})
        return [
            f"{task['task_id']}" + (f" [{task['rendered_map_index']}]" if task.get("rendered_map_index") else "")
            for task in tasks["task_instances"]
            if task["state"] == "failed"
        ]
