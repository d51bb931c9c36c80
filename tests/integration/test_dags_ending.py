"""The end of every ingest DAG, run by Airflow itself: what is red, what is retried, what the asset event says."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

DAG_FILE = """
import os

from airflow.sdk import dag, task

from dags.common import INGEST, RAW_HR
from dags.ending import end_with_report
from dags.steps.refusal import no_retry_for


@dag(dag_id="three_files", **INGEST)
def three_files():
    @task
    def list_files():
        with no_retry_for(OSError):
            if os.environ["CASE"] == "list fails":
                raise OSError("no drop folder")
        return [] if os.environ["CASE"] == "empty" else [{"name": "a"}, {"name": "b"}, {"name": "c"}]

    @task(map_index_template="{{ task.op_kwargs['file']['name'] }}")
    def load_file(file):
        with no_retry_for(ValueError):
            if file["name"] == "b":
                raise ValueError("b.csv: not cp874")
        return {"name": file["name"], "n_rows": 3}

    files = list_files()
    end_with_report(RAW_HR, files, load_file.expand(file=files))


three_files()
"""


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("airflow")
    (home / "dags").mkdir()
    (home / "dags" / "three_files.py").write_text(DAG_FILE, encoding="utf-8")
    airflow(home, "db", "migrate").check_returncode()
    return home


def airflow(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        **variables,
    }
    command = [sys.executable, "-m", "airflow", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)


def run(home: Path, case: str) -> tuple[int, dict[str, str], dict]:
    """Exit code, the state of each task (a mapped one by its name) after one attempt, and the asset event's extra."""
    done = airflow(home, "dags", "test", "three_files", CASE=case)
    with sqlite3.connect(home / "airflow.db") as database:
        [[run_id]] = database.execute("select run_id from dag_run order by id desc limit 1")
        rows = database.execute(
            "select coalesce(rendered_map_index, task_id), state, try_number from task_instance where run_id = ?",
            [run_id],
        ).fetchall()
        [[extra]] = database.execute("select extra from asset_event where source_run_id = ?", [run_id])
    assert max(tries for _, _, tries in rows) == 1, "bad data was tried again"
    return done.returncode, {name: state for name, state, _ in rows}, json.loads(extra)


def test_one_file_fails__the_others_load_and_the_leaf_is_red(airflow_home):
    code, states, extra = run(airflow_home, "one fails")
    assert code == 1
    assert states == {
        "list_files": "success",
        "a": "success",
        "b": "failed",
        "c": "success",
        "report": "success",
        "all_sources_loaded": "failed",
    }
    assert (extra["failed"], extra["totals"]) == (["b"], {"n_rows": 6})


def test_nothing_to_load__the_report_still_tells_the_build(airflow_home):
    code, states, extra = run(airflow_home, "empty")
    assert code == 0
    assert (states["load_file"], states["report"], states["all_sources_loaded"]) == ("skipped", "success", "success")
    assert extra["n_sources"] == 0


def test_the_list_fails__the_leaf_is_red_and_the_build_goes_on_with_what_was_loaded(airflow_home):
    code, states, extra = run(airflow_home, "list fails")
    assert code == 1
    assert (states["list_files"], states["report"], states["all_sources_loaded"]) == ("failed", "success", "failed")
    assert extra["is_listed"] is False
