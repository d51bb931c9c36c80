"""The reconciliation finds every way in which raw can differ from the server, and says nothing where it does not."""

import psycopg
import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erase
from ingestion.kobo.errors import KoboError
from ingestion.kobo.reconcile import reconcile_form, require_equal
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

OWNER, PARTIAL = "a" * 40, "b" * 40
CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
CONTENT = {"survey": [{"type": "integer", "name": "a", "$xpath": "a"}], "choices": [], "translations": [None]}


@pytest.fixture
def store(tmp_path):
    app = create_app(tmp_path / "kobo.sqlite", OWNER)
    store = app.state.store
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, CONTENT))
    for number in range(1, 7):
        root = f"00000000-0000-4000-8000-{number:012d}"
        names = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "meta/instanceID": f"uuid:{root}"}
        store.add(uid, {**names, "a": str(number % 2), "_validation_status": {}, "_attachments": []})
    store.add_account("partial", PARTIAL)
    store.grant(uid, "partial", "partial_submissions", [{"a": "1"}])
    with serve(app) as url:
        store.url, store.uid = url, uid
        yield store


@pytest.fixture
def connection(warehouse, store, tmp_path):
    with psycopg.connect(warehouse) as opened:
        sync_form(KoboClient(store.url, OWNER), CONTRACT, Landing(str(tmp_path / "landing")), opened)
        yield opened


def reconcile(store, connection, token=OWNER):
    return reconcile_form(KoboClient(store.url, token, page_size=4), CONTRACT, connection)


def test_after_a_sync_nothing_differs(store, connection):
    found = reconcile(store, connection)
    assert found.is_equal and (found.n_server, found.n_raw) == (6, 6)
    assert str(found) == "pulse: raw equals the server, 6 submissions"


def test_each_kind_of_difference_is_counted_and_named_by_id(store, connection):
    connection.execute("delete from raw.kobo_submission where submission_id = 2")
    connection.execute("update raw.kobo_submission set content_hash = 'x' where submission_id = 3")
    connection.commit()
    store.delete(store.uid, 5)
    found = reconcile(store, connection)
    assert (found.missing, found.surplus, found.differing) == ((2,), (5,), (3,))
    with pytest.raises(KoboError, match=r"1 missing in raw \(2\); 1 no longer on the server \(5\); 1 of another content \(3\)"):
        require_equal(found)


def test_the_verdict_is_kept_and_raw_is_not_touched(store, connection):
    store.delete(store.uid, 5)
    before = connection.execute("select * from raw.kobo_submission order by 3").fetchall()
    reconcile(store, connection)
    kept = "select n_server, n_raw, n_missing, n_surplus, n_differing, is_partial from ops.kobo_reconciliation"
    assert connection.execute(kept).fetchall() == [(5, 6, 0, 1, 0, False)]
    assert connection.execute("select * from raw.kobo_submission order by 3").fetchall() == before


def test_a_token_that_sees_a_part_is_said_and_judges_no_deletion(store, connection):
    found = reconcile(store, connection, PARTIAL)
    assert found.is_equal and found.is_partial and found.n_server == 3
    assert str(found).endswith("3 submissions that the token may see")


def test_a_sync_with_such_a_token_says_what_it_cannot_prove_and_that_rights_changed(store, connection, tmp_path):
    def sync(token):
        return sync_form(KoboClient(store.url, token), CONTRACT, Landing(str(tmp_path / "landing")), connection)

    report = sync(PARTIAL)
    assert (report.n_deleted, report.n_total, report.n_unexplained) == (0, 6, 3)
    assert "no deletion is recorded" in report.notices[0] and report.notices[1].endswith("; gained partial_submissions")
    assert [notice for notice in sync(PARTIAL).notices if "changed" in notice] == []
    back = sync(OWNER)
    assert len(back.notices) == 1 and "lost partial_submissions; gained " in back.notices[0] and back.n_unexplained == 0


def test_the_erased_are_no_difference(store, connection, tmp_path):
    erase(connection, Landing(str(tmp_path / "landing")), "pulse", "00000000-0000-4000-8000-000000000004")
    found = reconcile(store, connection)
    assert found.is_equal and (found.n_server, found.n_raw) == (5, 5)
