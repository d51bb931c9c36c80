"""What a push sends to Superset and what it deletes there, against a server that keeps dashboards and charts as Superset does."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml

from publication.superset import SupersetClient, SupersetError, await_server, bundle, push

READERS = "postgresql://charts:se/cret@db:5432/readers"
CHART, DASHBOARD = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


class Kept(BaseHTTPRequestHandler):
    """Answers of Superset's API; what it was asked stands in `server.asked`."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(("POST", self.path, self.headers, body))
        if self.path == "/api/v1/security/login":
            self.answer(200 if json.loads(body)["password"] == "right" else 401, {"access_token": "token-7"})
        else:
            signed_in = self.headers["Authorization"] == "Bearer token-7" and self.headers["X-CSRFToken"] == "csrf-7"
            self.answer(200 if signed_in and self.headers["Referer"] == self.server.address else 403, {"message": "OK"})

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.server.asked.append(("GET", asked.path, self.headers, asked.query))
        if asked.path == "/health":
            self.answer(self.server.health.pop(0) if self.server.health else 200, {})
        elif asked.path == "/api/v1/security/csrf_token/":
            self.answer(200, {"result": "csrf-7"})
        else:
            kind, query = asked.path.split("/")[3], json.loads(parse_qs(asked.query)["q"][0])
            found = [{name: entry.get(name) for name in query["columns"]} for entry in self.server.there[kind]]
            self.answer(200, {"result": found[: query["page_size"]]})

    def do_DELETE(self) -> None:
        self.server.asked.append(("DELETE", self.path, self.headers, b""))
        self.answer(200, {"message": "OK"})

    def answer(self, code: int, content: dict) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *arguments: object) -> None:
        pass


class Superset(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Kept)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[tuple] = []
        self.health: list[int] = []
        self.there: dict[str, list[dict]] = {"dashboard": [], "chart": []}

    def asked_for(self, method: str) -> list[str]:
        return [path for asked, path, *_ in self.asked if asked == method]


@pytest.fixture
def server() -> Iterator[Superset]:
    with Superset() as superset:
        threading.Thread(target=superset.serve_forever, args=(0.01,), daemon=True).start()
        yield superset
        superset.shutdown()


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    for name, content in {
        "metadata.yaml": {"version": "1.0.0", "type": "assets"},
        "databases/parity.yaml": {"database_name": "Parity", "sqlalchemy_uri": "postgresql://nowhere"},
        "datasets/parity/indicator.yaml": {"table_name": "indicator", "description": "หญิง"},
        "charts/share.yaml": {"slice_name": "Share", "uuid": CHART},
        "dashboards/first.yaml": {"dashboard_title": "First", "uuid": DASHBOARD},
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return tmp_path


def unpacked(content: bytes) -> dict[str, dict]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}


def test_the_bundle_holds_every_file_and_the_readers_address_in_the_database_alone(assets):
    found = unpacked(bundle(assets, READERS))
    assert sorted(found) == [
        "assets/charts/share.yaml",
        "assets/dashboards/first.yaml",
        "assets/databases/parity.yaml",
        "assets/datasets/parity/indicator.yaml",
        "assets/metadata.yaml",
    ]
    assert found["assets/databases/parity.yaml"]["sqlalchemy_uri"] == READERS.replace("postgresql:", "postgresql+psycopg2:")
    assert [name for name, content in found.items() if "sqlalchemy_uri" in content] == ["assets/databases/parity.yaml"]


def test_charts_and_dashboards_are_marked_as_ours_and_nothing_else_is(assets):
    found = unpacked(bundle(assets, READERS))
    marked = {name: content["certified_by"] for name, content in found.items() if "certified_by" in content}
    assert marked == {"assets/charts/share.yaml": "Parity", "assets/dashboards/first.yaml": "Parity"}


def test_words_of_other_scripts_go_into_the_bundle_as_they_are(assets):
    with zipfile.ZipFile(io.BytesIO(bundle(assets, READERS))) as archive:
        assert "หญิง" in archive.read("assets/datasets/parity/indicator.yaml").decode()


def test_a_push_signs_in_as_the_user_and_imports_the_bundle_in_one_call(server, assets):
    push(assets, f"{server.address}/", "parity", "right", READERS)
    assert server.asked_for("POST") == ["/api/v1/security/login", "/api/v1/assets/import/"]
    (_, _, _, login), (_, _, headers, body) = [asked for asked in server.asked if asked[0] == "POST"]
    assert json.loads(login) == {"username": "parity", "password": "right", "provider": "db", "refresh": True}
    assert headers["Content-Type"].startswith("multipart/form-data") and b'filename="assets.zip"' in body
    assert bundle(assets, READERS)[:30] in body and b"passwords" not in body


