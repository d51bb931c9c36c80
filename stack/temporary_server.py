"""A PostgreSQL server that lives as long as a test run or a benchmark, in a folder that its user can enter."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.instance import free_port
from stack.postgres import Postgres, PostgresError, run_as
from stack.postgres_place import OUTSIDE, can_enter

STOP_SECONDS = 60


def open_folder(*candidates: str | Path) -> Path:
    """A new folder below the first candidate that the server's user can enter; the caller removes it."""
    for candidate in candidates or (tempfile.gettempdir(), "/tmp", "/var/tmp", OUTSIDE):  # nosec B108  # mkdtemp makes the folder, for its owner alone
        if Path(candidate).is_dir() and can_enter(Path(candidate)):
            folder = Path(tempfile.mkdtemp(prefix="parity-postgres-", dir=candidate))
            folder.chmod(0o711)
            return folder
    raise PostgresError("PostgreSQL's user can enter no folder for temporary files: name one that is open to all in TMPDIR.")


@contextmanager
def temporary_server(*options: str) -> Iterator[Postgres]:
    """A server on a free port; its data are removed at the end. `options` go to its command line."""
    folder = open_folder()
    try:
        server = Postgres(folder / "postgres", free_port(), secrets.token_hex(8))
        server.initialise()
        with (folder / "postgres.log").open("wb") as log:
            process = subprocess.Popen([*server.command(), *options], stdout=log, stderr=log, cwd="/", **run_as())
        try:
            server.wait_until_ready()
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=STOP_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
