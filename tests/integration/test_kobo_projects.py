"""Several projects of one form, at the same time or one after the other: which is followed, what is held, and what is asked before it moves."""

import dataclasses

import psycopg
import pytest

from ingestion.kobo.access import look
from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erase
from ingestion.kobo.errors import KoboError, NoForms
from ingestion.kobo.mapping import MappingError
from ingestion.kobo.reconcile import reconcile_form
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
COUNTED = "select asset_uid from raw.kobo_project where form = 'pulse' and is_counted order by 1"


class Desk:
    """A server with projects named Pulse, and a warehouse that follows them."""

    def __init__(self, store, url, connection, landing):
        self.store, self.url, self.connection, self.landing = store, url, connection, landing
        self.client = KoboClient(url, TOKEN)
        self.sent = 0

    def project(self, n, name="Pulse"):
        uid = self.store.add_asset(name)
        self.store.deploy(uid, self.store.add_version(uid, CONTENT))
        self.answer(uid, n)
        return uid

    def answer(self, uid, n, root=None):
        for _ in range(n):
            self.sent += 1
            bare = root or f"00000000-0000-4000-8000-{self.sent:012d}"
            names = {"_uuid": bare, "meta/rootUuid": f"uuid:{bare}"}
            self.store.add(uid, {**names, "a": "1", "_validation_status": {}, "_attachments": []})

    def sync(self, **changes):
        return sync_form(self.client, CONTRACT.model_copy(update=changes), self.landing, self.connection)

    def reconcile(self, **changes):
        return reconcile_form(self.client, CONTRACT.model_copy(update=changes), self.connection)

    def counted(self):
        return [uid for (uid,) in self.connection.execute(COUNTED).fetchall()]

    def publish_wave(self):
        """A wave of the form that readers saw."""
        with self.connection.transaction():
            number = self.connection.execute(RELEASE).fetchone()[0]
            self.connection.execute(WAVE, (number,))


RELEASE = """
insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)
values ('current', 'v', 'h', 0, 0, now()) returning release_id
"""
WAVE = "insert into release.survey_wave (release_id, form, period_year, wave, salt, n_respondents) values (%s, 'pulse', 2025, '2025', 'x', 3)"


@pytest.fixture
def desk(tmp_path, warehouse):
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(server) as url, psycopg.connect(warehouse) as connection:
        yield Desk(server.state.store, url, connection, Landing(str(tmp_path / "landing")))


def test_a_project_that_was_archived_is_left_for_the_one_of_its_name_that_takes_answers(desk):
    pilot = desk.project(3)
    assert desk.sync().asset_uid == pilot
    desk.store.set_active(pilot, False)
    assert desk.sync().asset_uid == pilot, "over, but there is no other"
    main = desk.project(4)
    report = desk.sync()
    assert (report.asset_uid, report.n_total) == (main, 4)
    assert [dataclasses.astuple(one) for one in report.earlier_projects] == [(pilot, 3, False)]
    desk.store.set_active(main, False)
    again = desk.project(5)
    assert (desk.sync().asset_uid, desk.counted()) == (again, [again])


def test_of_two_that_take_answers_the_contract_names_the_one_that_is_meant(desk):
    first, second = desk.project(3), desk.project(4)
    for _ in range(2):
        with pytest.raises(KoboError, match=rf"{first}, {second}.*or name the one that is meant by asset_uid"):
            desk.sync()
    assert desk.sync(asset_uid=second).n_total == 4
    assert desk.sync(asset_uid=second).way == "history"
    assert desk.reconcile(asset_uid=second).is_equal
    assert (desk.sync(asset_uid=first).asset_uid, desk.counted()) == (first, [first])
    assert (desk.sync(asset_uid=second).asset_uid, desk.counted()) == (second, [second])


def test_a_second_project_of_the_name_of_one_that_is_followed_is_told_and_unproved(desk):
    first = desk.project(3)
    desk.sync()
    second = desk.project(4)
    third = desk.project(1)
    sight = look(desk.client, type("Catalogue", (), {"kobo": {"pulse": CONTRACT}}))
    assert [(found.asset_uid, found.twins) for found in sight.forms] == [(first, (second, third))]
    assert sight.doubled[0].startswith(f"pulse: 3 deployed projects are the contract's ({first}, {second}, {third})")
    with pytest.raises(KoboError, match="3 forms named 'Pulse'"):
        desk.reconcile()


def test_a_uid_of_the_contract_that_is_not_on_the_server_is_named_with_its_key(desk):
    desk.project(3)
    for _ in range(2):
        with pytest.raises(NoForms, match=r"No deployed form with the uid aGone .* or correct asset_uid in pulse\.yml"):
            desk.sync(asset_uid="aGone")


def test_a_proof_is_red_while_figures_count_a_project_that_is_not_on_the_server(desk):
    pilot = desk.project(3)
    desk.sync()
    desk.store.drop_asset(pilot)
    main = desk.project(0)
    found = desk.reconcile()
    assert not found.is_equal and found.strays == (pilot,) and (found.n_missing, found.n_surplus) == (0, 0)
    assert str(found) == f"pulse: figures count {pilot}, and the project on the server is {main}"
    desk.sync()
    assert desk.reconcile().is_equal and desk.counted() == [main]


