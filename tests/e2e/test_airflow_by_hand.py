"""Airflow driven by hand in the running demonstration: each DAG by `airflow dags test` and with its parameters, backfills, and the Test of each connection."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import psycopg
import pytest

from stack.airflow_api import AirflowApi
from stack.instance import ADMIN
from tests.e2e.airflow_desk import airflow, finish, paused, start, until
from tests.e2e.test_dashboard import CHROMIUM, FLAGS

DAGS = {
    "ingest_reference": {"contract": "unsd_police"},
    "ingest_kobo": {"form": "workplace_culture", "scan": True},
    "ingest_hr": {"contract": "tha_pol", "period": "2026"},
    "reconcile_kobo": {"form": "fact_finding", "scan": False},
    "build_warehouse": {},
}
WRONG = {
    "ingest_reference": {"contract": "unsd"},
    "ingest_kobo": {"form": "culture"},
    "ingest_hr": {"period": "March"},
    "reconcile_kobo": {"form": "facts"},
    "build_warehouse": {"full_refresh": "perhaps"},
}
CONNECTIONS = {
    "warehouse": "Its tables are those of migration",
    "readers": "Readers see release",
    "landing": "read back and deleted",
    "superset": "Signed in to Superset",
    "kobo": "Connected as owner",
}


@pytest.fixture(scope="module")
def api(demo) -> AirflowApi:
    return AirflowApi(demo.instance)


@pytest.mark.parametrize("dag", DAGS)
def test_each_dag_runs_by_dags_test_with_its_parameters(demo, api, dag):
    with paused(
        api, dag
    ):  # as docs/how-to/run-the-dags.md says: else the scheduler drives the same run, and the database ends one of them
        done = airflow(demo.instance, "dags", "test", dag, "-c", json.dumps(DAGS[dag]))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "state=success" in done.stdout + done.stderr or "'success'" in done.stdout + done.stderr


@pytest.mark.parametrize("dag", DAGS)
def test_a_parameter_that_names_nothing_is_refused_before_anything_runs(demo, dag):
    done = airflow(demo.instance, "dags", "trigger", dag, "-c", json.dumps(WRONG[dag]))
    [name] = WRONG[dag]
    assert done.returncode != 0
    assert f"Invalid input for param {name}" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("dag", "words"),
    [
        ("ingest_kobo", "does not allow backfill runs"),
        ("reconcile_kobo", "does not allow backfill runs"),
        ("ingest_reference", "does not allow backfill runs"),
        ("build_warehouse", "non-periodic schedule that does not support backfills"),
    ],
)
def test_a_backfill_that_would_mean_nothing_is_refused(demo, dag, words):
    days = ("--from-date", "2026-03-01", "--to-date", "2026-03-02")
    done = airflow(demo.instance, "backfill", "create", "--dag-id", dag, *days)
    assert done.returncode != 0 and words in done.stdout + done.stderr


def test_a_backfill_of_staff_files_runs_once_for_each_day(demo, api):
    days = ("--from-date", "2026-03-01", "--to-date", "2026-03-02")
    done = airflow(demo.instance, "backfill", "create", "--dag-id", "ingest_hr", *days)
    assert done.returncode == 0, done.stdout + done.stderr

    def ended():
        found = api._call("GET", "/dags/ingest_hr/dagRuns", params={"run_type": "backfill", "limit": 100})["dag_runs"]
        return [run["state"] for run in found if run["state"] in ("success", "failed")]

    assert until(lambda: len(ended()) == 2 and ended(), 600, "two runs end") == ["success"] * 2


@pytest.mark.parametrize("name", CONNECTIONS)
def test_the_test_of_each_connection_works_on_the_command_line(demo, name):
    done = airflow(demo.instance, "connections", "test", name)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "Connection success!" in said, said
    assert not [secret for secret in demo.instance.secrets.values() if len(secret) > 8 and secret in said]


@pytest.mark.parametrize("name", CONNECTIONS)
def test_no_secret_of_a_connection_is_in_clear(demo, api, name):
    shown = json.dumps(api._call("GET", f"/connections/{name}"))
    with psycopg.connect(demo.instance.secret_values["airflow_database_url"].replace("+psycopg2", "")) as connection:
        [[row, is_encrypted]] = connection.execute(
            "select cast(to_jsonb(found) as text), found.password is null or found.is_encrypted from connection as found where conn_id = %s",
            (name,),
        ).fetchall()
    assert is_encrypted
    assert not [secret for secret in demo.instance.secrets.values() if len(secret) > 8 and (secret in shown or secret in row)]


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium runs this test")
def test_the_test_buttons_work_in_a_browser(demo):
    playwright = pytest.importorskip("playwright.sync_api")
    kept = Path(demo.instance.home / "run" / "screenshots")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{demo.instance.url('airflow')}/auth/login", timeout=120_000)
        page.fill("input[name=username]", ADMIN)
        page.fill("input[name=password]", demo.instance.secrets["admin"])
        page.click("button[type=submit]")
        page.wait_for_url("**/", timeout=120_000)
        page.goto(f"{demo.instance.url('airflow')}/connections?limit=50", timeout=120_000)
        for name in CONNECTIONS:
            row = page.locator("tr", has=page.get_by_text(name, exact=True))
            with page.expect_response(lambda answer: answer.url.endswith("/connections/test"), timeout=120_000) as answer:
                row.get_by_role("button", name="Test Connection").click()
            said = answer.value.json()
            assert said["status"] is True and CONNECTIONS[name] in said["message"], (name, said)
        kept.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=kept / "connections.png")
        browser.close()


@pytest.mark.long
def test_a_build_that_is_asked_to_be_whole_builds_every_model_and_publishes_nothing_new(demo, api):
    before = demo.parity("release", "list", "--json")
    began = time.monotonic()
    assert finish(api, "build_warehouse", start(api, "build_warehouse", full_refresh=True)) == "success"
    whole = time.monotonic() - began
    assert demo.parity("release", "list", "--json") == before
    began = time.monotonic()
    assert finish(api, "build_warehouse", start(api, "build_warehouse")) == "success"
    assert time.monotonic() - began < whole


def test_the_landing_says_what_it_could_not_do(demo, api):
    folder = demo.instance.home / "run" / "a-file"
    folder.write_text("no folder")
    body = {"connection_id": "elsewhere", "conn_type": "parity_landing", "host": str(folder)}
    said = api._call("POST", "/connections/test", json=body)
    assert said["status"] is False and "cannot be written to" in said["message"]
    shutil.rmtree(folder, ignore_errors=True)
