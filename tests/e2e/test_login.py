"""Logging in and out at Superset, where answers come in another order than they were asked for."""

from __future__ import annotations

import re

import pytest
import requests

from stack.instance import ADMIN


class Visitor:
    """Somebody's browser at Superset's login page: the cookies that it keeps, without the scripts."""

    def __init__(self, base: str, password: str) -> None:
        self.base, self.password = base, password
        self.http = requests.Session()
        page = self.http.get(f"{base}/login/", timeout=60)
        self.token = re.search(r'id="csrf_token"\s+value="([^"]+)"', page.text)[1]

    def log_in(self, token: str | None = None) -> requests.Response:
        """The page where the reader lands; `token` stands in the form in place of its own."""
        form = {"username": ADMIN, "password": self.password, "csrf_token": self.token if token is None else token}
        return self.http.post(f"{self.base}/login/", data=form, timeout=60)

    def log_out(self) -> None:
        self.http.get(f"{self.base}/logout/", timeout=60)

    def status(self) -> int:
        """What Superset answers: 200 to a reader, 401 to whom it does not know."""
        return self.http.get(f"{self.base}/api/v1/dashboard/", timeout=60).status_code

    def report(self) -> requests.Response:
        """The report that the login page's scripts send, with the cookies of this moment; those of the answer are not kept yet."""
        address, events = f"{self.base}/superset/log/?explode=events", {"events": (None, "[]")}
        return requests.post(address, files=events, cookies=self.http.cookies.copy(), allow_redirects=False, timeout=60)


@pytest.fixture
def visitor(demo) -> Visitor:
    return Visitor(demo.instance.url("superset"), demo.instance.secrets["admin"])


def test_a_late_answer_to_the_login_page_does_not_log_the_reader_out(visitor):
    late = visitor.report()
    assert late.status_code == 302 and late.cookies, "the report is refused, and the refusal sets a cookie"
    visitor.log_in()
    assert visitor.status() == 200
    visitor.http.cookies.update(late.cookies)
    assert visitor.status() == 200


def test_who_logs_out_is_logged_out_and_can_log_in_again(visitor):
    assert visitor.status() == 401
    visitor.log_in()
    assert visitor.status() == 200
    visitor.log_out()
    assert visitor.status() == 401
    assert "parity_session" not in visitor.http.cookies
    visitor.log_in()
    assert visitor.status() == 200


def test_a_login_needs_the_token_of_its_own_form_and_the_password(visitor, demo):
    other = Visitor(demo.instance.url("superset"), demo.instance.secrets["admin"])
    for token in ("", other.token):
        assert "/login/" in visitor.log_in(token).url
        assert visitor.status() == 401
    visitor.password += "x"
    visitor.log_in()
    assert visitor.status() == 401
