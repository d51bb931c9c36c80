"""The scheduler of the running demonstration: no news is lost while a build runs, a build without change is short, and what arrives is soon in a candidate."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time

import psutil
import pytest
import requests

from stack.airflow_api import AirflowApi
from tests.e2e.airflow_desk import consumed, finish, send_event, start, state, until

BUILD = "build_warehouse"
SHORT_SECONDS, FILE_SECONDS, SUBMISSION_SECONDS = 20, 600, 900


@pytest.fixture(scope="module")
def api(demo) -> AirflowApi:
    return AirflowApi(demo.instance)


def quiet(api: AirflowApi) -> None:
    """Wait until no build runs or is asked for."""
    until(lambda: not api.unfinished_runs(BUILD) and not api.is_asked(BUILD), 1200, "the builds end")


def runs_after(api: AirflowApi, run_id: str) -> list[dict]:
    """The builds that were queued after that one, the oldest first."""
    [own] = [run for run in api._newest_runs(BUILD) if run["dag_run_id"] == run_id]
    return sorted(
        (run for run in api._newest_runs(BUILD) if run["queued_at"] > own["queued_at"]), key=lambda run: run["queued_at"]
    )


@pytest.mark.long
def test_a_build_without_change_is_short(api):
    quiet(api)
    finish(api, BUILD, start(api, BUILD))  # what a test before left to do
    took = []
    for _ in range(3):
        quiet(api)
        began = time.monotonic()
        assert finish(api, BUILD, start(api, BUILD)) == "success"
        took.append(time.monotonic() - began)
    assert min(took) < SHORT_SECONDS, took


@pytest.mark.long
@pytest.mark.parametrize("news", [["raw_hr"], ["raw_kobo", "raw_hr"], ["raw_hr", "raw_kobo", "raw_hr"]], ids=len)
def test_news_that_come_while_a_build_runs_start_one_more_after_it_and_none_is_lost(api, news):
    quiet(api)
    running = start(api, BUILD, force=True)
    until(lambda: state(api, BUILD, running) == "running", 120, "the build runs")
    for asset in news:
        time.sleep(2)
        send_event(api, asset)
    sent = now()
    assert state(api, BUILD, running) == "running", "it was over before the news came"
    assert not runs_after(api, running) or all(run["state"] == "queued" for run in runs_after(api, running))
    assert finish(api, BUILD, running) == "success"
    [next_run, *others] = until(lambda: runs_after(api, running), 120, "another build begins")
    assert others == [] and next_run["run_type"] == "asset_triggered"
    # Airflow names the second event of one asset with the run after; what matters is that a run begins after the last.
    assert set(consumed(api, BUILD, next_run["dag_run_id"])) == set(news)
    assert next_run["start_date"] > sent
    assert finish(api, BUILD, next_run["dag_run_id"]) == "success"
    [own] = [run for run in api._newest_runs(BUILD) if run["dag_run_id"] == running]
    [later] = [run for run in api._newest_runs(BUILD) if run["dag_run_id"] == next_run["dag_run_id"]]
    assert later["start_date"] >= own["end_date"]


def candidate_since(api: AirflowApi, since: str) -> str | None:
    """When a build that began since then had its candidate."""
    for run in reversed(api.runs(BUILD, since)):
        states = {task: state for task, _, state in api.task_states(BUILD, run["dag_run_id"])}
        if states.get("candidate") == "success":
            return run["dag_run_id"]
    return None


def now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.long
@pytest.mark.changes_the_demonstration
def test_a_staff_file_is_in_a_candidate_ten_minutes_after_it_arrived(demo, api):
    folder = demo.instance.home / "drop" / "hr" / "tha_pol"
    newest = max(folder.glob("THA-POL_synthetic_*.csv"))
    lines = newest.read_bytes().split(b"\r\n")
    quiet(api)
    began, since = time.monotonic(), now()
    (folder / "clock.csv").write_bytes(b"\r\n".join([*lines[:-3], *lines[-2:]]))  # one row less: another content
    until(lambda: candidate_since(api, since), FILE_SECONDS, "the file is in a candidate")
    print(f"from drop to candidate: {time.monotonic() - began:.0f} s")


@pytest.mark.long
@pytest.mark.changes_the_demonstration
def test_a_submission_is_in_a_candidate_fifteen_minutes_after_it_was_sent(demo, api):
    session = requests.Session()
    session.headers["Authorization"] = f"Token {demo.instance.secrets['kobo_token']}"
    base = f"{demo.instance.url('kobo')}/api/v2/assets"
    [form] = [each for each in session.get(f"{base}/", timeout=60).json()["results"] if "culture" in each["name"].lower()]
    [one] = session.get(f"{base}/{form['uid']}/data/", params={"limit": 1}, timeout=60).json()["results"]
    quiet(api)
    began, since = time.monotonic(), now()
    session.post(f"{base}/{form['uid']}/data/{one['_id']}/duplicate/", timeout=60).raise_for_status()
    until(lambda: candidate_since(api, since), SUBMISSION_SECONDS, "the submission is in a candidate")
    print(f"from submission to candidate: {time.monotonic() - began:.0f} s")


@pytest.mark.long
@pytest.mark.changes_the_demonstration
def test_what_came_while_no_trigger_was_there_is_loaded_and_a_refused_file_fires_once(demo, api):
    folder = demo.instance.home / "drop" / "hr" / "idn_imm"
    since = now()
    services = json.loads(demo.parity("status", "--json"))["services"]
    psutil.Process(services["airflow-triggerer"]["pid"]).kill()
    (folder / "broken.xlsx").write_bytes(b"this is no workbook")
    by_watch = until(
        lambda: [run for run in api.runs("ingest_hr", since) if run["run_type"] == "asset_triggered"],
        300,
        "the watch sees the file",
    )
    assert finish(api, "ingest_hr", by_watch[0]["dag_run_id"]) == "failed"
    aside = folder / "refused" / "broken.xlsx"
    assert aside.exists() and "broken.xlsx" in aside.with_name("broken.xlsx.why.txt").read_text()
    assert "Refused: idn_imm/broken.xlsx" in demo.parity("status")
    time.sleep(90)  # three looks
    assert len([run for run in api.runs("ingest_hr", since) if run["run_type"] == "asset_triggered"]) == 1
    again = start(api, "ingest_hr")
    assert finish(api, "ingest_hr", again) == "success"
    shutil.rmtree(folder / "refused")
