"""A small form on a stand-in server, with a warehouse behind it: for tests of what a sync does when the server behaves oddly."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ingestion.kobo.client import KoboClient
from ingestion.kobo.report import SyncReport
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin import clock
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKENS = {"manage": "a" * 40, "view": "b" * 40, "partial": "c" * 40}
CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
CONTENT = {"survey": [{"type": "integer", "name": "a", "$xpath": "a"}], "choices": [], "translations": [None]}
DATA = re.compile(r"/api/v2/assets/[^/]+/data/$")


class Meddler:
    """Between client and server: while `empty_after` is set, pages behind that `_id` come back empty, with or without the true count."""

    def __init__(self, app: Any) -> None:
        self.app, self.empty_after, self.keeps_count, self.asked = app, None, True, []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        query = scope["query_string"].decode()
        self.asked.append(f"{scope['path']}?{query}")
        behind = re.search(r"gt%22%3A\+(\d+)", query)
        is_empty = (
            self.empty_after is not None and DATA.search(scope["path"]) and (not behind or int(behind[1]) >= self.empty_after)
        )
        if not is_empty:
            return await self.app(scope, receive, send)
        return await self._emptied(scope, receive, send)

    async def _emptied(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_emptied(message: Any) -> None:
            if message["type"] == "http.response.body":
                said = json.loads(message["body"])
                body = json.dumps({**said, "count": said["count"] if self.keeps_count else 0, "results": []}).encode()
                head["headers"] = [(name, value) for name, value in head["headers"] if name != b"content-length"]
                head["headers"].append((b"content-length", str(len(body)).encode()))
                await send(head)
                await send(message | {"body": body})
            else:
                head.update(message)

        head: dict[str, Any] = {}
        await self.app(scope, receive, send_emptied)


class Pulse:
    """The form, as somebody with one of three tokens syncs it."""

    def __init__(self, store: Any, meddler: Meddler, url: str, connection: psycopg.Connection, landing: Landing) -> None:
        self.store, self.meddler, self.url, self.connection, self.landing = store, meddler, url, connection, landing
        self.contract, self.page_size, self.n_submitted = CONTRACT, 5, 0
        self.uid = store.add_asset("Pulse")
        store.deploy(self.uid, store.add_version(self.uid, CONTENT))
        for name, right in (("view", "view_submissions"), ("partial", "partial_submissions")):
            store.add_account(name, TOKENS[name])
            store.grant(self.uid, name, right, [{"a": "1"}] if name == "partial" else None)

    def submit(self, n: int, answer: str = "1") -> None:
        for _ in range(n):
            self.n_submitted += 1
            root = f"00000000-0000-4000-8000-{self.n_submitted:012d}"
            names = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "meta/instanceID": f"uuid:{root}"}
            self.store.add(self.uid, {**names, "a": answer, "_validation_status": {}, "_attachments": []})
            self.store.log(self.uid, "add-submission", "owner", {"submission": {"root_uuid": root, "submitted_by": None}})

    def numbers(self) -> list[int]:
        return [record["_id"] for record in self.store.records(self.uid)]

    def edit(self, number: int, answer: str, *, silently: bool = False) -> None:
        """As somebody edits; `silently`: the history has no row of it."""
        payload = {"payload": {"submission_ids": [number], "data": {"a": answer}}}
        KoboClient(self.url, TOKENS["manage"]).send("PATCH", f"/api/v2/assets/{self.uid}/data/bulk/", json=payload)
        if silently:
            self.store.forget(self.uid)

    def delete(self, *numbers: int) -> None:
        for number in numbers:
            self.store.delete(self.uid, number)

    def client(self, token: str = "manage") -> KoboClient:
        return KoboClient(self.url, TOKENS[token], page_size=self.page_size)

    def sync(self, token: str = "manage", **options: Any) -> SyncReport:
        return sync_form(self.client(token), self.contract, self.landing, self.connection, **options)

    def raw(self) -> dict[int, str]:
        """The answer of every submission that raw holds as present."""
        newest = (
            "select distinct on (submission_id) submission_id, is_deleted, answers ->> 'a' from raw.kobo_submission"
            " where asset_uid = %s order by submission_id, load_no desc"
        )
        return {number: answer for number, gone, answer in self.connection.execute(newest, (self.uid,)) if not gone}

    def server(self) -> dict[int, str]:
        return {record["_id"]: record["a"] for record in self.store.records(self.uid)}


@contextmanager
def pulse_site(folder: Any, warehouse: str) -> Iterator[Pulse]:
    app = create_app(folder / "kobo.sqlite", TOKENS["manage"])
    meddler = Meddler(app)
    with serve(meddler) as url, psycopg.connect(warehouse) as connection:
        yield Pulse(app.state.store, meddler, url, connection, Landing(str(folder / "landing")))


def later(monkeypatch: Any, days: float) -> None:
    """Let days pass on the server's clock."""
    monkeypatch.setattr(clock, "ahead", clock.ahead + dt.timedelta(days=days))
