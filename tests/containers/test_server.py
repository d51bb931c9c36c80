"""docker-compose.yml, run as it stands: first start, what readers and strangers see, again, a service killed, workers.

The tests run in this order, on one server. They take about ten minutes on two cores; `make test-containers` runs them, nothing else does.
"""

from __future__ import annotations

import re
import subprocess

import pytest
import requests

from tests.containers.server import BACK_SECONDS, DEMO_SECONDS, PROFILES, Server, moment

LONG_RUNNING = {
    "postgres",
    "airflow-api-server",
    "airflow-scheduler",
    "airflow-dag-processor",
    "airflow-triggerer",
    "superset",
    "caddy",
    "kobo",
}
LOADED = """
    select (select count(*) from raw.hr_delivery), (select sum(n_rows) from raw.hr_delivery),
           (select count(*) from raw.kobo_submission), (select release_id from published.release_info)
"""
state: dict[str, object] = {}


@pytest.fixture(scope="session")
def browser(server: Server) -> requests.Session:
    """A session that trusts the certificate authority of this proxy, and no other."""
    root = server.folder / "root.crt"
    root.write_text(server.execute("caddy", "cat", "/data/caddy/pki/authorities/local/root.crt"))
    session = requests.Session()
    session.trust_env, session.verify = False, str(root)
    return session


def sign_in(session: requests.Session, url: str, password: str) -> requests.Response:
    """Fill in the login form that Superset and Airflow share."""
    form = session.get(url)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    assert form.status_code == 200 and token, f"no login form at {form.url}: {form.status_code}"
    fields = {"csrf_token": token[1], "username": "admin", "password": password}
    return session.post(form.url, data=fields, headers={"Referer": form.url})


def airflow(server: Server, browser: requests.Session, method: str, path: str, **arguments) -> dict:
    """One call of Airflow's API behind the proxy, as the admin."""
    login = {"username": "admin", "password": server.secret("admin_password")}
    token = browser.post(f"{server.url}/airflow/auth/token", json=login)
    assert token.status_code == 201, token.text
    headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
    answer = browser.request(method, f"{server.url}/airflow/api/v2{path}", headers=headers, **arguments)
    assert answer.ok, answer.text
    return answer.json()


def test_every_service_is_healthy(server: Server):
    assert [name for name in sorted(LONG_RUNNING) if not server.is_healthy(name)] == []
    ended = {name: server.containers()[name]["State"]["ExitCode"] for name in ("migrate", "migrate-superset")}
    assert ended == {"migrate": 0, "migrate-superset": 0}


def test_the_demonstration_ends_with_a_release(server: Server, page: list[str]):
    server.until("the demonstration", DEMO_SECONDS, lambda: server.containers()["demo"]["State"]["Status"] == "exited")
    demo = server.containers()["demo"]
    said = server.log(demo["Id"]).strip()
    assert demo["State"]["ExitCode"] == 0, said + server.logs()
    server.seconds["demonstration, sources to release"] = _lived(demo)
    page.append(said.splitlines()[-1])


def _lived(entry: dict) -> float:
    return moment(entry["State"]["FinishedAt"]) - moment(entry["State"]["StartedAt"])


def test_the_release_stands_in_the_tables_of_readers_and_nothing_else_does(server: Server, page: list[str]):
    [[cells, indicators]] = server.query("select count(*), count(distinct indicator_code) from published.indicator", "reader_url")
    assert int(cells) > 1000 and int(indicators) > 10
    page.append(f"readers  {cells} cells of {indicators} indicators in published.indicator")
    with pytest.raises(AssertionError, match="does not exist"):
        server.query("select 1 from raw.hr_delivery limit 1", "reader_url")
    for other in ("fieldwork_reader_url", "quality_reader_url"):
        with pytest.raises(AssertionError, match="permission denied for schema published"):
            server.query("select 1 from published.indicator limit 1", other)


def test_the_command_parity_works_on_the_server(server: Server):
    [[release]] = server.query("select release_id from published.release_info", "reader_url")
    said = server.run("--profile", "tools", "run", "--rm", "parity", "release", "list").stdout
    assert re.search(rf"\b{release}\b", said), said
    said = server.run("--profile", "tools", "run", "--rm", "parity", "release", "publish", release).stdout
    assert "is current." in said, said


