"""Whatever respondents, editors, owners and networks do, after the next sync raw equals the server.

Hypothesis plays random submissions, edits, deletions, re-sent and duplicated submissions, statuses, redeployments, late media,
changes of the token's rights, busy or broken answers, and kills in the middle of a sync.
"""

import itertools
import json
import uuid
from contextlib import suppress

import psycopg
import pytest
import requests
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from stack.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

OWNER, SYNC = "a" * 40, "b" * 40
CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a", "g/b": "b"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
CONTENT = {
    "survey": [
        {"type": "text", "name": "a", "$xpath": "a"},
        {"type": "begin_group", "name": "g"},
        {"type": "text", "name": "b", "$xpath": "g/b"},
        {"type": "end_group"},
    ],
    "choices": [],
    "translations": [None],
}
RIGHTS = {"manage": ("manage_asset", "view_submissions"), "view": ("view_submissions",), "partial": ("partial_submissions",)}
VALUES = st.sampled_from(["1", "2", "3"])


class Killed(BaseException):
    """Stands for the end of the process in the middle of a sync."""


class Trouble:
    """Between client and server: the next answers are refused as busy, broken off, or not given."""

    def __init__(self, app):
        self.app = app
        self.queue = []

    async def __call__(self, scope, receive, send):
        is_sync = (b"authorization", f"Token {SYNC}".encode()) in scope.get("headers", ())
        kind = self.queue.pop(0) if is_sync and self.queue else None
        if kind == "busy":
            await send(
                {"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"0"), (b"content-length", b"0")]}
            )
            await send({"type": "http.response.body", "body": b""})
        elif kind == "broken off":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"900")]})
            await send({"type": "http.response.body", "body": b'{"count": 3, "results": [{"_id"'})
        else:
            await self.app(scope, receive, send)


