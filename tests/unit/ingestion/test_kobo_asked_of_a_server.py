"""What the client asks a server for, and what it makes of the answers: counts, versions, the history and its ends."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from ingestion.kobo.client import MATCHES_A_REQUEST, PAGE_SIZE, batched
from ingestion.kobo.errors import CutOff, DatabaseFailed, KoboDown, KoboError
from tests.unit.ingestion.test_kobo_client import client


def rows(*results, count=None):
    return 200, json.dumps({"count": len(results) if count is None else count, "results": list(results)})


def asked(canned):
    """(path, parameters) of each request."""
    urls = [urlsplit(request.url) for request in canned.requests]
    return [(url.path, {name: values[0] for name, values in parse_qs(url.query).items()}) for url in urls]


def at(day):
    return {"date_created": f"2026-11-{day:02}T00:00:00Z"}


@pytest.mark.parametrize(("count", "has"), [(0, False), (1, True), (2, True)])
def test_a_version_has_answers_where_one_was_filled_in_on_it(count, has):
    kobo, canned = client(rows(count=count))
    assert kobo.has_answers("a", "v7") is has
    [(path, params)] = asked(canned)
    assert path == "/api/v2/assets/a/data/" and json.loads(params["query"]) == {"__version__": "v7"}
    assert (params["limit"], params["fields"]) == ("1", '["_id"]')


def test_submissions_are_counted_without_their_answers():
    kobo, canned = client(rows({"_id": 4}, count=12))
    assert kobo.count("a") == 12
    assert asked(canned) == [("/api/v2/assets/a/data/", {"limit": "1", "fields": '["_id"]'})]


def test_a_history_tells_its_oldest_and_its_newest_row():
    kobo, canned = client(rows(at(28), count=3), rows(at(2), count=3))
    assert kobo.history_ends("a") == (at(2)["date_created"], at(28)["date_created"])
    assert [params for _, params in asked(canned)] == [{"limit": "1"}, {"limit": "1", "start": "2"}]


def test_a_history_of_one_row_begins_and_ends_with_it_and_an_empty_one_has_no_ends():
    kobo, canned = client(rows(at(5)))
    assert kobo.history_ends("a") == (at(5)["date_created"],) * 2 and len(canned.requests) == 1
    kobo, _ = client(rows())
    assert kobo.history_ends("a") is None


def test_a_history_whose_oldest_row_went_meanwhile_ends_with_the_newest():
    kobo, _ = client(rows(at(28), count=2), rows(count=1))
    assert kobo.history_ends("a") == (at(28)["date_created"],) * 2


@pytest.mark.parametrize(("answers", "days"), [
    ([(200, '{"project_history_log_lifespan": 60}')], 60),
    ([(404, "{}"), (200, '{"project_history_log_lifespan": 744}')], 744),
    ([(200, '{"other": 1}'), (200, '{"project_history_log_lifespan": 0}')], 0),
    ([(200, '{"project_history_log_lifespan": "60"}'), (200, "[]")], None),
    ([(404, "{}"), (403, "{}")], None),
])  # fmt: skip
def test_a_server_says_for_how_long_it_remembers_at_one_of_two_places_or_nowhere(answers, days):
    kobo, canned = client(*answers)
    assert kobo.history_days() == days
    assert [path for path, _ in asked(canned)] == ["/environment/", "/api/v2/environment/"][: len(answers)]


def test_a_history_is_asked_for_what_changed_and_for_the_row_that_must_still_be_there():
    kobo, canned = client(rows(), rows())
    assert [*kobo.history("a", "2026-11-01 00:00:00", actions=("delete-submission",))] == []
    assert [*kobo.history("a", "2026-11-01 00:00:00", also=("2026-10-31 23:59:58", "2026-11-01 00:00:01"))] == []
    alone, both = (params["q"] for _, params in asked(canned))
    assert alone == '(action:delete-submission) AND date_created__gte:"2026-11-01 00:00:00"'
    assert both == (
        '((action:add-submission OR action:modify-submission OR action:delete-submission) AND date_created__gte:"2026-11-01 00:00:00")'
        ' OR (date_created__gte:"2026-10-31 23:59:58" AND date_created__lte:"2026-11-01 00:00:01")'
    )


def test_what_is_asked_for_by_name_comes_in_requests_of_so_many_and_empty_answers_are_no_pages():
    numbers = [*range(2 * MATCHES_A_REQUEST + 1)]
    kobo, canned = client(rows({"_id": 0}), rows(), rows({"_id": numbers[-1]}))
    pages = [*kobo.matching("a", "_id", numbers, fields=("_id", "x"))]
    assert [page.records for page in pages] == [[{"_id": 0}], [{"_id": numbers[-1]}]] and [page.count for page in pages] == [1, 1]
    queries = [json.loads(params["query"])["_id"]["$in"] for _, params in asked(canned)]
    assert queries == [numbers[:MATCHES_A_REQUEST], numbers[MATCHES_A_REQUEST:-1], numbers[-1:]]
    assert all((params["fields"], params["limit"]) == ('["_id", "x"]', str(PAGE_SIZE)) for _, params in asked(canned))


def test_without_a_name_nothing_is_asked():
    kobo, canned = client()
    assert [*kobo.matching("a", "_id", [])] == [] and canned.requests == []


@pytest.mark.parametrize(("n", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3])])
def test_values_are_parted_into_lists_of_a_size(n, sizes):
    parts = [*batched(range(n), 3)]
    assert [len(part) for part in parts] == sizes and [value for part in parts for value in part] == [*range(n)]


def test_versions_are_those_of_the_form_and_one_is_asked_for_by_its_uid():
    kobo, canned = client(rows({"uid": "v2"}, {"uid": "v1"}), (200, '{"content": {}}'))
    assert kobo.versions("a") == [{"uid": "v2"}, {"uid": "v1"}] and kobo.version("a", "v2") == {"content": {}}
    assert asked(canned) == [
        ("/api/v2/assets/a/versions/", {"limit": str(PAGE_SIZE)}),
        ("/api/v2/assets/a/versions/v2/", {}),
    ]


def test_pages_go_on_behind_the_last_submission_and_a_server_that_breaks_off_says_how_many_are_left():
    kobo, canned = client(rows({"_id": 3}, {"_id": 7}, count=5), rows(count=3))
    pages = kobo.pages("a", after=2, fields=("_id",))
    assert next(pages).records == [{"_id": 3}, {"_id": 7}]
    with pytest.raises(CutOff, match="3 more submissions are there") as error:
        next(pages)
    assert error.value.n_left == 3
    assert [json.loads(params["query"]) for _, params in asked(canned)] == [{"_id": {"$gt": 2}}, {"_id": {"$gt": 7}}]
    assert {(params["sort"], params["fields"]) for _, params in asked(canned)} == {('{"_id":1}', '["_id"]')}


def test_a_form_without_submissions_has_no_page():
    kobo, canned = client(rows())
    assert [*kobo.pages("a")] == [] and len(canned.requests) == 1


def test_the_account_is_asked_for_once_and_is_never_a_reason_to_fail():
    kobo, canned = client((200, '{"username": "anna"}'))
    assert kobo.me()["username"] == "anna" and kobo.account == "the account 'anna'" and len(canned.requests) == 1
    kobo, _ = client((401, "{}"))
    assert kobo.account == "the token's account"


@pytest.mark.parametrize(
    ("status", "is_passing"), [(499, False), (500, True), (503, True), (429, True), (430, False), (404, False)]
)
def test_waiting_may_mend_a_server_in_trouble_and_nothing_that_was_asked_wrongly(status, is_passing):
    kobo, _ = client((status, "{}"))
    with pytest.raises(KoboError) as error:
        kobo.asset("a")
    assert (error.value.status, error.value.is_passing) == (status, is_passing)


def test_waiting_may_mend_what_had_no_answer():
    assert KoboError("what", "remedy").status is None and not KoboError("what", "remedy").is_passing
    for error in (KoboDown("what", "remedy"), CutOff("https://server.test", 2), DatabaseFailed("what", "remedy")):
        assert error.is_passing
    assert (str(KoboError("Which?", "This.")), str(KoboError("What", "This."))) == ("Which? This.", "What. This.")


@pytest.mark.parametrize(("status", "words"), [
    (400, "Ask the server's operator"), (403, "right to edit the form"), (404, "Not found"), (500, "in trouble"), (302, "redirects"), (301, "redirects"),
])  # fmt: skip
def test_what_a_server_does_not_accept_or_sends_elsewhere_is_an_error(status, words):
    kobo, canned = client((status, '{"detail": "no"}'))
    canned.headers = {"Location": "https://server.test/login"}
    with pytest.raises(KoboError, match=words) as error:
        kobo.send("PATCH", "/api/v2/assets/a/", json={"name": "x"})
    assert error.value.status == status and len(canned.requests) == 1


def test_what_is_written_is_sent_once_and_what_the_server_says_is_handed_back():
    kobo, canned = client((200, '{"uid": "a"}'), (204, ""))
    assert (
        kobo.send("POST", "/api/v2/assets/", json={"name": "x"}) == {"uid": "a"}
        and kobo.send("DELETE", "/api/v2/assets/a/") is None
    )
    assert [(request.method, urlsplit(request.url).path) for request in canned.requests] == [
        ("POST", "/api/v2/assets/"), ("DELETE", "/api/v2/assets/a/"),
    ]  # fmt: skip
    assert json.loads(canned.requests[0].body) == {"name": "x"}


def test_an_answer_that_is_no_json_is_an_error_after_writing_too():
    kobo, _ = client((200, "<html>"))
    with pytest.raises(KoboError, match="an HTML page instead of JSON"):
        kobo.send("POST", "/api/v2/assets/")