def test_a_reader_signs_in_behind_the_proxy_and_charts_have_rows(server: Server, browser: requests.Session, page: list[str]):
    first = browser.get(f"{server.url}/")
    assert (first.history[0].status_code, first.history[0].url) == (302, f"{server.url}/")
    assert first.url.startswith(f"{server.url}/login/")
    landed = sign_in(browser, f"{server.url}/login/", server.secret("admin_password"))
    assert landed.status_code == 200 and landed.url == f"{server.url}/superset/welcome/"
    ours = {cookie.name: cookie.secure for cookie in browser.cookies if cookie.name.startswith("parity_")}
    assert ours == {"parity_session": True, "parity_visitor": True}
    dashboard = browser.get(f"{server.url}/superset/dashboard/enabling-environment/")
    assert dashboard.status_code == 200 and dashboard.url.startswith(server.url)
    charts = browser.get(f"{server.url}/api/v1/dashboard/enabling-environment/charts").json()["result"]
    datasets = browser.get(f"{server.url}/api/v1/dashboard/enabling-environment/datasets").json()["result"]
    token = browser.get(f"{server.url}/api/v1/security/csrf_token/").json()["result"]
    query = {
        "datasource": {"id": next(one["id"] for one in datasets if one["table_name"] == "indicator"), "type": "table"},
        "queries": [
            {
                "columns": ["indicator_code", "period_year"],
                "metrics": [{"expressionType": "SQL", "sqlExpression": "count(*)", "label": "n"}],
                "row_limit": 1000,
            }
        ],
    }
    answer = browser.post(f"{server.url}/api/v1/chart/data", json=query, headers={"X-CSRFToken": token, "Referer": server.url})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["result"][0]["data"]
    assert len(rows) > 20 and all(row["n"] > 0 for row in rows)
    page.append(f"proxy    {server.url}: dashboard with {len(charts)} charts, chart data of {len(rows)} rows")


def test_an_engineer_signs_in_to_airflow_behind_the_proxy(server: Server, browser: requests.Session):
    landed = sign_in(browser, f"{server.url}/airflow/auth/login/", server.secret("admin_password"))
    assert landed.status_code == 200 and landed.url == f"{server.url}/airflow/"
    assert browser.get(f"{server.url}/airflow/ui/auth/me").json()["username"] == "admin"
    assert all(cookie.secure for cookie in browser.cookies if cookie.path.startswith("/airflow")), "a cookie without Secure"
    dags = airflow(server, browser, "GET", "/dags")["dags"]
    assert {"ingest_kobo", "ingest_hr", "ingest_reference", "build_warehouse"} <= {dag["dag_id"] for dag in dags}
    wrong = browser.post(f"{server.url}/airflow/auth/token", json={"username": "admin", "password": "wrong"})
    assert wrong.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/execution/health",
        "/airflow/execution/health",
        "/airflow/execution/",
        "/airflow//execution/health",
        "/airflow/%65xecution/health",
        "/airflow/x/../execution/health",
        "/airflow/execution%2fhealth",
    ],
)
def test_the_interface_of_tasks_is_closed_to_strangers(server: Server, browser: requests.Session, path: str):
    assert server.execute("airflow-scheduler", "healthy", "http://airflow-api-server:8080/airflow/execution/health") == ""
    asked = requests.Request("GET", server.url).prepare()
    asked.url = server.url + path
    assert browser.send(asked, allow_redirects=False, verify=browser.verify).status_code == 404


