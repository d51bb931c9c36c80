"""Whatever respondents, editors, owners and networks do, after the next sync raw equals the server, or the form is held with the right reason.

Hypothesis plays random submissions, edits, deletions, re-sent and duplicated submissions, statuses, redeployments with a group that is renamed
in chains and back, with and without an import anew, projects that are deleted and made again under their name, late media,
changes of the token's rights, busy or broken answers, and kills in the middle of a sync; and a server that sends nothing for a while, that
loses rows and has them back, that forgets its history, and people who accept what is held.
"""

import datetime as dt
import itertools
import json
import uuid
from contextlib import suppress

import psycopg
import pytest
import requests
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ingestion.kobo.client import KoboClient
from ingestion.kobo.hold import accept, held_forms
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin import clock
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve
from tests.integration.kobo_trouble import OWNER, SYNC, DyingLanding, Killed, Trouble

CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a", "g/b": "b"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
GROUPS = ("g", "g_2", "g_3")


def content(group, import_no):
    """The form with its group of that name; each import of its XLSForm gives all rows another `$kuid`."""
    return {
        "survey": [
            {"type": "integer", "name": "a", "$kuid": f"a{import_no}"},
            {"type": "begin_group", "name": group, "$kuid": f"g{import_no}"},
            {"type": "integer", "name": "b", "$kuid": f"b{import_no}"},
            {"type": "end_group", "$kuid": f"e{import_no}"},
        ],
        "choices": [],
        "translations": [None],
    }


def path_of_b(record):
    """Where the record answers b, by the group's name in the version that it was filled in on."""
    return next((path for path in record if path.endswith("/b")), None)


RIGHTS = {"manage": ("manage_asset", "view_submissions"), "view": ("view_submissions",), "partial": ("partial_submissions",)}
VALUES = st.sampled_from(["1", "2", ""])
EVENTS = ["submit", "send again", "send late media", "edit", "edit", "delete", "duplicate", "validate", "redeploy"]
MISHAPS = ["lose", "lose", "have back", "forget"]
STATUSES = {"1": "validation_status_approved", "2": "validation_status_on_hold", "": None}


