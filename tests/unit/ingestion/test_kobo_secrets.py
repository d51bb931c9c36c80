"""No message, log or traceback shows a token or a password, whatever fails between the command or Airflow and the server."""

import json
import logging
import threading
import traceback
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from cli.exit_codes import ExitCode
from cli.main import app
from ingestion.kobo import client
from ingestion.kobo.errors import KoboError

pytestmark = pytest.mark.slow

PLANTED = "5ec3e75ec3e75ec3e75ec3e75ec3e75ec3e75ec3"
PASSWORD = "pa55word-of-somebody"
ENOUGH = threading.Event()

# What a server does to every request: (status, headers, body); words in which all that was sent comes back.
ECHO = f"<p>Authorization: Token {PLANTED}</p>"
ANSWERS = {
    "401": (401, {}, json.dumps({"detail": f"Invalid token {PLANTED}."})),
    "403": (403, {}, ECHO),
    "404": (404, {}, ECHO),
    "400": (400, {}, ECHO),
    "429": (429, {}, ECHO),
    "500": (500, {}, ECHO),
    "503": (503, {}, ECHO),
    "HTML in place of JSON": (200, {}, ECHO),
    "words in place of JSON": (200, {}, PLANTED),
    "JSON of another server": (200, {}, json.dumps({"token": PLANTED})),
    "a redirect to another host": (302, {"Location": f"https://user:{PASSWORD}@other.example.org/?token={PLANTED}"}, ""),
    "a redirect to a login page": (302, {"Location": f"/accounts/login/?next={PLANTED}"}, ""),
    "a redirect to no address": (301, {"Location": f"https://[{PLANTED}"}, ""),
}


