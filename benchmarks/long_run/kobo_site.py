"""The stand-in KoboToolbox server over HTTP in a thread, on the story's clock, and what people do on it."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.long_run import survey
from benchmarks.long_run.ledger import Ledger
from benchmarks.long_run.place import TOKEN
from benchmarks.long_run.steps import Act, Delete, Deploy, Edit, Erase, Submit
from benchmarks.long_run.survey import Answer
from ingestion.kobo.client import KoboClient
from sandbox.kobo_standin import clock
from sandbox.kobo_standin.app import create_app
from sandbox.kobo_standin.store import Store

PAGES_BEFORE_OUTAGE = 1
DATA = "/data/"


class Gate:
    """Between client and server: the story's date in every answer, and 503 for data while there is an outage."""

    def __init__(self, app: Any) -> None:
        self.app, self.is_out, self.n_pages = app, False, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def dated(message: Any) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(clock.moment(), usegmt=True).encode()
                message = message | {"headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        if self.is_out and scope["type"] == "http" and DATA in scope["path"]:
            self.n_pages += 1
            if self.n_pages > PAGES_BEFORE_OUTAGE:
                await dated({"type": "http.response.start", "status": 503, "headers": []})
                await dated({"type": "http.response.body", "body": b"out of service"})
                return
        await self.app(scope, receive, dated)


@dataclass
class KoboSite:
    """The server, and what a step does on it. `uid`: the form's."""

    url: str
    store: Store
    gate: Gate

    @property
    def uid(self) -> str:
        found = [row["uid"] for row in self.store.assets() if row["name"] == survey.PROJECT]
        return found[0] if found else self.store.add_asset(survey.PROJECT)

    def act(self, ledger: Ledger, act: Act, today: dt.date) -> None:
        """`ledger`: as it is before the act. An erasure does nothing here: the server still holds the answers."""
        if isinstance(act, Deploy):
            self.store.deploy(self.uid, self.store.add_version(self.uid, survey.version(act.version), _version(act.version)))
        elif isinstance(act, Submit):
            for number in range(act.first, act.last + 1):
                self._submit(ledger, Answer(act.wave, number), today)
        elif isinstance(act, Edit):
            self._edit(ledger, act)
        elif isinstance(act, Delete):
            for number in act.numbers:
                self.store.delete(self.uid, self._id(Answer(act.wave, number).root))
        elif not isinstance(act, Erase):
            raise TypeError(f"{act} is no act of the story.")

    def _submit(self, ledger: Ledger, answer: Answer, today: dt.date) -> None:
        day = day_of(ledger, answer, today)
        entry = survey.record(ledger.world, answer, ledger.deployed, day) | {"__version__": _version(ledger.deployed)}
        self.store.add(self.uid, entry)
        about = {"submission": {"root_uuid": answer.root, "submitted_by": None}}
        self.store.log(self.uid, "add-submission", "owner", about)

    def _edit(self, ledger: Ledger, act: Edit) -> None:
        """As somebody edits in KoboToolbox's table, over HTTP."""
        client = KoboClient(self.url, TOKEN)
        for number in act.numbers:
            before = ledger.answers[Answer(act.wave, number).root]
            said = survey.given(ledger.world, Answer(act.wave, number, before.edits + 1))
            data = {"culture/respect": said["respect"], "worklife/sup_balance": said["sup_balance"]}
            payload = {"payload": {"submission_ids": [self._id(before.root)], "data": data}}
            client.send("PATCH", f"/api/v2/assets/{self.uid}/data/bulk/", json=payload)

    def _id(self, root: str) -> int:
        found = self.store.find(self.uid, root)
        if found is None:
            raise LookupError(f"The server holds no submission {root}.")
        return int(found["_id"])


def day_of(ledger: Ledger, answer: Answer, today: dt.date) -> dt.date:
    """The day of a submission: within its wave and not after today; of the pilot, the week before the first wave."""
    waves = survey.waves(ledger.world)
    if answer.wave == survey.PILOT:
        return waves[0].first_day - dt.timedelta(days=1 + answer.number % 7)
    wave = waves[answer.wave - 1]
    last = min(wave.last_day, today)
    return wave.first_day + dt.timedelta(days=answer.number % ((last - wave.first_day).days + 1))


def _version(number: int) -> str:
    return f"vStory{number:016d}"


@contextmanager
def kobo_site(folder: Path) -> Iterator[KoboSite]:
    """The server on a free loopback port, until the block ends. Its data stay in the folder."""
    app = create_app(folder / "kobo.sqlite", TOKEN)
    gate = Gate(app)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(gate, host="127.0.0.1", port=port, log_level="critical", date_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield KoboSite(f"http://127.0.0.1:{port}", app.state.store, gate)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        app.state.store.db.close()


@contextmanager
def on_day(today: dt.date) -> Iterator[None]:
    """The server's clock says noon of that day, and goes on from there."""
    before = clock.ahead
    clock.ahead = dt.datetime.combine(today, dt.time(12), dt.UTC) - dt.datetime.now(dt.UTC)
    try:
        yield
    finally:
        clock.ahead = before
