"""Who asks to be erased leaves no trace in the landing, in raw or in the facts, and does not come back."""

import psycopg
import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erase
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
ROOTS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 5)]
CONTENT = {"survey": [{"type": "integer", "name": "a", "$xpath": "a"}], "choices": [], "translations": [None]}


def answer_of(root):
    return f"7310000000000{root[-1]}"


def another_answer_of(root):
    return f"8{answer_of(root)}"


@pytest.fixture
def store(tmp_path):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store = app.state.store
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, CONTENT))
    for root in ROOTS:
        names = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "meta/instanceID": f"uuid:{root}"}
        store.add(uid, {**names, "a": answer_of(root), "_validation_status": {}, "_attachments": []})
    with serve(app) as url:
        store.url, store.uid = url, uid
        yield store


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        opened.execute("create schema core")
        opened.execute("create table core.fct_survey_response (form text, submission_id bigint, item text)")
        opened.commit()
        yield opened


@pytest.fixture
def landing(tmp_path):
    return Landing(str(tmp_path / "landing"))


def everything(connection, tmp_path):
    """All that the landing and the database hold, as text."""
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables where table_schema in ('raw', 'core', 'ops')"
    ).fetchall()
    rows = [str(connection.execute(f'select * from "{schema}"."{name}"').fetchall()) for schema, name in tables]
    files = [path.read_text() for path in (tmp_path / "landing").rglob("*") if path.is_file()]
    return "\n".join(rows + files)


def sync(store, landing, connection, **options):
    return sync_form(KoboClient(store.url, TOKEN, page_size=3), CONTRACT, landing, connection, **options)


@pytest.fixture
def synced(store, landing, connection):
    sync(store, landing, connection)
    edit = {"payload": {"submission_ids": [2], "data": {"a": another_answer_of(ROOTS[1])}}}
    assert KoboClient(store.url, TOKEN).session.patch(f"{store.url}/api/v2/assets/{store.uid}/data/bulk/", json=edit).ok
    sync(store, landing, connection)
    connection.execute("insert into core.fct_survey_response select form, submission_id, field from raw.kobo_answer")
    connection.commit()


def test_a_dry_run_counts_and_takes_nothing(synced, connection, landing, tmp_path):
    before = everything(connection, tmp_path)
    report = erase(connection, landing, "pulse", ROOTS[1], dry_run=True)
    assert report.submission_ids == (2,) and report.n_pages == 2
    assert report.rows == {"raw.kobo_submission": 2, "core.fct_survey_response": 2}
    assert everything(connection, tmp_path) == before


@pytest.mark.parametrize("spelling", ["", "uuid:"])
def test_nothing_of_the_erased_respondent_is_left_and_the_others_stay(synced, connection, landing, tmp_path, spelling):
    assert ROOTS[1] in everything(connection, tmp_path)
    erase(connection, landing, "pulse", spelling + ROOTS[1])
    left = everything(connection, tmp_path)
    assert ROOTS[1] not in left and answer_of(ROOTS[1]) not in left
    assert all(answer_of(root) in left for root in (ROOTS[0], ROOTS[2], ROOTS[3]))


@pytest.mark.parametrize("scan", [False, True])
def test_the_erased_do_not_come_back_while_the_server_still_has_them(synced, store, connection, landing, tmp_path, scan):
    erase(connection, landing, "pulse", ROOTS[1])
    report = sync(store, landing, connection, scan=scan)
    assert (report.n_new, report.n_deleted, report.n_unexplained, report.n_total) == (0, 0, 0, 3)
    assert answer_of(ROOTS[1]) not in everything(connection, tmp_path)
    assert sync(store, landing, connection).way == "history"


def test_a_deletion_beside_an_erased_submission_is_still_proved(synced, store, connection, landing):
    erase(connection, landing, "pulse", ROOTS[1])
    store.delete(store.uid, 3)
    report = sync(store, landing, connection, scan=True)
    assert (report.n_deleted, report.n_unexplained) == (1, 0)


def test_erasing_twice_or_someone_unknown_takes_nothing(synced, connection, landing):
    erase(connection, landing, "pulse", ROOTS[1])
    again = erase(connection, landing, "pulse", ROOTS[1])
    unknown = erase(connection, landing, "pulse", "00000000-0000-4000-8000-999999999999")
    assert [(report.submission_ids, report.rows, report.n_pages) for report in (again, unknown)] == [((), {}, 0)] * 2