class Failing(BaseHTTPRequestHandler):
    """Does to every request what its server was told."""

    def do_GET(self):
        if self.server.answer is None:
            ENOUGH.wait(1)
            return
        status, headers, body = self.server.answer
        self.send_response(status, f"Reason {PLANTED}")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def answering(answer):
    with ThreadingHTTPServer(("127.0.0.1", 0), Failing) as running:
        running.answer, running.daemon_threads = answer, True
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture
def sync(monkeypatch, tmp_path, caplog):
    """`parity kobo sync` with these variables: its exit code, and all that anybody could read of it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", (0.3, 0.3))
    monkeypatch.setattr("urllib3.util.retry.Retry.sleep", lambda *_: None)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))

    def run(url, token=PLANTED, **variables):
        for name, value in {"PARITY_KOBO_URL": url, "PARITY_KOBO_TOKEN": token, **variables}.items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(app, ["kobo", "sync"])
        told = "".join(traceback.format_exception(*done.exc_info)) if done.exc_info else ""
        return done.exit_code, done.output, f"{done.output}\n{told}\n{caplog.text}"

    return run


def secrets_in(text):
    return [secret for secret in (PLANTED, PASSWORD, quote(PASSWORD)) if secret in text]


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_answer_of_a_server_brings_a_secret_to_light(kind, sync):
    with answering(ANSWERS[kind]) as url:
        code, said, seen = sync(url)
    assert secrets_in(seen) == []
    assert url in said and len(said.splitlines()) == 1
    assert code in (ExitCode.NOT_OK, ExitCode.WRONG_INPUT, ExitCode.CANNOT_RUN)


def test_no_timeout_shows_a_secret(sync):
    with answering(None) as url:
        code, said, seen = sync(url)
    assert (code, secrets_in(seen)) == (ExitCode.CANNOT_RUN, [])
    assert url in said and "did not answer (it took too long)" in said


@pytest.mark.parametrize(
    ("url", "token", "variables", "code", "words"),
    [
        ("http://127.0.0.1:9", PLANTED, {}, 3, "http://127.0.0.1:9 did not answer (nothing listens there"),
        ("https://kobo.invalid", PLANTED, {}, 3, "https://kobo.invalid did not answer"),
        ("http://kobo.invalid", PLANTED, {}, 3, "http://kobo.invalid did not answer"),
        (f"https://user:{PASSWORD}@127.0.0.1:9", PLANTED, {}, 2, "The address in PARITY_KOBO_URL holds a login"),
        (f"https://{PLANTED}@127.0.0.1:9", PLANTED, {}, 2, "The address in PARITY_KOBO_URL holds a login"),
        (PLANTED, "https://kf.example.org", {}, 2, "exchanged"),
        ("https://kf.example.org", f"{PLANTED}\r\n{PLANTED}", {}, 2, "The API token in PARITY_KOBO_TOKEN holds a line break"),
        ("https://kf.example.org", f"{PLANTED} {PLANTED}", {}, 2, "The API token in PARITY_KOBO_TOKEN holds a blank"),
        ("https://kf.example.org", f"{PLANTED}\u0e01", {}, 2, "The API token in PARITY_KOBO_TOKEN holds a character"),
        ("http://kf.example.org", PLANTED, {"HTTP_PROXY": f"http://user:{PASSWORD}@127.0.0.1:9"}, 3, "proxy"),
        ("https://kf.example.org", PLANTED, {"HTTPS_PROXY": f"http://user:{PASSWORD}@127.0.0.1:9"}, 3, "proxy"),
        ("https://kf.example.org", PLANTED, {"HTTPS_PROXY": f"http://user:{PASSWORD}@[::1"}, 3, "did not answer"),
        ("https://kf.example.org", PLANTED, {"HTTPS_PROXY": f"nothing://user:{PASSWORD}@127.0.0.1:9"}, 3, "did not answer"),
    ],
)
def test_no_address_token_or_proxy_that_is_wrong_shows_a_secret(url, token, variables, code, words, sync):
    ended, said, seen = sync(url, token, **variables)
    assert (ended, secrets_in(seen)) == (code, []), said
    assert words in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("around", ["\r", "\n", "\r\n", " ", "\u2028"])
def test_what_was_copied_with_the_token_from_a_file_of_windows_or_a_page_is_no_trouble(around, sync):
    with answering((200, {}, json.dumps({"username": "ana"}))) as url:
        _, said, seen = sync(url, PLANTED + around)
    assert secrets_in(seen) == []
    assert "no list of KoboToolbox" in said


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_what_is_written_to_a_server_that_fails_shows_no_secret(status, monkeypatch):
    monkeypatch.setattr(Failing, "do_POST", Failing.do_GET, raising=False)
    with answering((status, {}, ECHO)) as url, pytest.raises(KoboError) as refused:
        client.KoboClient(url, PLANTED).send("POST", "/api/v2/imports/", json={"a": 1})
    assert secrets_in("".join(traceback.format_exception(refused.value))) == []
    assert url in str(refused.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "https://kf.example.org", "password": f"{PLANTED}\r\n{PLANTED}"},
        {"host": "https://kf.example.org", "password": f"{PLANTED}\u00e9"},
        {"host": f"https://user:{PASSWORD}@kf.example.org", "password": PLANTED},
        {"host": f"user:{PASSWORD}@kf.example.org", "password": PLANTED, "port": 8443},
        {"host": "http://127.0.0.1:9", "password": PLANTED},
        {"host": PLANTED, "password": "https://kf.example.org"},
    ],
)
def test_the_test_button_of_airflow_names_its_connection_and_shows_no_secret(fields, monkeypatch):
    from dags.hooks.kobotoolbox import KoboToolboxHook

    monkeypatch.setenv("AIRFLOW_CONN_SURVEYS", json.dumps({"conn_type": "kobotoolbox", **fields}))
    works, said = KoboToolboxHook("surveys").test_connection()
    assert (works, secrets_in(said)) == (False, [])
    assert "the Airflow connection `surveys`" in said and "PARITY_" not in said


def test_the_test_button_shows_nothing_of_an_error_that_nobody_foresaw(monkeypatch):
    from dags.hooks.kobotoolbox import KoboToolboxHook

    def fail(self, **_):
        raise ValueError(f"Invalid header value {PLANTED}")

    monkeypatch.setattr(KoboToolboxHook, "get_conn", fail)
    assert KoboToolboxHook().test_connection() == (False, "The connection could not be tried: ValueError.")
