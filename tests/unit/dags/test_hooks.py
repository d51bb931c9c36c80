"""The Test buttons of the landing and of Superset, with each answer that a person at the form may get, and never a secret in it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dags.provider import provider_info

SECRET = "s3cret-and-long"


def press_test(monkeypatch: pytest.MonkeyPatch, conn_type: str, **fields: object) -> tuple[bool, str]:
    """As Airflow does it: the form's fields as a connection in the environment, then the hook of its type."""
    from airflow.models import Connection

    connection = Connection(conn_id="tried", conn_type=conn_type, **fields)
    monkeypatch.setenv("AIRFLOW_CONN_TRIED", connection.get_uri())
    works, message = connection.test_connection()
    assert SECRET not in message
    return works, message


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_landing_is_written_to_read_and_left_as_it_was(monkeypatch, tmp_path, scheme):
    for _ in range(2):
        works, message = press_test(monkeypatch, "parity_landing", host=f"{scheme}{tmp_path}/landing")
        assert works and "read back and deleted" in message
        assert list((tmp_path / "landing").iterdir()) == []


def test_a_landing_where_nobody_may_write_says_so(monkeypatch):
    works, message = press_test(monkeypatch, "parity_landing", host="/proc/landing")  # where not even root may
    assert not works and "The landing cannot be written to: " in message and message.endswith("and their rights.")


def test_a_landing_that_is_a_file_says_so(monkeypatch, tmp_path):
    (tmp_path / "landing").write_text("x")
    works, message = press_test(monkeypatch, "parity_landing", host=f"{tmp_path}/landing")
    assert not works and "cannot be written to" in message


def test_a_bucket_that_nobody_serves_is_no_landing(monkeypatch):
    extra = json.dumps({"endpoint_url": "http://127.0.0.1:9", "region_name": "x"})
    works, message = press_test(
        monkeypatch, "parity_landing", host="s3://bucket/landing", login="key", password=SECRET, extra=extra
    )
    assert not works and "cannot be written to" in message


def test_a_landing_without_a_place_names_the_field(monkeypatch):
    works, message = press_test(monkeypatch, "parity_landing", login="key")
    assert not works and "no host" in message


class Superset(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        right = sent["password"] == SECRET
        self.answer(200 if right else 401, {"access_token": "t"} if right else {"message": "Not authorized"})

    def do_GET(self) -> None:
        self.answer(200, {"result": "csrf"} if "csrf" in self.path else {"count": 6})

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def superset() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Superset)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("fields", "works", "words"),
    [
        ({"login": "admin", "password": SECRET}, True, "the user sees 6 dashboards"),
        ({"login": "admin", "password": "wrong"}, False, "401.*Check login and password"),
        ({"login": "admin"}, False, "no password"),
        ({"login": "admin", "password": SECRET, "host": "http://127.0.0.1:9"}, False, "did not answer"),
    ],
)
def test_superset_says_who_may_sign_in(monkeypatch, superset, fields, works, words):
    found, message = press_test(monkeypatch, "parity_superset", **{"host": superset, **fields})
    assert found is works
    assert re.search(words, message, re.DOTALL), message


@pytest.mark.parametrize("conn_type", ["parity_warehouse", "parity_readers"])
def test_a_database_that_does_not_answer_says_so(monkeypatch, conn_type):
    fields = {"host": "127.0.0.1", "port": 9, "login": "parity", "password": SECRET, "schema": "parity"}
    works, message = press_test(monkeypatch, conn_type, **fields)
    assert not works and "PostgreSQL did not let us in" in message
    works, message = press_test(monkeypatch, conn_type, **{**fields, "schema": None})
    assert not works and "no database" in message


def test_each_type_names_a_hook_that_tests_and_hides_what_it_does_not_need():
    from airflow.sdk.module_loading import import_string

    types = provider_info()["connection-types"]
    assert len(types) == 5
    for each in types:
        hook = import_string(each["hook-class-name"])
        assert (hook.conn_type, hook.hook_name) == (each["connection-type"], each["hook-name"])
        assert hook.conn_name_attr and hook.default_conn_name and callable(hook.test_connection)
        assert each["ui-field-behaviour"]["hidden-fields"]


def test_airflow_knows_every_type():
    from airflow.providers_manager import ProvidersManager

    hooks = ProvidersManager().hooks
    assert {each["connection-type"] for each in provider_info()["connection-types"]} <= set(hooks)
