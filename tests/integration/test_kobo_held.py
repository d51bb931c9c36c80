"""Submissions that vanish from the server without a proof of their deletion: nothing is deleted, and the question stays until it is answered."""

import pytest

from ingestion.kobo.erasure import erase
from ingestion.kobo.hold import NotAccepted, accept, held_forms
from ingestion.kobo.reconcile import reconcile_form
from tests.integration.kobo_pulse import CONTENT, later, pulse_site

REASON = "trial submissions, deleted before the fieldwork"


@pytest.fixture
def pulse(tmp_path, warehouse):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(20)
        site.sync()
        yield site


def open_questions(site):
    return [(hold.n_held, hold.n_seen, hold.n_absent, hold.reasons) for hold in held_forms(site.connection)]


@pytest.mark.parametrize("token", ["manage", "view"])
@pytest.mark.parametrize("scan", [False, True])
def test_an_answer_without_a_submission_deletes_nothing_and_asks_until_they_are_back(pulse, token, scan):
    pulse.sync(token)
    before = pulse.raw()
    pulse.meddler.empty_after, pulse.meddler.keeps_count = 0, False
    first = pulse.sync(token, scan=True)
    second, third = pulse.sync(token, scan=scan), pulse.sync(token)
    assert [report.n_deleted for report in (first, second, third)] == [0, 0, 0] and pulse.raw() == before
    assert [(report.held.n_absent, report.held.n_seen, report.held.counter) for report in (first, second, third)] == [
        (20, 0, 20)
    ] * 3
    assert first.held.since == third.held.since and "beyond" in first.held.reasons and "counter" in first.held.reasons
    pulse.meddler.empty_after = None
    assert pulse.sync(token).held is None and open_questions(pulse) == []
    closed = pulse.connection.execute("select closed_because from ops.kobo_hold").fetchall()
    assert closed == [("the server has them back",)]


@pytest.mark.parametrize("token", ["manage", "view"])
def test_rows_that_mongodb_lost_are_asked_for_and_what_is_new_or_edited_is_loaded(pulse, token):
    pulse.sync(token)
    pulse.store.lose(pulse.uid, [3])
    pulse.edit(5, "9")
    pulse.submit(2)
    report = pulse.sync(token, scan=True)
    assert (report.n_new, report.n_changed, report.n_deleted, report.held.examples) == (2, 1, 0, (3,))
    assert pulse.raw() == {**pulse.server(), 3: "1"}
    pulse.edit(6, "8")
    again = pulse.sync(token)
    assert (again.n_changed, again.held.examples, again.way) == (1, (3,), "manifest")
    pulse.store.remongo(pulse.uid)
    pulse.edit(3, "7")
    assert pulse.sync(token).held is None and pulse.raw() == pulse.server()
    assert pulse.raw()[3] == "7" and pulse.sync(token).n_changed == 0


def test_a_deletion_and_an_addition_that_cancel_out_are_told_apart_from_a_loss(pulse, monkeypatch):
    later(monkeypatch, 1)
    pulse.delete(4)
    pulse.submit(1)
    report = pulse.sync()
    assert (report.way, report.n_deleted, report.n_new, report.held) == ("history", 1, 1, None) and pulse.raw() == pulse.server()
    later(monkeypatch, 1)
    pulse.store.lose(pulse.uid, [5])
    pulse.store.db.execute("delete from lost")  # the counter knows nothing of it either
    pulse.submit(1)
    assert pulse.sync(scan=True).held.reasons == ("unnamed",) and 5 in pulse.raw()


def test_more_deleted_than_cleaning_explains_is_asked_though_the_history_names_each(pulse):
    pulse.delete(1, 2, 3)
    report = pulse.sync()
    assert (report.way, report.n_deleted, report.held.reasons, report.held.examples) == ("history", 0, ("beyond",), (1, 2, 3))
    assert len(pulse.raw()) == 20
    assert [pulse.sync().held.examples for _ in range(2)] == [(1, 2, 3)] * 2
    accept(pulse.connection, "pulse", REASON, "ana")
    report = pulse.sync()
    assert (report.n_deleted, report.held) == (3, None) and pulse.raw() == pulse.server()
    assert pulse.sync().way == "history"


@pytest.mark.parametrize("token", ["manage", "view"])
def test_a_small_deletion_is_none_of_it(pulse, token):
    pulse.sync(token)
    pulse.delete(1, 2)
    report = pulse.sync(token)
    assert (report.n_deleted, report.held) == (2, None) and open_questions(pulse) == []