def test_plain_http_only_redirects(server: Server, browser: requests.Session):
    answer = browser.get(f"http://localhost:{server.http}/airflow/x?y=1", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{server.url}/airflow/x?y=1")


def test_only_the_proxy_publishes_ports(server: Server):
    published = {
        name: {port for port, bound in (entry["NetworkSettings"].get("Ports") or {}).items() if bound}
        for name, entry in server.containers().items()
    }
    assert {name: ports for name, ports in published.items() if ports} == {"caddy": {"80/tcp", "443/tcp"}}


def test_databases_have_no_way_out(server: Server):
    networks = {name: set(entry["NetworkSettings"]["Networks"]) for name, entry in server.containers().items()}
    short = {name: {network.split("_")[-1] for network in found} for name, found in networks.items()}
    assert short["postgres"] == {"database"} and short["migrate"] == {"database"}
    assert "outside" not in short["superset"] | short["airflow-dag-processor"] | short["kobo"]


def test_no_secret_is_seen_from_outside(server: Server):
    values = {path.name: path.read_text() for path in (server.folder / "deploy" / "secrets").iterdir()}
    values |= {f"{name}'s password": found[1] for name, url in values.items() if (found := re.search(r"://[^:]*:([^@]+)@", url))}
    seen = {name: str(entry) for name, entry in server.containers().items()}
    seen["processes"] = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    seen |= {f"log of {name}": server.log(entry["Id"]) for name, entry in server.containers().items()}
    assert [(name, where) for name, value in values.items() for where, text in seen.items() if value in text] == []


def test_nothing_runs_as_root_but_the_proxy_and_nothing_may_become_root(server: Server):
    users = {
        name: server.ask_engine("exec", entry["Id"], "id", "-u").strip()
        for name, entry in server.containers().items()
        if entry["State"]["Status"] == "running" and name not in ("caddy", "postgres")
    }
    assert set(users.values()) == {"10001"}, users
    assert server.execute("postgres", "stat", "-c", "%U", "/var/lib/postgresql/18/docker").strip() == "postgres"
    for name, entry in server.containers().items():
        assert any("no-new-privileges" in option for option in entry["HostConfig"]["SecurityOpt"]), name


def test_the_proxy_finds_its_configuration_valid(server: Server):
    server.execute("caddy", "caddy", "validate", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")


def test_down_and_up_again_keeps_the_release_and_loads_nothing_twice(server: Server, page: list[str]):
    [state["loaded"]] = server.query(LOADED)
    server.run("down")
    assert server.containers() == {}
    server.up("up again, with data")
    server.until("the demonstration", DEMO_SECONDS, lambda: server.containers()["demo"]["State"]["Status"] == "exited")
    assert server.containers()["demo"]["State"]["ExitCode"] == 0, server.logs()
    assert server.query(LOADED) == [state["loaded"]]
    files, rows, submissions, release = state["loaded"]
    page.append(f"again    release {release}, {files} staff files of {rows} rows, {submissions} submissions, as before")


@pytest.mark.parametrize("name", ["superset", "airflow-scheduler"])
def test_a_service_that_dies_comes_back(server: Server, name: str):
    before = server.containers()[name]["State"]["Pid"]
    # From within, as engines take their own `kill` for a wish: Docker would leave the container ended.
    server.execute(name, "sh", "-c", "kill -9 -1", check=False)

    def is_back() -> bool:
        return server.containers()[name]["State"]["Pid"] not in (0, before) and server.is_healthy(name)

    server.seconds[f"{name} killed, until healthy again"] = server.until(name, BACK_SECONDS, is_back)


def test_with_the_celery_profile_a_run_of_a_dag_is_the_work_of_a_worker(
    server: Server, browser: requests.Session, page: list[str]
):
    server.init("--celery")
    server.run("down", profiles=PROFILES)  # podman-compose loses a container where `up` has to make most of them again
    server.up("up with two Celery workers")
    workers = {
        entry["Config"]["Hostname"]: name for name, entry in server.containers().items() if name.startswith("airflow-worker")
    }
    assert len(workers) == 2
    run = airflow(server, browser, "POST", "/dags/ingest_reference/dagRuns", json={"logical_date": None})["dag_run_id"]
    path = f"/dags/ingest_reference/dagRuns/{run}"

    def has_ended() -> bool:
        return airflow(server, browser, "GET", path)["state"] in ("success", "failed")

    server.seconds["a run of ingest_reference on workers"] = server.until("ingest_reference", BACK_SECONDS, has_ended)
    assert airflow(server, browser, "GET", path)["state"] == "success"
    tasks = airflow(server, browser, "GET", f"{path}/taskInstances")["task_instances"]
    hosts = {task["hostname"] for task in tasks if task["state"] == "success"}
    assert hosts and hosts <= set(workers)
    page.append(f"celery   {len(tasks)} tasks of ingest_reference on {', '.join(sorted(workers[host] for host in hosts))}")