@pytest.fixture
def machine(tmp_path, warehouse, monkeypatch):
    """The state machine's class, over one server and one database; each example plays on a form of its own."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    app = create_app(tmp_path / "kobo.sqlite", OWNER)
    store = app.state.store
    store.add_account("sync", SYNC)
    trouble = Trouble(app)
    numbers = itertools.count()
    with serve(trouble) as url, psycopg.connect(warehouse) as connection:

        class Machine(RuleBasedStateMachine):
            def __init__(self):
                super().__init__()
                trouble.queue.clear()
                self.contract = CONTRACT.model_copy(update={"name": (name := f"pulse-{next(numbers)}"), "asset_name": name})
                self.http = requests.Session()
                self.http.headers["Authorization"] = f"Token {OWNER}"
                self.sent, self.import_no, self.uid = [], 0, None
                self.make_project()

            def make_project(self):
                """A project of the form's name; the one before is deleted."""
                if self.uid:
                    store.drop_asset(self.uid)
                self.uid, self.group = store.add_asset(self.contract.asset_name), GROUPS[0]
                self.data = f"{url}/api/v2/assets/{self.uid}/data/"
                self.versions, self.accepted = set(), set()
                self.deploy()

            def deploy(self):
                store.deploy(self.uid, store.add_version(self.uid, content(self.group, self.import_no)))

            @initialize(level=st.sampled_from(sorted(RIGHTS)), values=st.lists(VALUES, min_size=3, max_size=6))
            def begin(self, level, values):
                self.grant(level)
                for value in values:
                    self.submit(value)
                self.sync_and_compare()

            def grant(self, level):
                for row in store.permissions(self.uid):
                    store.revoke(self.uid, row["uid"])
                for codename in RIGHTS[level]:
                    store.grant(self.uid, "sync", codename, [{"a": "1"}] if codename == "partial_submissions" else None)
                self.level = level

            def post(self, instance, value, media=None):
                xml = (
                    f'<pulse id="{self.uid}"><a>{value}</a><{self.group}><b>{value}</b></{self.group}><p>late.png</p>'
                    f"<meta><instanceID>uuid:{instance}</instanceID></meta></pulse>"
                )
                files = {"xml_submission_file": ("s.xml", xml.encode(), "text/xml")} | ({"late.png": media} if media else {})
                assert self.http.post(f"{url}/submission", files=files).status_code in (201, 202, 409)

            def submit(self, value):
                self.sent.append((str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.contract.name} {len(self.sent)}")), value))
                self.post(*self.sent[-1])

            def happen(self, event, which, value):
                """One event on the server, for one of the submissions that were ever sent."""
                if not self.sent:
                    self.submit("1")
                instance, first = self.sent[which % len(self.sent)]
                found = store.find(self.uid, instance)
                if event == "submit":
                    self.submit(value)
                elif event.startswith("send") and self.is_lost(instance):
                    pass  # the server's door goes by PostgreSQL, which has lost nothing: it takes none of it as new
                elif event == "send again":
                    self.post(instance, first)
                elif event == "send late media":
                    self.post(instance, first, ("late.png", b"png", "image/png"))
                elif event == "have back":
                    store.remongo(self.uid)
                elif event == "forget":
                    store.forget(self.uid)
                elif event == "redeploy":
                    self.group = GROUPS[which % len(GROUPS)]
                    self.import_no += value == "2"
                    self.deploy()
                elif event == "lose":
                    store.lose(self.uid, [found["_id"]] if found else [])
                elif found:
                    self.change(event, found, value)

            def change(self, event, record, value):
                number = record["_id"]
                address = f"{self.data}{number}/"
                if event == "edit":
                    payload = {"submission_ids": [number], "data": {("a", path_of_b(record) or "a")[number % 2]: value}}
                    answer = self.http.patch(f"{self.data}bulk/", json={"payload": payload})
                elif event == "delete":
                    answer = self.http.delete(address)
                elif event == "duplicate":
                    answer = self.http.post(f"{address}duplicate/")
                elif STATUSES[value] is None:
                    answer = self.http.delete(f"{address}validation_status/")
                else:
                    answer = self.http.patch(f"{address}validation_status/", json={"validation_status.uid": STATUSES[value]})
                assert answer.ok

            @rule(
                events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 20), VALUES), min_size=1, max_size=4),
                level=st.sampled_from([*[None] * 12, *sorted(RIGHTS)]),
                kinds=st.lists(st.sampled_from(["busy", "broken off"]), max_size=2),
                pages=st.sampled_from([None, None, 0, 1, 2]),
            )
            def a_day(self, events, level, kinds, pages):
                """Events, a change of rights, trouble on the line, a sync that dies, and one that does not."""
                monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=1))
                for event in events:
                    self.happen(*event)
                if level:
                    self.grant(level)
                trouble.queue[:] = kinds
                if pages is not None:
                    with suppress(Killed):
                        self.sync(DyingLanding(str(tmp_path / "landing"), pages))
                    connection.rollback()
                    self.happen(*events[0])
                self.sync_and_compare()

            @rule(
                mishap=st.sampled_from(MISHAPS),
                where=st.lists(st.integers(0, 20), min_size=1, max_size=3),
                events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 20), VALUES), max_size=2),
            )
            def a_bad_day(self, mishap, where, events):
                """The server loses rows, has them back, or forgets what it told; people go on. What its history forgot is seen all the same.

                Rows that come back while as many others are lost are found by the weekly reconciliation only, and are not played here.
                """
                monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=1))
                for event in events:
                    self.happen(*event)
                for which in where:
                    self.happen(mishap, which, "")
                self.sync_and_compare()

            @rule(count=st.sampled_from([0, 3]), scan=st.booleans(), event=st.sampled_from(EVENTS), which=st.integers(0, 20))
            def a_day_without_an_answer(self, count, scan, event, which):
                """No submission is sent, whatever the server counts: nothing that raw holds goes, unless its deletion is told by the history."""
                monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=1))
                self.happen(event, which, "1")
                before, there = set(self.raw()), set(self.server()) | self.lost()
                with trouble.sending_nothing(count):
                    self.sync(Landing(str(tmp_path / "landing")), scan=scan)
                assert set(self.raw()) >= (before & there) - self.accepted
                self.sync_and_compare()

            @rule()
            def somebody_accepts(self):
                """What is asked about is deleted by the next sync, and nothing else."""
                report, before = self.sync(Landing(str(tmp_path / "landing"))), set(self.raw())
                gone = before - set(self.server())
                if report.held is None or report.held.n_absent == 0 or self.level == "partial":
                    return
                assert {*report.held.examples} == gone
                self.accepted |= gone
                accept(connection, self.contract.name, "a case of this test", "ana")
                report = self.sync(Landing(str(tmp_path / "landing")))
                assert (report.held, set(self.raw())) == (None, before - gone)

            @rule(values=st.lists(VALUES, max_size=3), level=st.sampled_from(sorted(RIGHTS)))
            def the_project_is_made_again(self, values, level):
                """From the next sync on the new one counts alone, and what was asked about the former is asked no more."""
                monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=1))
                self.make_project()
                self.grant(level)
                self.sent = []
                for value in values:
                    self.submit(value)
                self.sync_and_compare()
                counted = "select asset_uid from raw.kobo_project where form = %s and is_counted"
                assert connection.execute(counted, (self.contract.name,)).fetchall() == [(self.uid,)]
                assert {hold.asset_uid for hold in held_forms(connection, self.contract.name)} <= {self.uid}

            @rule(event=st.sampled_from(EVENTS), which=st.integers(0, 20), value=VALUES)
            def a_moment(self, event, which, value):
                self.happen(event, which, value)

            @rule()
            def scan_and_compare(self):
                self.sync_and_compare(scan=True)

            def sync_and_compare(self, scan=False):
                before = set(self.raw())
                report = self.sync(Landing(str(tmp_path / "landing")), scan=scan)
                server, held = self.server(), self.raw()
                if self.level == "partial":
                    visible = {number for number, record in server.items() if record["answers"].get("a") == "1"}
                    assert {number: held.get(number) for number in visible} == {number: server[number] for number in visible}
                    assert before <= set(held), "a token that sees a part proves no deletion"
                else:
                    self.compare(report, before, server, held)
                versions = connection.execute("select count(*) from raw.kobo_form where asset_uid = %s", (self.uid,)).fetchone()[
                    0
                ]
                assert versions == len(store.versions(self.uid))

            def compare(self, report, before, server, held):
                """Raw has all that the server has, as it is there; what it has beyond that is what the question is about."""
                beyond = held.keys() - server.keys()
                assert {number: held[number] for number in held.keys() & server.keys()} == server
                assert (before & self.lost()) - self.accepted <= beyond, "what is lost is not deleted"
                if report.held is None:  # no history tells what the server lost, and raw keeps it
                    assert beyond <= (self.lost() if report.way == "history" else set())
                    return
                hold = report.held
                assert {*hold.examples} == beyond and (hold.n_held, hold.counter) == (len(before), len(server) + len(self.lost()))
                lost = beyond & self.lost()
                assert ("unnamed" in hold.reasons or "counter" in hold.reasons or "beyond" in hold.reasons) if lost else True
                is_many = len(beyond) > 2 and len(beyond) > len(before) / 10
                assert "beyond" in hold.reasons if is_many or beyond == before else True

            def sync(self, landing, scan=False):
                report = sync_form(KoboClient(url, SYNC, page_size=2), self.contract, landing, connection, scan=scan)
                connection.commit()
                return report

            def is_lost(self, instance):
                rows = store.db.execute("select root_uuid from lost where asset_uid = ?", (self.uid,))
                return instance in {root.removeprefix("uuid:") for (root,) in rows}

            def lost(self):
                return {row[0] for row in store.db.execute("select id from lost where asset_uid = ?", (self.uid,))}

            def server(self):
                return {
                    record["_id"]: {
                        "uuid": record["_uuid"],
                        "root": record["meta/rootUuid"],
                        "status": record["_validation_status"].get("uid"),
                        "answers": {
                            field: record[path] for path, field in (("a", "a"), (path_of_b(record), "b")) if path in record
                        },
                    }
                    for record in map(json.loads, store.bodies(self.uid))
                }

            def raw(self):
                rows = connection.execute(
                    "select submission_id, uuid, root_uuid, validation_status, (select coalesce(json_object_agg(field, value), '{}')"
                    " from raw.kobo_answer a where a.asset_uid = s.asset_uid and a.submission_id = s.submission_id"
                    " and a.content_hash = s.content_hash) from (select distinct on (submission_id) * from raw.kobo_submission"
                    " where asset_uid = %s order by submission_id, load_no desc) s where not is_deleted",
                    (self.uid,),
                )
                return {
                    number: {"uuid": current, "root": root, "status": status, "answers": answers}
                    for number, current, root, status, answers in rows
                }

            @invariant()
            def nothing_is_ever_overwritten(self):
                query = "select load_no, submission_id, content_hash, is_deleted from raw.kobo_submission where asset_uid = %s"
                versions = set(connection.execute(query, (self.uid,)).fetchall())
                assert versions >= self.versions
                self.versions = versions

            def teardown(self):
                self.grant("manage")
                trouble.queue.clear()
                store.remongo(self.uid)
                self.sync_and_compare()
                self.somebody_accepts()
                assert self.raw() == self.server()

        yield Machine


@pytest.mark.parametrize("n_sequences", [40, pytest.param(150, marks=pytest.mark.long)])
def test_after_any_sequence_of_events_the_next_sync_makes_raw_equal_to_the_server(machine, n_sequences):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=n_sequences,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
