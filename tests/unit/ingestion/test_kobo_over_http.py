"""The client against a server that fails as networks and servers do."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError

ME = json.dumps({"username": "me"}).encode()


@pytest.fixture
def server():
    """A server that gives each request the next answer: (status, headers, body, bytes of the body really sent)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            running.asked.append((self.path, self.headers.get("Authorization")))
            answer = running.answers.pop(0)
            if answer is None:  # break before a word
                self.close_connection = True
                return
            status, headers, body, sent = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:sent])
            self.close_connection = sent is not None

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.answers, running.asked = [], []
        running.url = f"http://127.0.0.1:{running.server_address[1]}"
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


def test_get__waits_as_long_as_the_server_asks(server):
    server.answers = [(429, {"Retry-After": "1"}, b"", None), (200, {}, ME, None)]
    began = time.monotonic()
    assert KoboClient(server.url, "t", retries=1).me() == {"username": "me"}
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("trouble", [None, (503, {}, b"", None), (200, {}, ME, 5)], ids=["no answer", "503", "broken off"])
def test_get__tries_again_after_trouble(server, trouble):
    server.answers = [trouble, (200, {}, ME, None)]
    assert KoboClient(server.url, "t", retries=1).me() == {"username": "me"}
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (None, "did not answer"),
        ((503, {}, b"", None), "in trouble"),
        ((200, {}, ME, 5), "broke off its answer"),
        ((429, {}, b"", None), "fewer requests"),
    ],
)
def test_get__gives_up_with_an_error_and_never_with_nothing(server, trouble, words):
    server.answers = [trouble, trouble]
    with pytest.raises(KoboError, match=words):
        KoboClient(server.url, "t", retries=1).me()
    assert len(server.asked) == 2


def test_get__does_not_follow_a_redirect_with_the_token(server):
    server.answers = [(302, {"Location": f"{server.url}/login/"}, b"", None)]
    with pytest.raises(KoboError, match="redirects"):
        KoboClient(server.url, "t").me()
    assert len(server.asked) == 1


def test_get__token_stands_in_the_header_only_and_no_netrc_replaces_it(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answers = [(200, {}, ME, None)]
    KoboClient(server.url, "sesame").me()
    assert server.asked == [("/me/", "Token sesame")]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"results": 3, "count": 1}', b'{"detail": "ok"}'])
def test_lists__json_that_is_no_list_is_an_error(server, body):
    server.answers = [(200, {}, body, None)]
    with pytest.raises(KoboError, match="no list"):
        list(KoboClient(server.url, "t").pages("a"))


def test_pages__a_server_that_ignores_the_key_is_an_error_not_a_circle(server):
    page = json.dumps({"count": 5, "results": [{"_id": 1}, {"_id": 2}]}).encode()
    server.answers = [(200, {}, page, None)] * 2
    with pytest.raises(KoboError, match="does not honour"):
        list(KoboClient(server.url, "t").pages("a"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("401_bad_token", "wrong or revoked"),
        ("403_view_asset_only_data", "may not do this|no access"),
        ("404_deleted_asset_data", "no access"),
        ("404_stranger_data", "no access"),
        ("undeployed_data_json", "not deployed"),
        ("301_no_trailing_slash", "redirects"),
    ],
)
def test_recorded_errors_of_the_real_server_say_what_to_do(server, shared_data, name, words):
    recorded = json.loads((shared_data / "kobo" / "traffic" / "errors" / f"{name}.json").read_text())["response"]
    body = json.dumps(recorded["json"]) if "json" in recorded else recorded["text"]
    server.answers = [(recorded["status"], {}, body.encode(), None)]
    with pytest.raises(KoboError, match=words):
        KoboClient(server.url, "t", retries=0).count("a")
