"""A story that can be stopped and goes on: its folder, its PostgreSQL server, and how far it has come."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.long_run.place import Place
from stack.instance import free_port
from stack.postgres import Postgres
from stack.postgres_place import run_as
from stack.temporary_server import open_folder

STATE, RESULTS = "state.json", "results.json"
STOP_SECONDS = 60
# Nothing of a story need outlive a crash of the machine; a process that is killed loses nothing by it.
OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "jit=off")


@dataclass(frozen=True)
class Asked:
    """What makes a story: another seed, length, scale or code of the mutation is another story."""

    seed: int
    months: int
    scale: float


class OtherStory(RuntimeError):
    """The folder holds another story; the message says what to do."""


@dataclass
class Session:
    """`results`: one record for each step that was played, in order; the next one is the first that is not there or broke."""

    folder: Path
    asked: Asked
    place: Place
    results: list[dict[str, Any]]

    def keep(self) -> None:
        (self.folder / RESULTS).write_text(json.dumps(self.results, indent=1), encoding="utf-8")

    @property
    def next_step(self) -> int:
        return next((number for number, result in enumerate(self.results) if result["broken"]), len(self.results))


@contextmanager
def session(folder: Path, asked: Asked, *, afresh: bool = False) -> Iterator[Session]:
    """The story of the folder with its server running, begun where there is none. Raises OtherStory."""
    folder.mkdir(parents=True, exist_ok=True)
    state = _read(folder / STATE)
    if state and not afresh and state["asked"] != asdict(asked):
        raise OtherStory(f"{folder} holds another story ({state['asked']}): add --afresh, or name another folder by --state.")
    if afresh and state:
        shutil.rmtree(state["cluster"], ignore_errors=True)
        (folder / RESULTS).unlink(missing_ok=True)
        state = None
    if state is None:
        state = {"asked": asdict(asked), "cluster": str(open_folder()), "password": secrets.token_hex(8)}
        (folder / STATE).write_text(json.dumps(state), encoding="utf-8")
    cluster = Path(state["cluster"])
    with _server(cluster, state["password"]) as postgres:
        yield Session(folder, asked, Place(folder, postgres), _read(folder / RESULTS) or [])


def forget(folder: Path) -> None:
    """Remove the story and its server's data."""
    if state := _read(folder / STATE):
        shutil.rmtree(state["cluster"], ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _stop_left_over(data: Path) -> None:
    """A story that was killed leaves its server running; it is told from another process of that number by its command."""
    mark = data / "postmaster.pid"
    if not mark.exists():
        return
    process = Path("/proc") / mark.read_text(encoding="utf-8").split()[0]
    if process.exists() and str(data) in (process / "cmdline").read_text(encoding="utf-8"):
        os.kill(int(process.name), signal.SIGINT)
        limit = time.monotonic() + STOP_SECONDS
        while process.exists() and time.monotonic() < limit:
            time.sleep(0.1)


@contextmanager
def _server(cluster: Path, password: str) -> Iterator[Postgres]:
    cluster.mkdir(mode=0o711, exist_ok=True)
    postgres = Postgres(cluster / "postgres", free_port(), password)
    postgres.initialise()
    _stop_left_over(postgres.data)
    with (cluster / "postgres.log").open("wb") as log:
        options = [f"-c{option}" for option in OPTIONS]
        process = subprocess.Popen([*postgres.command(), *options], stdout=log, stderr=log, cwd="/", **run_as())
    try:
        postgres.wait_until_ready()
        with psycopg.connect(postgres.url(), autocommit=True) as admin:
            admin.execute("set scram_iterations = 1")  # dbt opens a connection for each node, and each spends them
            admin.execute(sql.SQL("alter role postgres password {}").format(password))
        yield postgres
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=STOP_SECONDS)
