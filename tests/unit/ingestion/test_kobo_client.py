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
        self.headers = {}  # of every answer

    def send(self, request, **_):
        self.requests.append(request)
        status, body = self.answers.pop(0)
        response = requests.Response()
        response.status_code, response._content, response.request, response.url = status, body.encode(), request, request.url
        response.reason = "reason"
        response.headers.update(self.headers)
        return response

    def close(self):
        return None


def client(*answers):
    session, canned = requests.Session(), Canned(*answers)
    session.mount("https://", canned)
    return KoboClient("https://server.test", "secret", session=session), canned


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
    assert all(request.url.startswith("https://server.test/") for request in canned.requests)


def test_pages__an_old_server_that_sends_more_than_asked_is_read_whole():
    kobo, canned = client((200, '{"count": 2, "next": null, "results": [{"_id": 1}, {"_id": 2}]}'))
    assert [len(page.records) for page in kobo.pages("a")] == [2]
    assert len(canned.requests) == 1


def asset_pages(*pages, count):
    return [(200, '{"count": %d, "results": [%s]}' % (count, ", ".join(f'{{"uid": "{uid}"}}' for uid in page))) for page in pages]  # noqa: UP031


def test_assets_of_several_pages_are_asked_for_from_where_the_page_before_ended():
    here, canned = client(*asset_pages("ab", "cd", "e", count=5))
    assert [asset["uid"] for asset in here.assets()] == list("abcde")
    assert [dict(part.split("=") for part in asked.url.split("?")[1].split("&"))["start"] for asked in canned.requests] == [
        "0",
        "2",
        "4",
    ]
    assert {"offset=0", "offset=2", "offset=4"} == {
        part for asked in canned.requests for part in asked.url.split("&") if "offset" in part
    }


def test_a_server_that_counts_more_assets_than_it_sends_is_not_asked_for_ever():
    here, canned = client(*asset_pages("ab", "", count=5))
    assert [asset["uid"] for asset in here.assets()] == ["a", "b"] and len(canned.requests) == 2


def history_page(first, n, count):
    rows = ", ".join(f'{{"uid": "{number}"}}' for number in range(first, first + n))
    return 200, f'{{"count": {count}, "results": [{rows}]}}'


@pytest.mark.parametrize(
    ("sizes", "count"), [([1000, 1000, 500], 2500), ([1000, 1], 1001), ([1000], 1000), ([400, 400, 200], 1000)]
)
def test_history_beyond_a_page_is_read_to_its_end(sizes, count):
    answers = [history_page(sum(sizes[:n]), size, count) for n, size in enumerate(sizes)]
    here, canned = client(*answers)
    assert [row["uid"] for row in here.history("a", "2026-01-01")] == [str(number) for number in range(count)]
    assert len(canned.requests) == len(sizes)


def data_page(ids, count):
    return 200, f'{{"count": {count}, "results": [{", ".join(f"""{{"_id": {number}}}""" for number in ids)}]}}'


def test_submissions_are_read_page_by_page_behind_the_last_one_until_no_more_match():
    here, canned = client(data_page([1, 2], 5), data_page([4, 7], 3), data_page([9], 1))
    assert [[entry["_id"] for entry in page.records] for page in here.pages("a")] == [[1, 2], [4, 7], [9]]
    assert [asked.url.split("%24gt%22%3A+")[1].split("%7D")[0] for asked in canned.requests] == ["0", "2", "7"]


def test_a_server_that_sends_again_what_was_read_is_refused():
    here, _ = client(data_page([1, 2], 5), data_page([2, 3], 5))
    with pytest.raises(KoboError, match="read already"):
        list(here.pages("a"))
