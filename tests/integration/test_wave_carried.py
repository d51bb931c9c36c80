"""Which published figures of surveys a release carries: of waves from before seals were kept, and under a policy that changed and changed back."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.candidate import release_rows
from publication.cell import Cell, Status
from publication.context import Context
from publication.history import ReleaseError
from publication.releases import _store
from publication.reopening import Order, cancel, mark_used, reopen
from publication.wave_carried import read_carried
from publication.wave_history import computed_waves, read_waves
from publication.waves import moved
from tests.integration import made_cells
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_waves import CLOSED, SHARES, cells, estimates, waves

connection = made_cells.connection
OVER, LATER = dt.date(2025, 10, 1), dt.date(2025, 11, 1)
NOON = dt.datetime(2025, 10, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def survey(connection):
    """One closed wave of the form `culture` with one respondent of the day on which the first release was built."""
    connection.execute(
        """
        create schema if not exists staging;
        create table staging.stg_kobo__submission (form text, submission_id bigint, asset_uid text, root_uuid text);
        create table staging.stg_kobo__answer (form text, submission_id bigint, field text, value text);
        create table core.int_survey__wave as select 'culture' as form, 2025 as period_year, '2025' as wave, date '2025-09-30' as last_day;
        create table core.int_survey__respondent as select 'culture' as form, 1::bigint as submission_id, 2025 as period_year;
        create table indicators.ind_survey__person_score as select 'culture' as form, 'CUL-03' as indicator_code, 'synthetic' as provenance,
            2025 as period_year, 'THA' as country_code, 'THA-POL' as agency_code, 'police' as agency_type;
        """
    )
    answered(connection, 1, NOON - dt.timedelta(days=9))
    return connection


def answered(connection, number, at):
    connection.execute(
        "insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash, loaded_at) values ('culture', 'a', %s, false, '', %s)",
        (number, at),
    )


def kept(connection, rows, held_against=None, wave=False):
    """A release that readers saw; `held_against` is null of one from before."""
    (number,) = connection.execute(
        "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, created_at, shown_at, published_at, held_against)"
        " values ('superseded', '1', '', 0, 0, %(at)s, %(at)s, %(at)s, %(against)s) returning release_id",
        {"at": NOON, "against": held_against},
    ).fetchone()
    _store(connection, "indicator", number, [vars(row) for row in rows])
    if wave:
        connection.execute("insert into release.survey_wave values (%s, 'culture', 2025, '2025', '', 1)", (number,))
    return number


def first_rows(policy=POLICY):
    return release_rows(cells(), policy, Context(waves=waves(CLOSED)))


def built(connection, of: list[Cell], today=LATER, policy=POLICY):
    """The rows of a release now, and the waves that it computes."""
    found = read_waves(connection, of, today)
    rows = release_rows(of, policy, Context(waves=found))
    return rows, [key for key, _ in computed_waves(found, moved(of, found, policy))]


def test_a_wave_from_before_that_a_late_answer_changed_is_carried_release_after_release(survey):
    first = kept(survey, first_rows())
    answered(survey, 1, NOON + dt.timedelta(days=3))  # the answer was edited
    for shift in (3, -7):
        rows, computed = built(survey, cells(shift=shift))
        assert estimates({row.cell_id: row for row in rows}) == SHARES and computed == []
        kept(survey, rows, held_against=[first])


@pytest.mark.parametrize("what", ["erased", "new"])
def test_an_erasure_or_a_new_answer_since_then_counts_as_a_change(survey, what):
    kept(survey, first_rows())
    if what == "erased":
        survey.execute("insert into ops.kobo_erased (root_sha256, form) values ('x', 'culture')")
    else:
        survey.execute("insert into core.int_survey__respondent values ('culture', 2, 2025)")
        answered(survey, 2, NOON + dt.timedelta(hours=1))
    rows, computed = built(survey, cells(shift=3))
    assert estimates({row.cell_id: row for row in rows}) == SHARES and computed == []


def test_a_wave_from_before_with_the_same_answers_is_computed_once_more_and_sealed(survey):
    kept(survey, first_rows())
    answered(survey, 7, NOON + dt.timedelta(days=3))  # of another wave
    rows, computed = built(survey, cells(shift=3))
    assert estimates({row.cell_id: row for row in rows})["woman"] == 53, "as the code or the catalogue has it now"
    assert computed == [("culture", 2025)]


def test_figures_that_were_published_while_the_wave_was_open_do_not_become_final(survey):
    kept(survey, first_rows())
    answered(survey, 1, NOON + dt.timedelta(days=3))
    rows, _ = built(survey, cells(shift=3), today=dt.date(2025, 9, 1))
    assert {row.status for row in rows} == {Status.OPEN}
    kept(survey, rows, held_against=[1])
    rows, computed = built(survey, cells(shift=3))
    assert estimates({row.cell_id: row for row in rows})["woman"] == 53 and computed == [("culture", 2025)]


def test_what_a_stricter_policy_suppressed_is_carried_as_it_was_shown(survey):
    strict = POLICY.model_copy(update={"min_base_survey": 150})
    kept(survey, first_rows(), held_against=[], wave=True)
    second, _ = built(survey, cells(shift=3), policy=strict)
    assert estimates({row.cell_id: row for row in second}) == {"woman": None, "man": None, "women minus men": None, "all": 55}
    kept(survey, second, held_against=[1])
    third, _ = built(survey, cells(shift=3))
    assert estimates({row.cell_id: row for row in third}) == SHARES
    kept(survey, second, held_against=[1, 2], wave=True)  # by order, with other people, of whom too few are left
    assert {row.gender for row in read_carried(survey).values() if row.is_suppressed} == {"woman", "man", "women minus men"}


def orders(connection):
    return connection.execute("select order_no, release_id from ops.survey_wave_reopened order by 1").fetchall()


def test_an_order_is_followed_for_waves_that_are_closed_and_cancelled_while_no_release_used_it(survey):
    first = kept(survey, first_rows(), held_against=[], wave=True)
    with pytest.raises(ReleaseError, match="Wave 2025 of culture is still open: its last day is 2025-09-30"):
        reopen(survey, "culture", "2025", "doubled", "me", today=dt.date(2025, 9, 30))
    with pytest.raises(ReleaseError, match="there was none"):
        cancel(survey, "culture", "2025", "a mistake", "me")
    order = reopen(survey, "culture", "2025", "doubled", "me", today=LATER)
    candidate = kept(survey, first_rows(), held_against=[first])
    survey.execute(
        "update release.release set state = 'approved', shown_at = null, published_at = null where release_id = %s", (candidate,)
    )
    mark_used(survey, candidate, [])
    assert orders(survey) == [(1, None)], "its wave is open"
    mark_used(survey, candidate, [("culture", 2025)])
    assert orders(survey) == [(1, candidate)]
    with pytest.raises(ReleaseError, match="say with --reason"):
        cancel(survey, "culture", "2025", " ", "me")
    assert cancel(survey, "culture", "2025", "a mistake", "me") == [Order(1, "culture", 2025, "2025", "doubled", "me")] == [order]
    (state,) = survey.execute("select state from release.release where release_id = %s", (candidate,)).fetchone()
    assert state == "rejected", "its figures moved by the order"
    assert orders(survey) == [(1, candidate)], "what was ordered stays on record"
    mark_used(survey, first, [("culture", 2025)])
    assert orders(survey) == [(1, candidate)]
    reopen(survey, "culture", "2025", "again", "me", today=LATER)
    mark_used(survey, first, [("culture", 2025)])
    with pytest.raises(ReleaseError, match="readers saw a release that used it"):
        cancel(survey, "culture", "2025", "too late", "me")


BEFORE, AFTER = "2025-10-01 11:00+00", "2025-10-01 13:00+00"
STANDS = "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, synced_at) values ('{asset}', '{form}', 'all', 1, now())"
COUNTS = "insert into raw.catalogue_survey_project (form, asset_uid) values ('{form}', '{asset}')"
SENT = (
    "insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash, loaded_at)"
    " values ('{form}', '{asset}', {number}, false, '', '{at}')"
)
NO_CHANGE = {
    "an edit of another form": [SENT.format(form="other", asset="o", number=1, at=BEFORE), SENT.format(form="other", asset="o", number=1, at=AFTER)],
    "an answer of the same number in another form": [SENT.format(form="other", asset="a", number=2, at=AFTER)],
    "the number of an earlier answer in another project": [
        *(COUNTS.format(form="culture", asset=asset) for asset in "abc"),
        SENT.format(form="culture", asset="b", number=9, at=BEFORE),
        SENT.format(form="culture", asset="c", number=9, at=AFTER),
    ],
    "an edit before the release": [SENT.format(form="culture", asset="a", number=1, at=BEFORE)],
    "a new answer of another wave": [
        "insert into core.int_survey__respondent values ('culture', 5, 2024), ('other', 5, 2025)",
        SENT.format(form="culture", asset="a", number=5, at=AFTER),
    ],
    "an erasure of another form": [f"insert into ops.kobo_erased (root_sha256, form, erased_at) values ('x', 'other', '{AFTER}')"],
    "an erasure before the release": [f"insert into ops.kobo_erased (root_sha256, form, erased_at) values ('x', 'culture', '{BEFORE}')"],
    "a second project, beside one that counts": [COUNTS.format(form="culture", asset="a"), STANDS.format(form="culture", asset="z")],
    "a project of another form that counts no more": [SENT.format(form="other", asset="o", number=1, at=BEFORE), STANDS.format(form="other", asset="z")],
    "a project that came later and does not count": [SENT.format(form="culture", asset="z", number=0, at=AFTER)],
}  # fmt: skip
A_CHANGE = {
    "an edit": [SENT.format(form="culture", asset="a", number=1, at=AFTER)],
    "a new answer of the wave": [
        "insert into core.int_survey__respondent values ('culture', 5, 2025)",
        SENT.format(form="culture", asset="b", number=5, at=AFTER),
    ],
    "an erasure": [f"insert into ops.kobo_erased (root_sha256, form, erased_at) values ('x', 'culture', '{AFTER}')"],
    "a project that counts no more": [STANDS.format(form="culture", asset="z")],
}


@pytest.mark.parametrize("what", [*NO_CHANGE, *A_CHANGE])
def test_only_what_came_into_a_wave_since_its_release_makes_its_figures_final_as_they_are(survey, what):
    kept(survey, first_rows())
    for statement in (NO_CHANGE | A_CHANGE)[what]:
        survey.execute(statement)
    rows, computed = built(survey, cells(shift=3))
    carried = estimates({row.cell_id: row for row in rows}) == SHARES
    assert (carried, computed) == ((True, []) if what in A_CHANGE else (False, [("culture", 2025)]))


@pytest.mark.parametrize(
    ("again", "is_final"),
    [({}, False), ({"held_against": [1]}, True), ({"of": [row for row in first_rows() if row.period_year != 2025]}, True)],
    ids=["from before", "since seals are kept", "without the wave"],
)
def test_answers_are_those_of_the_newest_release_from_before_that_had_figures_of_the_year(survey, again, is_final):
    kept(survey, first_rows())
    survey.execute(SENT.format(form="culture", asset="a", number=1, at=AFTER))
    number = kept(survey, again.get("of", first_rows()), held_against=again.get("held_against"))
    survey.execute("update release.release set created_at = %s where release_id = %s", (NOON + dt.timedelta(days=2), number))
    _, computed = built(survey, cells(shift=3))
    assert computed == ([] if is_final else [("culture", 2025)])
