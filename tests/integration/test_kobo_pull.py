"""A full pull that is killed goes on where it was, and still ends equal to the server."""

import psycopg
import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
CONTENT = {"survey": [{"type": "integer", "name": "a", "$xpath": "a"}], "choices": [], "translations": [None]}


class Killed(BaseException):
    pass


@pytest.fixture
def server(tmp_path):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store = app.state.store
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, CONTENT))
    for number in range(1, 11):
        root = f"uuid:00000000-0000-4000-8000-{number:012d}"
        record = {
            "_id": number,
            "_uuid": root[5:],
            "meta/rootUuid": root,
            "meta/instanceID": root,
            "_submission_time": "2026-01-01T00:00:00",
            "a": "1",
            "_validation_status": {},
            "_attachments": [],
        }
        store.add(uid, record)
    asked = []

    async def counted(scope, receive, send):
        if scope["type"] == "http":
            asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        await app(scope, receive, send)

    with serve(counted) as url:
        yield url, uid, asked


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        yield opened


def die_at(n_pages):
    def progress(n_read, n_total):
        if n_read >= 2 * n_pages:
            raise Killed

    return progress


def pull(server, connection, tmp_path, **options):
    return sync_form(
        KoboClient(server[0], TOKEN, page_size=2), CONTRACT, Landing(str(tmp_path / "landing")), connection, **options
    )


def answers(connection):
    return dict(
        connection.execute(
            "select submission_id, value from (select distinct on (submission_id) * from raw.kobo_submission"
            " order by submission_id, load_no desc) s join raw.kobo_answer using (submission_id, content_hash) where not is_deleted"
        ).fetchall()
    )


def test_a_killed_pull_leaves_raw_alone_and_goes_on_behind_its_last_page(server, connection, tmp_path):
    with pytest.raises(Killed):
        pull(server, connection, tmp_path, progress=die_at(3))
    assert answers(connection) == {}
    server[2].clear()
    report = pull(server, connection, tmp_path)
    assert (report.way, report.n_new, report.n_total) == ("scan", 10, 10)
    whole_pages = [
        address for address in server[2] if address.startswith(f"/api/v2/assets/{server[1]}/data/") and "fields" not in address
    ]
    assert len(whole_pages) == 2, "three of five pages had landed"


def test_what_changes_between_the_kill_and_the_resumption_is_seen(server, connection, tmp_path):
    with pytest.raises(Killed):
        pull(server, connection, tmp_path, progress=die_at(3))
    client, data = KoboClient(server[0], TOKEN), f"{server[0]}/api/v2/assets/{server[1]}/data/"
    assert client.session.patch(f"{data}bulk/", json={"payload": {"submission_ids": [1], "data": {"a": "9"}}}).ok
    assert client.session.delete(f"{data}2/").ok
    pull(server, connection, tmp_path)
    assert answers(connection) == {1: "9"} | {number: "1" for number in range(3, 11)}


def test_the_newest_version_stands_though_the_machines_clock_was_set_back(server, connection, tmp_path):
    pull(server, connection, tmp_path)
    connection.execute("update raw.kobo_submission set loaded_at = loaded_at + interval '1 day'")
    connection.commit()
    client, data = KoboClient(server[0], TOKEN), f"{server[0]}/api/v2/assets/{server[1]}/data/"
    assert client.session.patch(f"{data}bulk/", json={"payload": {"submission_ids": [1], "data": {"a": "9"}}}).ok
    assert pull(server, connection, tmp_path).n_changed == 1
    assert answers(connection)[1] == "9" and pull(server, connection, tmp_path, scan=True).n_changed == 0


def test_progress_tells_what_was_read_and_how_many_there_are(server, connection, tmp_path):
    told = []
    pull(server, connection, tmp_path, progress=lambda *numbers: told.append(numbers))
    assert told == [(2, 10), (4, 10), (6, 10), (8, 10), (10, 10)]


def test_nothing_new_costs_two_requests_and_an_edit_with_a_deletion_three(server, connection, tmp_path):
    pull(server, connection, tmp_path)
    server[2].clear()
    assert pull(server, connection, tmp_path).way == "history"
    assert len(server[2]) == 2
    client, data = KoboClient(server[0], TOKEN), f"{server[0]}/api/v2/assets/{server[1]}/data/"
    assert client.session.patch(f"{data}bulk/", json={"payload": {"submission_ids": [1], "data": {"a": "9"}}}).ok
    assert client.session.delete(f"{data}2/").ok
    server[2].clear()
    report = pull(server, connection, tmp_path)
    assert (report.n_changed, report.n_deleted, len(server[2])) == (1, 1, 3)


def test_an_attachment_that_comes_late_is_seen_where_the_form_asks_for_media(tmp_path, connection):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store = app.state.store
    uid = store.add_asset("Pulse")
    photo = {"type": "image", "name": "p", "$xpath": "p"}
    store.deploy(uid, store.add_version(uid, CONTENT | {"survey": [*CONTENT["survey"], photo]}))
    xml = (
        f'<pulse id="{uid}"><a>1</a><p>late.png</p><meta><instanceID>uuid:00000000-0000-4000-8000-000000000001</instanceID></meta>'
        "</pulse>"
    )
    with serve(app) as url:
        client = KoboClient(url, TOKEN)
        form = {"xml_submission_file": ("s.xml", xml.encode(), "text/xml")}
        assert client.session.post(f"{url}/submission", files=form).status_code == 201
        landing = Landing(str(tmp_path / "landing"))
        assert sync_form(client, CONTRACT, landing, connection).n_new == 1
        assert (
            client.session.post(f"{url}/submission", files=form | {"late.png": ("late.png", b"png", "image/png")}).status_code
            == 201
        )
        report = sync_form(client, CONTRACT, landing, connection)
    assert (report.way, report.n_changed) == ("manifest", 1)


def test_a_contract_that_lets_out_other_answers_is_applied_to_what_was_loaded(server, connection, tmp_path):
    pull(server, connection, tmp_path)
    other = CONTRACT.model_copy(update={"fields": {"a": "b"}})
    sync_form(KoboClient(server[0], TOKEN), other, Landing(str(tmp_path / "landing")), connection)
    fields = connection.execute("select field, count(*) from raw.kobo_answer group by field").fetchall()
    assert fields == [("b", 10)]
    assert connection.execute("select count(*) from raw.kobo_submission").fetchone() == (10,)
