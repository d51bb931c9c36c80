"""The client of Superset's API, against a server that answers as Superset behind a proxy does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from publication.superset import SupersetClient, SupersetError


class BehindProxy(BaseHTTPRequestHandler):
    """Cookies are Secure, and a call without the cookie is led to the login page."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/security/login"):
            self.answer({"access_token": "t"})
        elif "parity_session=1" in self.headers.get("Cookie", ""):
            self.answer({"result": "imported"})
        else:
            self.send_response(302)
            self.send_header("Location", "/login/")
            self.end_headers()

    def do_GET(self) -> None:
        if self.path == "/login/":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")
        else:
            self.answer({"result": "csrf"}, cookie="parity_session=1; Secure; HttpOnly; Path=/; SameSite=Lax")

    def answer(self, content: dict, cookie: str | None = None) -> None:
        self.send_response(200)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), BehindProxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_cookie_made_for_the_proxy_goes_back_on_the_network_behind_it(url):
    client = SupersetClient(url, "admin", "x")
    for _ in range(2):
        assert client.call("POST", "/assets/import/", "Mend it.") == {"result": "imported"}


def test_a_page_in_place_of_an_answer_is_refused_in_a_sentence(url):
    client = SupersetClient(url, "admin", "x")
    client.session.cookies.clear()
    with pytest.raises(SupersetError, match=r"led to a page, .*/login/, and not to an answer\. Sign in again"):
        client.call("POST", "/assets/import/", "Sign in again.")
