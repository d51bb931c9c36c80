"""The Test button of a KoboToolbox connection, against a server that says yes, no, or something else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

TOKEN = "a" * 40


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/login"):
            self.answer(200, b"<html>log in</html>", "text/html")
        elif self.headers["Authorization"] == f"Token {TOKEN}":
            self.answer(200, b'{"username": "survey_team"}', "application/json")
        else:
            self.answer(401, b'{"detail": "Invalid token."}', "application/json")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def press_test(monkeypatch: pytest.MonkeyPatch, **fields: object) -> tuple[bool, str]:
    """As Airflow does it: the form's fields as a connection in the environment, then the hook of its type."""
    from airflow.models import Connection

    connection = Connection(conn_id="try_kobo", conn_type="kobotoolbox", **fields)
    monkeypatch.setenv("AIRFLOW_CONN_TRY_KOBO", connection.get_uri())
    return connection.test_connection()


def test_test_connection__names_the_account(monkeypatch, server_url):
    assert press_test(monkeypatch, host=server_url, password=TOKEN) == (True, "Connected as survey_team.")


def test_test_connection__wrong_token_says_where_the_right_one_is(monkeypatch, server_url):
    works, message = press_test(monkeypatch, host=server_url, password="wrong")
    assert not works
    assert "401" in message and "Security page" in message
    assert "wrong or revoked" in message


def test_test_connection__address_of_a_login_page(monkeypatch, server_url):
    works, message = press_test(monkeypatch, host=f"{server_url}/login", password=TOKEN)
    assert not works
    assert "HTML page" in message


def test_test_connection__nobody_answers(monkeypatch):
    works, message = press_test(monkeypatch, host="http://127.0.0.1:9", password=TOKEN)
    assert not works
    assert "did not answer" in message


def test_test_connection__no_token(monkeypatch, server_url):
    works, message = press_test(monkeypatch, host=server_url)
    assert not works
    assert "no API token" in message


def test_get_conn__from_a_connection_as_json(monkeypatch, server_url):
    from dags.hooks.kobotoolbox import KoboToolboxHook

    fields = {"conn_type": "kobotoolbox", "host": f"{server_url}/", "password": TOKEN}
    monkeypatch.setenv("AIRFLOW_CONN_KOBO", json.dumps(fields))
    client = KoboToolboxHook().get_conn()
    assert client.url == server_url
    assert client.me()["username"] == "survey_team"
