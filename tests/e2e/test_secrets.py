"""No secret of an instance stands where somebody but its owner may read it: process lists, logs, databases, APIs, files."""

from __future__ import annotations

import json
import os
import pwd
import stat
import subprocess
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from publication.superset import SupersetClient
from stack.airflow_api import AirflowApi
from stack.control import status
from stack.instance import ADMIN
from stack.postgres import binary


@pytest.fixture(scope="session")
def secrets(demo) -> dict[str, str]:
    """Every secret by name, as it is and as a URL spells it, the keys of staff numbers included."""
    known = dict(demo.instance.secrets)
    for path in (demo.instance.home / "secrets" / "hr").glob("*.json"):
        known |= {f"hr key of {path.stem}": key for key in json.loads(path.read_text()).values()}
    assert len(known) > 12
    return known | {f"{name} (in a URL)": quote(value, safe="") for name, value in known.items()}


def found_in(text: str, secrets: dict[str, str]) -> list[str]:
    return sorted(name for name, value in secrets.items() if value in text)


def test_no_command_line_ever_showed_a_secret(demo, secrets):
    lines = demo.command_lines
    assert any("cli.setup" in line for line in lines) and any("superset/migrate.py" in line for line in lines)
    assert found_in("\n".join(lines), secrets) == []


def test_no_log_holds_a_secret(demo, secrets):
    home = demo.instance.home
    logs = [path for folder in ("logs", "airflow/logs", "dbt") for path in (home / folder).rglob("*") if path.is_file()]
    assert len(logs) > 30
    found = {str(path.relative_to(home)): found_in(path.read_text(errors="replace"), secrets) for path in logs}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize("database", ["parity", "parity_readers", "airflow", "superset"])
def test_no_database_holds_a_secret_in_clear(demo, secrets, database):
    """XCom, rendered fields, audit logs and connections are rows of Airflow's database."""
    dumped = subprocess.run(
        [binary("pg_dump"), "-h", "127.0.0.1", "-p", str(demo.instance.ports["postgres"]), "-U", "postgres", database],
        env={**os.environ, "PGPASSWORD": demo.instance.secrets["postgres"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tables = {
        "parity": "raw.hr_staff",
        "parity_readers": "published.indicator",
        "airflow": "public.xcom",
        "superset": "public.dbs",
    }
    assert f"COPY {tables[database]} " in dumped
    assert found_in(dumped, secrets) == []


def test_no_api_of_airflow_tells_a_secret(demo, secrets):
    api = AirflowApi(demo.instance)
    answers = {path: json.dumps(api._call("GET", path)) for path in ("/connections", "/variables", "/dags", "/eventLogs")}
    runs = api._call("GET", "/dags/build_warehouse/dagRuns")["dag_runs"]
    base = f"/dags/build_warehouse/dagRuns/{runs[0]['dag_run_id']}/taskInstances"
    answers["tasks and their rendered fields"] = json.dumps(api._call("GET", base))
    answers["xcom"] = json.dumps(api._call("GET", f"{base}/changes/xcomEntries"))
    assert '"readers"' in answers["/connections"] and "gate_raw" in answers["tasks and their rendered fields"]
    assert {path: found for path, text in answers.items() if (found := found_in(text, secrets))} == {}


def test_no_api_of_superset_tells_a_secret(demo, secrets):
    client = SupersetClient(demo.instance.url("superset"), ADMIN, demo.instance.secrets["admin"])
    listed = client.call("GET", "/database/", "")
    told = json.dumps([listed, *(client.call("GET", f"/database/{entry['id']}/connection", "") for entry in listed["result"])])
    assert "superset_reader" in told
    assert found_in(told, secrets) == []


def test_other_users_of_the_machine_read_no_file_of_the_instance(demo):
    home = demo.instance.home
    children = [path for path in home.iterdir() if not path.name.startswith("postgres")]
    assert {"secrets", "drop", "landing", "samples", "logs", "kobo.sqlite"} <= {path.name for path in children}
    open_to_others = [path.name for path in children if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 100
    if os.geteuid() != 0:
        return  # the folder itself lets nobody pass; where it belongs to root, the attempt of others shows what they reach
    nobody = pwd.getpwnam("nobody")
    tried = subprocess.run(
        ["sh", "-c", 'while read -r path; do head -c 1 "$path" >/dev/null 2>&1 && echo "$path"; done; true'],
        input="\n".join(map(str, files)),
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    assert tried.stdout.split() == []


def test_the_services_listen_on_no_socket_outside_of_the_instance(demo):
    report = status(demo.instance)["services"]
    family = [
        member
        for entry in report.values()
        if entry["pid"]
        for member in (psutil.Process(entry["pid"]), *psutil.Process(entry["pid"]).children(recursive=True))
    ]
    sockets = {
        Path(connection.laddr)
        for process in family
        for connection in process.net_connections("unix")
        if isinstance(connection.laddr, str) and connection.laddr.startswith("/")
    }
    assert [path for path in sockets if demo.instance.home not in path.parents and not str(path).startswith("/tmp/pymp-")] == []
    listening = {c.laddr.ip for process in family for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
