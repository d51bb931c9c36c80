"""The client says what is wrong, and never returns nothing instead."""

import pytest
import requests
import requests.adapters

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError


class Canned(requests.adapters.BaseAdapter):
    """Answers each request with the next of the given (status, body), and remembers what was asked."""

    def __init__(self, *answers):
        super().__init__()
        self.answers, self.requests = list(answers), []

    def send(self, request, **_):
        self.requests.append(request)
        status, body = self.answers.pop(0)
        response = requests.Response()
        response.status_code, response._content, response.request, response.url = status, body.encode(), request, request.url
        response.reason = "reason"
        return response

    def close(self):
        return None


def client(*answers):
    session, canned = requests.Session(), Canned(*answers)
    session.mount("http://", canned)
    return KoboClient("http://server.test", "secret", session=session), canned


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, '{"detail":"Invalid token."}', "wrong or revoked"),
        (403, "{}", "may not do this"),
        (404, "{}", "no access"),
        (410, "{}", "API v2"),
        (400, '{"detail":"The specified asset has not been deployed"}', "not deployed"),
        (500, "{}", "in trouble"),
        (200, "<!doctype html>", "HTML page instead of JSON"),
        (200, '{"count": 3, "resul', "truncated"),
        (301, "", "301"),
    ],
)
def test_get__error_says_what_to_do_and_carries_the_response(status, body, words):
    kobo, _ = client((status, body))
    with pytest.raises(KoboError, match=words) as error:
        kobo.asset("a")
    assert error.value.response.status_code == status
    assert "secret" not in str(error.value)


def test_pages__follow_the_key_and_not_the_link():
    pages = (
        '{"count": 3, "next": "http://elsewhere.test/", "results": [{"_id": 4}, {"_id": 9}]}',
        '{"count": 1, "next": null, "results": [{"_id": 12}]}',
    )
    kobo, canned = client((200, pages[0]), (200, pages[1]))
    assert [record["_id"] for page in kobo.pages("a") for record in page.records] == [4, 9, 12]
    assert "%22%24gt%22%3A+9" in canned.requests[1].url
    assert all(request.url.startswith("http://server.test/") for request in canned.requests)


def test_pages__an_old_server_that_sends_more_than_asked_is_read_whole():
    kobo, canned = client((200, '{"count": 2, "next": null, "results": [{"_id": 1}, {"_id": 2}]}'))
    assert [len(page.records) for page in kobo.pages("a")] == [2]
    assert len(canned.requests) == 1