def test_only_what_was_pushed_once_and_is_dropped_now_is_deleted(server, assets):
    """Of two charts and two dashboards of ours, those that are still kept stay; what an analyst made stays, too."""
    for kind, kept in (("dashboard", DASHBOARD), ("chart", CHART)):
        server.there[kind] = [
            {"id": 1, "uuid": kept, "certified_by": "Parity"},
            {"id": 2, "uuid": "dropped", "certified_by": "Parity"},
            {"id": 3, "uuid": "an-analysts", "certified_by": None},
            {"id": 4, "uuid": "an-agencys", "certified_by": "Statistics office"},
            {"id": 5, "uuid": "dropped-too", "certified_by": "Parity"},
        ]
    push(assets, server.address, "parity", "right", READERS)
    assert server.asked_for("DELETE") == [f"/api/v1/{kind}/{n}" for kind in ("dashboard", "chart") for n in (2, 5)]


def test_what_is_dropped_is_looked_for_among_a_thousand(server, assets):
    """Superset gives 1,000 entries at the most, and 20 where nobody asks for more."""
    server.there["chart"] = [{"id": n, "uuid": f"dropped-{n}", "certified_by": "Parity"} for n in range(30)]
    push(assets, server.address, "parity", "right", READERS)
    assert len(server.asked_for("DELETE")) == 30
    sizes = {json.loads(parse_qs(query)["q"][0])["page_size"] for _, path, _, query in server.asked if path == "/api/v1/chart/"}
    assert sizes == {1000}


def test_a_password_that_is_refused_is_said_with_the_place_to_mend_it(server, assets):
    with pytest.raises(SupersetError, match=r"POST /security/login answered 401: .*Check login and password of the connection"):
        push(assets, server.address, "parity", "wrong", READERS)
    assert server.asked_for("POST") == ["/api/v1/security/login"]


def test_a_server_that_is_not_there_is_said_without_a_stack_of_errors(server):
    client = SupersetClient(server.address, "parity", "right")
    client.url = "http://127.0.0.1:1"
    with pytest.raises(
        SupersetError, match=r"Superset at http://127\.0\.0\.1:1 did not answer \(ConnectionError\)\. Is it running\?"
    ):
        client.call("GET", "/chart/", "Look.")


def test_the_environments_proxies_are_not_asked(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    assert SupersetClient(server.address, "parity", "right").session.headers["X-CSRFToken"] == "csrf-7"
    await_server(server.address, seconds=0)


def test_cookies_of_a_server_with_tls_stay_for_tls_alone(server):
    """Only on the network behind a proxy do cookies go without."""
    client = SupersetClient(server.address, "parity", "right")
    client.session.cookies.set("session", "1", secure=True)
    client.url = "https://127.0.0.1:1"
    with pytest.raises(SupersetError):
        client.call("GET", "/chart/", "Look.")
    assert [cookie.secure for cookie in client.session.cookies] == [True]


def test_every_call_ends_in_time(server, monkeypatch):
    waited = []
    ask = requests.Session.request

    def noted(session: requests.Session, method: str, url: str, **more: object) -> requests.Response:
        waited.append(more.get("timeout"))
        return ask(session, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", noted)
    SupersetClient(server.address, "parity", "right")
    await_server(server.address)
    assert waited == [120, 120, 120]


def test_a_server_that_is_starting_is_waited_for(server):
    server.health = [503, 502]
    await_server(f"{server.address}/", seconds=60, pause=0.01)
    assert server.asked_for("GET") == ["/health"] * 3


def test_a_server_that_does_not_start_in_time_is_said_with_its_last_answer_and_what_is_left_to_do(server):
    server.health = [503] * 1000
    with pytest.raises(
        SupersetError, match=r"is not up after 0 s \(answer 503\)\. Start it, then clear this task: the release is"
    ):
        await_server(server.address, seconds=0.05, pause=0.01)
    assert 1 < len(server.asked_for("GET")) < 100
    with pytest.raises(SupersetError, match=r"\(ConnectionError\)"):
        await_server("http://127.0.0.1:1", seconds=0, pause=0)
