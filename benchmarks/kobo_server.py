"""A stand-in KoboToolbox server and a PostgreSQL as processes of their own, filled with synthetic submissions of 60 answers."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests

from parity.catalogue import KoboContract
from parity.migrate import migrate_warehouse
from sandbox.kobo_standin.store import Store
from stack.instance import free_port
from stack.postgres import Postgres
from stack.temporary_server import temporary_server

TOKEN = "b" * 40
GROUPS, IN_GROUP = 5, 12
PATHS = [f"g{group}/q{group}_{number}" for group in range(GROUPS) for number in range(IN_GROUP)]


def content() -> dict[str, object]:
    """A form of sixty scale questions in five groups."""
    survey: list[dict[str, object]] = []
    for group in range(GROUPS):
        survey.append({"type": "begin_group", "name": f"g{group}"})
        for number in range(IN_GROUP):
            name = f"q{group}_{number}"
            survey.append(
                {
                    "type": "select_one",
                    "select_from_list_name": "scale",
                    "name": name,
                    "$xpath": f"g{group}/{name}",
                    "$autoname": name,
                }
            )
        survey.append({"type": "end_group"})
    choices = [{"list_name": "scale", "name": str(code), "label": [str(code)]} for code in range(1, 6)]
    return {"survey": survey, "choices": choices, "translations": [None]}


def contract(n_rows: int) -> KoboContract:
    """The contract of the form that holds `n_rows` submissions: all sixty answers leave."""
    fields = {path: path.split("/")[1] for path in PATHS}
    name = f"pulse_{n_rows}"
    return KoboContract.model_validate(
        {"name": name, "asset_name": name, "fields": fields, "consent": None, "weight": {"frame": {"A": 10}}}
    )


def submission(number: int, chance: random.Random) -> dict[str, object]:
    root = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return {
        "_id": number,
        "formhub/uuid": "0" * 32,
        "start": "2026-01-01T08:00:00.000+07:00",
        "end": "2026-01-01T08:12:00.000+07:00",
        **{path: str(code) for path, code in zip(PATHS, chance.choices(range(1, 6), k=len(PATHS)), strict=True)},
        "__version__": "v" * 22,
        "meta/instanceID": f"uuid:{root}",
        "meta/rootUuid": f"uuid:{root}",
        "_uuid": root,
        "_status": "submitted_via_web",
        "_geolocation": [None, None],
        "_submission_time": "2026-01-01T01:12:05",
        "_validation_status": {},
        "_attachments": [],
        "_submitted_by": None,
    }


def fill(store: Store, n_rows: int) -> str:
    """Add a deployed form with `n_rows` submissions; its uid."""
    chance = random.Random(n_rows)
    uid = store.add_asset(contract(n_rows).asset_name)
    store.deploy(uid, store.add_version(uid, content()))
    first = store.db.execute("select coalesce(max(id), 0) + 1 from submission").fetchone()[0]

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(first, first + n_rows):
            entry = submission(number, chance)
            yield number, uid, entry["_uuid"], entry["_uuid"], json.dumps(entry)

    store.db.execute("begin")
    store.db.executemany("insert into submission (id, asset_uid, root_uuid, uuid, body) values (?, ?, ?, ?, ?)", rows())
    store.db.execute("commit")
    return uid


@dataclass(frozen=True)
class Site:
    """`url`: the server's; `uids`: of the forms by size; `folder`: for landings."""

    url: str
    postgres: Postgres
    uids: dict[int, str]
    folder: Path

    def database(self) -> str:
        """The URL of a new warehouse without data."""
        name = f"bench_{secrets.token_hex(4)}"
        with psycopg.connect(self.postgres.url(), autocommit=True) as admin:
            admin.execute(f'create database "{name}"')
        url = self.postgres.url(name)
        migrate_warehouse(url, backups=None)
        return url

    def landing(self) -> str:
        return str(self.folder / f"landing_{secrets.token_hex(4)}")


@contextmanager
def site(sizes: list[int]) -> Iterator[Site]:
    """Both servers on free loopback ports, with a form of each size; nothing of them is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o711)
        store = Store(folder / "kobo.sqlite")
        uids = {size: fill(store, size) for size in sizes}
        store.db.close()
        port = free_port()
        command = [sys.executable, "-m", "sandbox.kobo_standin", "--db", str(folder / "kobo.sqlite"), "--port", str(port)]
        with temporary_server() as postgres, open(folder / "log", "wb") as log:
            process = subprocess.Popen(command, env={**os.environ, "PARITY_KOBO_TOKEN": TOKEN}, stdout=log, stderr=log)
            try:
                _wait_for(f"http://127.0.0.1:{port}")
                yield Site(f"http://127.0.0.1:{port}", postgres, uids, folder)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=30)


def _wait_for(url: str, seconds: float = 60) -> None:
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        try:
            requests.get(f"{url}/me/", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise TimeoutError(f"the stand-in server did not answer within {seconds:.0f} s")
