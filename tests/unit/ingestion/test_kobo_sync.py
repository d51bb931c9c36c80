"""What a sync decides: what it reads, what it takes for deleted, and when it reads all; no server and no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pytest

from ingestion.kobo import gone, memory, sync
from ingestion.kobo.raw import Cursor, Live
from parity.catalogue.kobo_contract import Absence

ROOTS = [f"root-{n}" for n in range(1, 5)]
CURSOR = Cursor("asset", "pulse", "view_submissions", "2026-01-02T00:10:00Z", 100, 0, False, "hash", "2026-01-02T00:10:01Z")
SEES_ALL = {"uid": "asset", "effective_permissions": [{"codename": "view_submissions"}], "deployment__submission_count": 98}
SEES_PART = {"uid": "asset", "effective_permissions": [{"codename": "partial_submissions"}]}


def live(number: int, root: str | None = None) -> Live:
    return Live(number, root or f"uuid:{ROOTS[number - 1]}", "content", "manifest")


def a_run(**changes) -> SimpleNamespace:
    """A sync under way, with a record of what it dropped and asked."""
    run = SimpleNamespace(
        uid="asset",
        connection=None,
        asset=SEES_ALL,
        cursor=CURSOR,
        has_new_contract=False,
        n_unexplained=0,
        n_new=0,
        n_left=0,
        known_at=None,
        standing=None,
        held=None,
        contract=SimpleNamespace(name="pulse", absence=Absence()),
        dropped=[],
        asked=[],
        sent=set(),
        pages=SimpleNamespace(erased=SimpleNamespace(has=lambda entry: False)),
    )
    run.drop = lambda gone: run.dropped.extend(entry.submission_id for entry in gone)
    run.fetch = lambda pages: (list(pages) and run.sent) or run.sent
    run.__dict__.update(changes)
    return run


AT = "2026-01-02T00:10:01Z"  # when each row is dated


def history(run, rows, held, monkeypatch):
    def asked(uid, since, **also):
        run.asked.append((since, also["also"]))
        yield {"action": "view-data", "metadata": {}, "date_created": AT}
        yield from (
            {"action": action, "metadata": {"submission": {"root_uuid": root}}, "date_created": AT} for action, root in rows
        )

    def matching(uid, field, values):
        run.asked.append((field, values))
        return iter(())

    run.client = SimpleNamespace(history=asked, matching=matching, server_time="2026-01-03T00:00:00Z")
    monkeypatch.setattr(sync.raw, "live_by_root", lambda connection, uid, roots: {entry.submission_id: entry for entry in held})
    return sync._by_history(run)


def test_only_what_the_history_calls_deleted_and_the_server_did_not_send_is_deleted(monkeypatch):
    rows = [
        ("delete-submission", ROOTS[0]),
        ("modify-submission", ROOTS[1]),
        ("delete-submission", ROOTS[2]),
        ("add-submission", ROOTS[3]),
    ]
    run = a_run(sent={3})
    assert history(run, rows, [live(1), live(2), live(3)], monkeypatch)
    assert run.dropped == [1]  # 2 was changed and is not sent: unexplained; 3 was deleted and is there again
    assert run.n_unexplained == 1


def test_a_deletion_is_proved_for_both_spellings_of_a_root_and_for_none_without(monkeypatch):
    held = [live(1, ROOTS[0]), live(2, f"uuid:{ROOTS[1]}"), replace(live(3), root_uuid=None)]
    run = a_run()
    history(run, [("delete-submission", root) for root in ROOTS[:3]], held, monkeypatch)
    assert (run.dropped, run.n_unexplained) == ([1, 2], 1)
    assert run.asked[1] == ("meta/rootUuid", [spelling for root in ROOTS[:3] for spelling in (f"uuid:{root}", root)])


def test_the_history_is_read_from_some_minutes_before_the_last_sync_on(monkeypatch):
    run = a_run()
    history(run, [], [], monkeypatch)
    since, (first, last) = run.asked[0]
    assert since == f"{dt.datetime(2026, 1, 2, 0, 10) - memory.OVERLAP:%Y-%m-%d %H:%M:%S}" == "2026-01-02 00:05:00"
    assert first < "2026-01-02 00:10:01" < last, "and the row that must still be there is asked for with them"


@pytest.mark.parametrize(
    ("n_rows", "is_read"), [(sync.MOST_BY_NAME - 1, True), (sync.MOST_BY_NAME, False), (3 * sync.MOST_BY_NAME, False)]
)
def test_a_history_too_long_to_read_by_name_is_given_up_whole_and_not_cut(n_rows, is_read, monkeypatch):
    run = a_run()
    assert history(run, [("modify-submission", f"root-{n}") for n in range(n_rows)], [], monkeypatch) is is_read
    assert sum(len(values) for field, values in run.asked if field == "meta/rootUuid") == (2 * n_rows if is_read else 0)


@pytest.mark.parametrize(("n_moved", "is_read"), [(sync.MOST_BY_NAME, True), (sync.MOST_BY_NAME + 1, False)])
def test_a_sweep_that_finds_too_many_moved_deletes_nothing_and_is_given_up(n_moved, is_read, monkeypatch):
    run = a_run(client=SimpleNamespace(matching=lambda *args: iter(())))
    done = []
    monkeypatch.setattr(sync.raw, "see", lambda connection, ids: None)
    monkeypatch.setattr(sync, "_sweep", lambda run: list(range(n_moved)))
    monkeypatch.setattr(sync, "_drop_absent", done.append)
    assert sync._by_manifest(run) is is_read
    assert bool(done) is is_read


@pytest.mark.parametrize(("sees_all", "same_rights", "same_count"), product([True, False], repeat=3))
def test_absence_is_deletion_only_to_a_token_that_sees_all_with_rights_and_counts_unchanged(
    sees_all, same_rights, same_count, monkeypatch
):
    again = SEES_ALL if sees_all else SEES_PART
    run = a_run(
        asset=again
        if same_rights
        else {**again, "effective_permissions": [*again["effective_permissions"], {"codename": "manage_asset"}]}
    )
    run.client = SimpleNamespace(asset=lambda uid: again, count=lambda uid: 98 if same_count else 97)
    run.cursor = None
    monkeypatch.setattr(sync.raw, "unseen", lambda connection, uid: [live(1), live(2)])
    monkeypatch.setattr(sync.raw, "n_seen", lambda connection: 98)
    monkeypatch.setattr(gone.raw, "n_live", lambda connection, uid: 100)
    sync._drop_absent(run)
    is_proof = sees_all and same_rights and same_count
    assert (run.dropped, run.n_unexplained) == (([1, 2], 0) if is_proof else ([], 2))


def test_where_nothing_is_absent_the_server_is_asked_nothing(monkeypatch):
    monkeypatch.setattr(sync.raw, "unseen", lambda connection, uid: [])
    monkeypatch.setattr(sync.raw, "n_seen", lambda connection: 98)
    monkeypatch.setattr(gone.raw, "n_live", lambda connection, uid: 98)
    run = a_run(client=None)
    sync._drop_absent(run)
    assert (run.dropped, run.n_unexplained) == ([], 0)


@pytest.mark.parametrize(
    ("changes", "scan", "way"),
    [
        ({}, False, "history"),
        ({}, True, "scan"),
        ({"cursor": None}, False, "scan"),
        ({"has_new_contract": True}, False, "scan"),
        ({"cursor": replace(CURSOR, rights="manage_asset view_submissions")}, False, "scan"),
        ({"cursor": replace(CURSOR, is_suspect=True)}, False, "scan"),
        ({"cursor": replace(CURSOR, history_at=None)}, False, "manifest"),
        ({"cursor": replace(CURSOR, history_at=None, is_suspect=True)}, False, "manifest"),
        ({"standing": "a question"}, False, "manifest"),
        ({"standing": "a question", "cursor": replace(CURSOR, is_suspect=True)}, False, "scan"),
        ({"asset": SEES_PART, "cursor": replace(CURSOR, rights="partial_submissions")}, False, "manifest"),
    ],
)
def test_the_way_of_a_sync_follows_from_what_the_token_may_see_and_what_changed(changes, scan, way, monkeypatch):
    monkeypatch.setattr(sync.raw, "asks_for_media", lambda connection, uid: False)
    assert sync._way(a_run(**changes), scan) == way


def test_a_form_that_asks_for_media_is_swept(monkeypatch):
    monkeypatch.setattr(sync.raw, "asks_for_media", lambda connection, uid: True)
    assert sync._way(a_run(), False) == "manifest"


@pytest.mark.parametrize(
    ("counter", "gap", "moved"),
    [(100, 0, False), (103, 3, False), (101, 0, True), (99, 0, True), (None, 0, False), (100, None, False), (0, -100, False)],
)
def test_a_counter_that_moved_otherwise_than_raw_is_seen_and_one_that_nobody_tells_is_not(counter, gap, moved):
    assert sync._moved_otherwise({"deployment__submission_count": counter}, replace(CURSOR, counter_gap=gap), 100) is moved


@pytest.mark.parametrize(("counter", "gap"), [(103, 3), (100, 0), (None, None)])
def test_after_a_scan_the_gap_of_the_servers_counter_is_kept_where_it_tells_one(counter, gap, monkeypatch):
    monkeypatch.setattr(sync.raw, "n_live", lambda connection, uid: 100)
    monkeypatch.setattr(sync, "reading_hash", lambda reader: "hash")
    run = a_run(
        asset={**SEES_ALL, "deployment__submission_count": counter},
        contract=SimpleNamespace(name="pulse"),
        history_at=None,
        reader=None,
    )
    after = sync._after(run, "scan")
    assert (after.counter_gap, after.n_live, after.is_suspect) == (gap, 100, False)
    run.n_unexplained = 1
    assert sync._after(run, "scan").is_suspect


@pytest.mark.parametrize(
    ("first", "second", "unexplained", "is_suspect"),
    [(101, 101, 0, True), (101, 100, 0, False), (100, 101, 0, False), (100, 100, 1, True)],
)
def test_after_a_history_what_came_while_it_was_read_is_no_reason_to_scan(first, second, unexplained, is_suspect, monkeypatch):
    monkeypatch.setattr(sync, "reading_hash", lambda reader: "hash")
    run = a_run(
        asset={**SEES_ALL, "deployment__submission_count": first},
        contract=SimpleNamespace(name="pulse"),
        history_at="now",
        reader=None,
    )
    run.n_new, run.n_deleted, run.n_unexplained = 3, 3, unexplained
    run.client = SimpleNamespace(asset=lambda uid: {"deployment__submission_count": second})
    after = sync._after(run, "history")
    assert (after.n_live, after.history_at, after.is_suspect) == (100, "now", is_suspect)


@pytest.mark.parametrize(("n_left", "is_suspect"), [(0, False), (1, True)])
def test_a_held_form_stays_where_it_was_and_is_read_whole_again_where_one_submission_was_left(n_left, is_suspect, monkeypatch):
    monkeypatch.setattr(sync.raw, "n_live", lambda connection, uid: 90)
    monkeypatch.setattr(sync, "reading_hash", lambda reader: "other")
    run = a_run(
        held="a question", n_left=n_left, history_at="now", known_at="now", reader=None, contract=SimpleNamespace(name="pulse")
    )
    for way in ("scan", "history", "manifest"):
        assert sync._after(run, way) == replace(CURSOR, n_live=90, is_suspect=is_suspect, contract_hash="other")


def test_a_first_scan_that_is_held_tells_no_gap_and_is_suspect(monkeypatch):
    monkeypatch.setattr(sync.raw, "n_live", lambda connection, uid: 90)
    monkeypatch.setattr(sync, "reading_hash", lambda reader: "hash")
    run = a_run(held="a question", cursor=None, history_at="now", reader=None, contract=SimpleNamespace(name="pulse"))
    after = sync._after(run, "scan")
    assert (after.counter_gap, after.is_suspect, after.history_at, after.n_live) == (None, True, "now", 90)