def test_where_a_wave_is_published_another_project_is_followed_by_order_only(desk):
    first = desk.project(3)
    desk.sync()
    desk.publish_wave()
    desk.store.drop_asset(first)
    second = desk.project(2)
    for _ in range(2):
        with pytest.raises(
            MappingError, match=rf"{second}.*{first}.*3 answers.*include_earlier_projects: \[{first}\].*asset_uid: {second}"
        ):
            desk.sync()
        desk.connection.rollback()
        assert desk.counted() == [first]
    report = desk.sync(include_earlier_projects=[first])
    assert (report.asset_uid, report.n_total, desk.counted()) == (second, 2, sorted([first, second]))
    desk.store.drop_asset(second)
    third = desk.project(1)
    with pytest.raises(MappingError, match=rf"include_earlier_projects: \[{first}, {second}\]"):
        desk.sync(include_earlier_projects=[first])
    desk.connection.rollback()
    assert desk.sync(asset_uid=third).asset_uid == third and desk.counted() == [third]


def test_a_project_without_answers_is_left_without_asking_though_a_wave_is_published(desk):
    desk.publish_wave()
    for _ in range(3):
        uid = desk.project(0)
        assert desk.sync().asset_uid == uid
        desk.store.drop_asset(uid)


def test_an_earlier_project_that_is_not_held_is_told(desk):
    desk.project(1)
    report = desk.sync(include_earlier_projects=["aGone", "aNever"])
    assert [notice.partition(",")[0] for notice in report.notices] == [
        "include_earlier_projects names aGone",
        "include_earlier_projects names aNever",
    ]


def test_an_erasure_takes_the_respondent_out_of_every_project_and_leaves_the_counts_true(desk):
    root = "99999999-0000-4000-8000-000000000001"
    uids = []
    for n in (3, 4, 5):
        uid = desk.project(n)
        desk.answer(uid, 1, root)
        desk.sync()
        uids.append(uid)
        desk.store.set_active(uid, n == 5)
    report = erase(desk.connection, desk.landing, "pulse", root)
    assert len(report.submission_ids) == 3 and report.n_pages == 3
    held = desk.connection.execute("select asset_uid, count(*) from raw.kobo_submission group by 1").fetchall()
    assert dict(held) == dict(zip(uids, (3, 4, 5), strict=True))
    cursors = desk.connection.execute("select asset_uid, n_live from ops.kobo_cursor").fetchall()
    assert dict(cursors) == dict(held)
    assert desk.sync().n_total == 5 and desk.reconcile().is_equal


ELSEWHERE = """
insert into raw.kobo_submission (form, asset_uid, submission_id, root_uuid, uuid, is_deleted, content_hash)
select form, 'aElsewhere', submission_id, 'uuid:else' || submission_id, 'else', false, 'h' from raw.kobo_submission
"""


def test_projects_of_two_servers_with_the_same_numbers_are_not_counted_together(desk):
    desk.project(3)
    desk.sync()
    desk.connection.execute(ELSEWHERE)
    desk.connection.commit()
    for _ in range(2):
        with pytest.raises(MappingError, match="3 submission numbers stand in more than one of the projects"):
            desk.sync(include_earlier_projects=["aElsewhere"])
    assert desk.sync().n_total == 3 and "aElsewhere" not in desk.counted()


def test_an_erasure_leaves_another_persons_submission_of_the_same_number_on_another_server(desk):
    uid = desk.project(3)
    desk.sync()
    desk.connection.execute(ELSEWHERE)
    erase(desk.connection, desk.landing, "pulse", "00000000-0000-4000-8000-000000000002")
    held = dict(desk.connection.execute("select asset_uid, count(*) from raw.kobo_submission group by 1").fetchall())
    assert held == {uid: 2, "aElsewhere": 3}


def test_what_the_contract_no_longer_lets_out_is_forgotten_in_earlier_projects_and_what_it_does_stays_untouched(desk):
    fields, held = (
        {"a": "a", "b": "b"},
        "select asset_uid, answers, xmin::text from raw.kobo_submission where asset_uid = any(%s)",
    )
    content = CONTENT | {"survey": [{"type": "integer", "name": name, "$xpath": name} for name in "ab"]}
    uids = []
    for _ in range(3):
        uid = desk.store.add_asset("Pulse")
        desk.store.deploy(uid, desk.store.add_version(uid, content))
        root = f"00000000-0000-4000-9000-{len(uids):012d}"
        names = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "_validation_status": {}, "_attachments": []}
        desk.store.add(uid, {**names, "a": "1", "b": "2"})
        desk.sync(fields=fields)
        uids.append(uid)
        desk.store.set_active(uid, len(uids) == 3)
    before = desk.connection.execute(held, (uids[:2],)).fetchall()
    assert [answers for _, answers, _ in before] == [{"a": "1", "b": "2"}] * 2
    sync_form(desk.client, CONTRACT.model_copy(update={"fields": fields}), desk.landing, desk.connection, scan=True)
    assert desk.connection.execute(held, (uids[:2],)).fetchall() == before
    desk.sync(fields={"a": "a"})
    assert [answers for _, answers, _ in desk.connection.execute(held, (uids,))] == [{"a": "1"}] * 3
