"""Habits of the stand-in that a client trips over, without recorded traffic."""

import json

import pytest
from starlette.testclient import TestClient

from sandbox.kobo_standin.app import create_app

TOKEN = "a" * 40


@pytest.fixture
def client(tmp_path):
    seed = tmp_path / "form"
    seed.mkdir()
    content = {"survey": [], "choices": []}
    asset = {
        "uid": "aForm",
        "name": "Form",
        "versions": [{"uid": "v1", "date_deployed": "2025-01-01T00:00:00Z", "content": content}],
    }
    (seed / "asset.json").write_text(json.dumps(asset))
    with (seed / "submissions.jsonl").open("w") as file:
        for number in range(1, 1206):
            uuid = f"00000000-0000-4000-a000-{number:012}"
            record = {
                "_id": number,
                "q": str(number % 7),
                "_uuid": uuid,
                "meta/instanceID": f"uuid:{uuid}",
                "meta/rootUuid": f"uuid:{uuid}",
                "_validation_status": {},
            }
            file.write(json.dumps(record) + "\n")
    app = create_app(tmp_path / "db.sqlite", TOKEN)
    assert app.state.store.seed(seed) is True
    assert app.state.store.seed(seed) is False
    return TestClient(app, headers={"Authorization": f"Token {TOKEN}"}, follow_redirects=False)


DATA = "/api/v2/assets/aForm/data/"


def test_a_page_holds_100_by_default_and_1000_at_most(client):
    assert len(client.get(DATA).json()["results"]) == 100
    page = client.get(DATA, params={"limit": 30000}).json()
    assert (page["count"], len(page["results"])) == (1205, 1000)


def test_paging_by_key_is_complete_while_rows_are_deleted(client):
    first = client.get(DATA, params={"limit": 1000, "query": '{"_id":{"$gt":0}}'}).json()["results"]
    client.request("DELETE", f"{DATA}bulk/", json={"payload": {"submission_ids": [1, 2, 3]}})
    rest = client.get(DATA, params={"limit": 1000, "query": json.dumps({"_id": {"$gt": first[-1]["_id"]}})}).json()
    assert [record["_id"] for record in rest["results"]] == list(range(1001, 1206))


def test_page_and_offset_do_not_move_the_data(client):
    assert client.get(DATA, params={"page": 2}).json()["results"][0]["_id"] == 1
    assert client.get(DATA, params={"offset": 100}).json()["results"][0]["_id"] == 1


def test_an_operator_that_is_not_allowed_finds_nothing_without_an_error(client):
    answer = client.get(DATA, params={"query": '{"_id":{"$eq":5}}'})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


def test_validation_status_is_empty_unless_it_is_asked_for(client):
    client.patch(f"{DATA}5/validation_status/", json={"validation_status.uid": "validation_status_on_hold"})
    ask = {"query": '{"_id":5}', "fields": '["_id"]'}
    assert client.get(DATA, params=ask).json()["results"][0]["_validation_status"] == {}
    ask["fields"] = '["_id","_validation_status"]'
    assert client.get(DATA, params=ask).json()["results"][0]["_validation_status"]["uid"] == "validation_status_on_hold"


def test_an_edit_keeps_id_and_root_and_moves_the_uuid(client):
    before = client.get(f"{DATA}7/").json()
    answer = client.patch(f"{DATA}bulk/", json={"payload": {"submission_ids": [7], "data": {"q": "9"}}})
    after = client.get(f"{DATA}7/").json()
    assert answer.json()["successes"] == 1 and after["q"] == "9"
    assert after["_id"] == 7 and after["meta/rootUuid"] == before["meta/rootUuid"]
    assert after["_uuid"] != before["_uuid"] and after["meta/deprecatedID"] == before["meta/instanceID"]


def test_wrong_token_is_401_and_no_token_is_404(client):
    assert client.get(DATA, headers={"Authorization": "Token wrong"}).status_code == 401
    assert client.get(DATA, headers={"Authorization": "Bearer x"}).status_code == 404
    assert client.get("/me/", headers={"Authorization": ""}).status_code == 401


def test_an_edit_and_a_deletion_stand_in_the_history(client):
    client.patch(f"{DATA}bulk/", json={"payload": {"submission_ids": [7], "data": {"q": "9"}}})
    client.delete(f"{DATA}8/")
    actions = [row["action"] for row in client.get("/api/v2/assets/aForm/history/").json()["results"]]
    assert actions == ["delete-submission", "modify-submission"]


@pytest.mark.parametrize("xml", ["<a", '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'])
def test_a_submission_that_is_no_plain_xml_is_refused(client, xml):
    answer = client.post("/submission", files={"xml_submission_file": ("a.xml", xml, "text/xml")})
    assert (answer.status_code, "Improperly formatted XML." in answer.text) == (400, True)


def test_rows_that_mongodb_lost_are_counted_and_not_sent_until_they_are_brought_back(client):
    store = client.app.state.store

    def seen():
        counter = client.get("/api/v2/assets/aForm/").json()["deployment__submission_count"]
        return counter, client.get(DATA).json()["count"], client.get(f"{DATA}7/").status_code

    counter, count, _ = seen()
    store.lose("aForm", [7, 8])
    assert seen() == (counter, count - 2, 404)
    store.remongo("aForm")
    assert seen() == (counter, count, 200)


def test_the_history_is_told_as_far_as_the_server_remembers_and_a_plan_lets_it_look_back(client, monkeypatch):
    import datetime as dt

    from sandbox.kobo_standin import clock

    store = client.app.state.store

    def n_told():
        return client.get("/api/v2/assets/aForm/history/").json()["count"]

    for _ in range(3):
        client.delete(f"{DATA}{client.get(DATA).json()['results'][0]['_id']}/")
        monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=10))
    told = [n_told()]
    for name, days in (("lookback_days", 25), ("lookback_days", 15), ("lifespan_days", 5)):
        store.set(name, days)
        told.append(n_told())
    assert told == [6, 4, 2, 0] and client.get("/environment/").json() == {"project_history_log_lifespan": 5}
    store.set("lifespan_days", 744)
    store.set("lookback_days", 744)
    store.forget("aForm", clock.now())
    assert n_told() == 0