def test_three_of_four_ask_and_one_of_four_does_not(pulse):
    pulse.delete(*range(5, 21))
    pulse.sync()
    accept(pulse.connection, "pulse", REASON, "ana")
    pulse.sync()
    pulse.delete(1)
    assert pulse.sync().held is None
    pulse.submit(1)
    pulse.sync()
    pulse.delete(2, 3, 4)
    assert pulse.sync().held.n_absent == 3


def test_what_was_accepted_is_deleted_and_what_vanishes_after_it_is_asked_anew(pulse):
    pulse.store.lose(pulse.uid, range(1, 9))
    assert pulse.sync(scan=True).held.n_absent == 8
    done = accept(pulse.connection, "pulse", REASON, "ana")
    assert [(hold.accepted_by, hold.accepted_because, hold.n_absent) for hold in done] == [("ana", REASON, 8)]
    pulse.store.lose(pulse.uid, [9])
    report = pulse.sync()
    assert (report.n_deleted, report.held.examples, "more" in report.held.reasons) == (8, (9,), True)
    assert sorted(pulse.raw()) == list(range(9, 21))
    accept(pulse.connection, "pulse", REASON, "ana")
    report = pulse.sync()
    assert (report.n_deleted, report.held) == (1, None) and pulse.raw() == pulse.server()
    assert [pulse.sync(scan=True).held for _ in range(2)] == [None, None]
    kept = "select accepted_by, accepted_because, accepted_at is not null, closed_because, n_absent from ops.kobo_hold order by hold_no"
    assert pulse.connection.execute(kept).fetchall() == [("ana", REASON, True, "accepted", n) for n in (8, 1)]


def test_what_the_server_has_back_by_then_stays_though_it_was_accepted(pulse):
    pulse.store.lose(pulse.uid, range(1, 9))
    pulse.sync(scan=True)
    accept(pulse.connection, "pulse", REASON, "ana")
    pulse.store.remongo(pulse.uid)
    report = pulse.sync()
    assert (report.n_deleted, report.held) == (0, None) and pulse.raw() == pulse.server() and len(pulse.raw()) == 20


def test_of_many_that_were_asked_about_the_last_ones_are_not_deleted_without_an_answer(pulse):
    pulse.sync("view")
    pulse.delete(1, 2, 3, 4)
    assert pulse.sync("view").held.n_absent == 4
    for number in (1, 2, 3):
        root = f"uuid:00000000-0000-4000-8000-{number:012d}"
        pulse.store.db.execute(
            "insert into submission select ?, asset_uid, ?, ?, replace(replace(body, '\"_id\": 20', ?), '00000000-0000-4000-8000', '0'), null"
            " from submission where id = 20",
            (number, root, root, f'"_id": {number}'),
        )
    assert pulse.sync("view").held.examples == (4,)
    assert pulse.sync("view").held.examples == (4,) and 4 in pulse.raw()


@pytest.mark.parametrize("token", ["manage", "view"])
def test_a_scan_that_the_server_breaks_off_deletes_nothing_and_goes_on_where_it_was(pulse, token):
    pulse.sync(token)
    pulse.delete(1)
    pulse.meddler.empty_after = 10
    report = pulse.sync(token, scan=True)
    assert (report.n_deleted, "cut" in report.held.reasons, report.held.n_absent) == (0, True, 10)
    assert "said that more submissions are there, and sent none" in str(report.held)
    pulse.meddler.empty_after = None
    report = pulse.sync(token)
    assert report.n_deleted in (0, 1) and 20 in pulse.raw()
    assert [hold.n_absent for hold in held_forms(pulse.connection)] == ([] if report.n_deleted else [1])


def test_a_first_pull_that_is_broken_off_or_empty_is_held_and_comes_to_its_end_later(tmp_path, warehouse):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(20)
        site.meddler.empty_after, site.meddler.keeps_count = 0, False
        report = site.sync()
        assert (report.n_new, report.held.reasons, report.held.counter) == (0, ("missing",), 20)
        site.meddler.empty_after, site.meddler.keeps_count = 10, True
        report = site.sync()
        assert (report.n_new, report.held.reasons) == (10, ("cut",))
        with pytest.raises(NotAccepted, match="nothing to accept of pulse"):
            accept(site.connection, "pulse", REASON, "ana")
        site.meddler.empty_after = None
        site.edit(2, "9")
        report = site.sync()
        assert (report.n_new, report.held) == (10, None) and site.raw() == site.server()
        assert site.sync().way == "history"


def test_a_gap_that_was_accepted_is_not_asked_about_again_unless_it_grows(tmp_path, warehouse):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(20)
        site.store.lose(site.uid, range(1, 7))
        assert [site.sync().held.reasons for _ in range(2)] == [("missing",)] * 2
        accept(site.connection, "pulse", REASON, "ana")
        assert [site.sync(scan=True).held for _ in range(3)] == [None] * 3
        site.store.lose(site.uid, [7])
        assert site.sync(scan=True).held.examples == (7,)
        site.store.remongo(site.uid)
        assert site.sync().held is None and site.raw() == site.server()