class DyingLanding(Landing):
    """A landing whose process dies at its n-th page."""

    def __init__(self, url, pages):
        super().__init__(url)
        self.left = pages

    def put(self, *args):
        self.left -= 1
        if self.left < 0:
            raise Killed
        return super().put(*args)


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
            submissions = Bundle("submissions")

            def __init__(self):
                super().__init__()
                trouble.queue.clear()
                self.contract = CONTRACT.model_copy(update={"name": (name := f"pulse-{next(numbers)}"), "asset_name": name})
                self.uid = store.add_asset(self.contract.asset_name)
                store.deploy(self.uid, store.add_version(self.uid, CONTENT))
                self.data = f"{url}/api/v2/assets/{self.uid}/data/"
                self.http = requests.Session()
                self.http.headers["Authorization"] = f"Token {OWNER}"
                self.sent = {}
                self.grant("manage")

            def grant(self, level):
                for row in store.permissions(self.uid):
                    store.revoke(self.uid, row["uid"])
                for codename in RIGHTS[level]:
                    store.grant(self.uid, "sync", codename, [{"a": "1"}] if codename == "partial_submissions" else None)
                self.level = level

            def post(self, instance, media=None):
                a, b = self.sent[instance]
                xml = (
                    f'<pulse id="{self.uid}"><a>{a}</a><g><b>{b}</b></g><p>late.png</p>'
                    f"<meta><instanceID>uuid:{instance}</instanceID></meta></pulse>"
                )
                files = {"xml_submission_file": ("s.xml", xml.encode(), "text/xml")} | ({"late.png": media} if media else {})
                return self.http.post(f"{url}/submission", files=files)

            def record(self, instance):
                return store.find(self.uid, instance)

            @rule(target=submissions, a=VALUES, b=VALUES, seed=st.uuids(version=4))
            def submit(self, a, b, seed):
                instance = str(uuid.uuid5(seed, self.uid))
                self.sent.setdefault(instance, (a, b))
                assert self.post(instance).status_code in (201, 202, 409)
                return instance

            @rule(instance=submissions)
            def send_again(self, instance):
                assert self.post(instance).status_code in (201, 202, 409)

            @rule(instance=submissions)
            def send_late_media(self, instance):
                self.post(instance, ("late.png", b"png", "image/png"))

            @rule(instance=submissions, value=st.sampled_from(["", "1", "2", "9"]), field=st.sampled_from(["a", "g/b"]))
            def edit(self, instance, value, field):
                if found := self.record(instance):
                    payload = {"submission_ids": [found["_id"]], "data": {field: value}}
                    assert self.http.patch(f"{self.data}bulk/", json={"payload": payload}).ok

            @rule(instance=submissions)
            def delete(self, instance):
                if found := self.record(instance):
                    assert self.http.delete(f"{self.data}{found['_id']}/").ok

            @rule(instance=submissions)
            def duplicate(self, instance):
                if found := self.record(instance):
                    assert self.http.post(f"{self.data}{found['_id']}/duplicate/").ok

            @rule(instance=submissions, status=st.sampled_from(["approved", "not_approved", "on_hold", None]))
            def validate(self, instance, status):
                if found := self.record(instance):
                    address = f"{self.data}{found['_id']}/validation_status/"
                    if status is None:
                        assert self.http.delete(address).ok
                    else:
                        assert self.http.patch(address, json={"validation_status.uid": f"validation_status_{status}"}).ok

            @rule()
            def redeploy(self):
                store.deploy(self.uid, store.add_version(self.uid, CONTENT))

            @rule(level=st.sampled_from(sorted(RIGHTS)))
            def change_rights(self, level):
                self.grant(level)

            @rule(kinds=st.lists(st.sampled_from(["busy", "broken off"]), max_size=2))
            def make_trouble(self, kinds):
                trouble.queue.extend(kinds)

            @rule(pages=st.integers(0, 1))
            def sync_and_die(self, pages):
                with suppress(Killed):
                    self.sync(DyingLanding(str(tmp_path / "landing"), pages))
                connection.rollback()

            @rule(scan=st.booleans())
            def sync_and_compare(self, scan):
                before = set(self.raw())
                self.sync(Landing(str(tmp_path / "landing")), scan=scan)
                server, held = self.server(), self.raw()
                if self.level == "partial":
                    visible = {number for number, record in server.items() if record["answers"].get("a") == "1"}
                    assert {number: held.get(number) for number in visible} == {number: server[number] for number in visible}
                    assert before <= set(held), "a token that sees a part proves no deletion"
                else:
                    assert held == server
                versions = connection.execute("select count(*) from raw.kobo_form where asset_uid = %s", (self.uid,)).fetchone()[
                    0
                ]
                assert versions == len(store.versions(self.uid))

            def sync(self, landing, scan=False):
                sync_form(KoboClient(url, SYNC), self.contract, landing, connection, scan=scan)
                connection.commit()

            def server(self):
                return {
                    record["_id"]: {
                        "uuid": record["_uuid"],
                        "root": record["meta/rootUuid"],
                        "status": record["_validation_status"].get("uid"),
                        "answers": {field: record[path] for path, field in CONTRACT.fields.items() if path in record},
                    }
                    for record in map(json.loads, store.bodies(self.uid))
                }

            def raw(self):
                rows = connection.execute(
                    "select submission_id, uuid, root_uuid, validation_status, (select coalesce(json_object_agg(field, value), '{}')"
                    " from raw.kobo_answer a where a.asset_uid = s.asset_uid and a.submission_id = s.submission_id"
                    " and a.content_hash = s.content_hash) from (select distinct on (submission_id) * from raw.kobo_submission"
                    " where asset_uid = %s order by submission_id, loaded_at desc) s where not is_deleted",
                    (self.uid,),
                )
                return {
                    number: {"uuid": current, "root": root, "status": status, "answers": answers}
                    for number, current, root, status, answers in rows
                }

            @invariant()
            def nothing_is_ever_overwritten(self):
                query = (
                    "select count(*), count(distinct (submission_id, loaded_at)) from raw.kobo_submission where asset_uid = %s"
                )
                total, distinct = connection.execute(query, (self.uid,)).fetchone()
                assert total == distinct

            def teardown(self):
                self.grant("manage")
                trouble.queue.clear()
                self.sync_and_compare(scan=False)

        from ingestion.warehouse import ensure_schemas

        ensure_schemas(connection)
        connection.commit()
        yield Machine


def test_after_any_sequence_of_events_the_next_sync_makes_raw_equal_to_the_server(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
