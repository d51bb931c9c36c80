"""Dumps of an instance's three databases while its services are down, and the way back to them.

Of the warehouse what no source can give back is dumped; of Airflow's and Superset's own databases everything. Going back deletes nothing:
the databases of the newer code are renamed and kept.
"""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from parity.migrate import NOT_DERIVED
from parity.postgres_tools import ProgramFailed, dump, restore
from stack.control import StackError, status
from stack.instance import Instance
from stack.postgres import Postgres, PostgresError, run_as

DATABASES = ("parity", "airflow", "superset")
STOP_SECONDS = 60
Tell = Callable[[str], None]


@contextmanager
def only_postgres(instance: Instance) -> Iterator[Postgres]:
    """The instance's server without any other service. Raises StackError where the instance runs."""
    if status(instance)["is_up"]:
        raise StackError(f"{instance.home.name} runs: stop it first (`parity down`).")
    instance.choose_ports()
    server = instance.postgres
    with (instance.home / "logs" / "postgres.log").open("ab") as log:
        process = subprocess.Popen(server.command(), stdout=log, stderr=log, cwd="/", **run_as())
    try:
        server.wait_until_ready()
        yield server
    except PostgresError as error:
        raise StackError(str(error)) from None
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=STOP_SECONDS)


def dump_all(server: Postgres, folder: Path, tell: Tell) -> list[Path]:
    """Dump each database that there is into the folder. Raises StackError."""
    made = []
    for name in DATABASES:
        if not _exists(server, name):
            continue
        to = folder / f"{name}.dump"
        try:
            dump(server.url(name), to, _schemas(server) if name == "parity" else ())
        except ProgramFailed as error:
            raise StackError(f"The dump of the database {name} failed, and nothing was changed. {error}") from None
        tell(f"{to}: {to.stat().st_size / 1e6:.1f} MB")
        made.append(to)
    return made


def restore_all(server: Postgres, folder: Path, tell: Tell) -> None:
    """Restore every dump of the folder; each database that stands in the way is renamed. Raises StackError."""
    dumps = {name: folder / f"{name}.dump" for name in DATABASES if (folder / f"{name}.dump").exists()}
    if not dumps:
        raise StackError(f"{folder} holds none of {', '.join(f'{name}.dump' for name in DATABASES)}: name a folder of backups/.")
    stamp = f"{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S}"
    for name, file in dumps.items():
        with psycopg.connect(server.url(), autocommit=True) as admin:
            if _exists(server, name):
                aside = f"{name}_until_{stamp}"
                admin.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), sql.Identifier(aside)))
                tell(f"The database {name} is now called {aside}: drop it when you miss nothing.")
            admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(name)))
        try:
            restore(server.url(name), file, role=name)
        except ProgramFailed as error:
            raise StackError(str(error)) from None
        tell(f"{name} is restored from {file}")


def _exists(server: Postgres, name: str) -> bool:
    with psycopg.connect(server.url()) as admin:
        return admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is not None


def _schemas(server: Postgres) -> list[str]:
    with psycopg.connect(server.url("parity")) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname = any(%s)", (list(NOT_DERIVED),)).fetchall()
    return [name for (name,) in found]