def test_a_token_that_sees_a_part_is_asked_nothing_and_leaves_the_question_as_it_is(pulse):
    report = pulse.sync("partial")
    assert report.held is None and report.n_deleted == 0
    pulse.sync()
    pulse.store.lose(pulse.uid, range(1, 9))
    assert pulse.sync(scan=True).held.n_absent == 8
    report = pulse.sync("partial")
    assert (report.n_deleted, report.held.n_absent) == (0, 8)
    accept(pulse.connection, "pulse", REASON, "ana")
    assert pulse.sync("partial").n_deleted == 0
    assert pulse.sync().n_deleted == 8


def test_the_erased_are_not_asked_for(pulse):
    pulse.store.lose(pulse.uid, range(1, 5))
    assert pulse.sync(scan=True).held.n_absent == 4
    for number in (1, 2, 3, 4):
        root = pulse.connection.execute(
            "select root_uuid from raw.kobo_submission where submission_id = %s", (number,)
        ).fetchone()[0]
        erase(pulse.connection, pulse.landing, "pulse", root)
    assert pulse.connection.execute("select count(*) from ops.kobo_hold_submission").fetchone() == (0,)
    report = pulse.sync()
    assert (report.held, report.n_deleted, report.n_total) == (None, 0, 16)
    pulse.store.remongo(pulse.uid)
    assert pulse.sync(scan=True).n_total == 16


def test_a_reconciliation_of_a_held_form_says_so_with_the_answer_to_give(pulse):
    pulse.store.lose(pulse.uid, range(1, 9))
    found = reconcile_form(pulse.client(), pulse.contract, pulse.connection)
    assert found.n_surplus == 8 and "sync --scan" in found.remedy and len(pulse.raw()) == 20
    pulse.sync(scan=True)
    found = reconcile_form(pulse.client(), pulse.contract, pulse.connection)
    assert found.n_surplus == 8 and 'parity kobo accept pulse --reason "…"' in found.remedy


def test_an_answer_needs_a_question_a_reason_and_is_given_once(pulse):
    with pytest.raises(NotAccepted, match="pulse is not held"):
        accept(pulse.connection, "pulse", REASON, "ana")
    pulse.store.lose(pulse.uid, range(1, 9))
    pulse.sync(scan=True)
    with pytest.raises(NotAccepted, match="Say why"):
        accept(pulse.connection, "pulse", "  nine   sign ", "ana")
    [answered] = accept(pulse.connection, "pulse", " all   tests. ", "ana")
    assert (answered.accepted_by, answered.accepted_because) == ("ana", "all tests.")
    with pytest.raises(NotAccepted, match=r"was accepted on .* by ana: sync it"):
        accept(pulse.connection, "pulse", REASON, "bo")
    assert "the next sync applies it" in str(held_forms(pulse.connection)[0])


def test_a_question_of_another_kind_is_not_closed_by_a_sync(pulse):
    pulse.connection.execute(
        "insert into ops.kobo_hold (form, asset_uid, kind, reasons, n_held, n_seen, n_absent)"
        " values ('pulse', %s, 'project', '{another project}', 20, 0, 0)",
        (pulse.uid,),
    )
    pulse.connection.commit()
    assert pulse.sync(scan=True).held is None
    assert [(hold.kind, hold.why) for hold in held_forms(pulse.connection)] == [("project", "another project")]


def test_a_question_about_a_project_is_closed_once_another_of_the_form_stands(pulse):
    first = pulse.uid
    for _ in range(2):
        pulse.meddler.empty_after, pulse.meddler.keeps_count = 0, False
        assert pulse.sync(scan=True).held.asset_uid == pulse.uid
        pulse.meddler.empty_after = None
        pulse.uid = pulse.store.add_asset("Pulse")
        pulse.store.deploy(pulse.uid, pulse.store.add_version(pulse.uid, CONTENT))
        pulse.submit(5)
        pulse.contract = pulse.contract.model_copy(update={"asset_uid": pulse.uid})
        assert (pulse.sync().held, open_questions(pulse)) == (None, [])
    why = pulse.connection.execute("select asset_uid, closed_because from ops.kobo_hold order by hold_no").fetchall()
    assert why[0] == (first, "another project of the form stands on the server") and len({uid for uid, _ in why}) == 2
    with pytest.raises(NotAccepted, match="is not held"):
        accept(pulse.connection, "pulse", REASON, "operator")
