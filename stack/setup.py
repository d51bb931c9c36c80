"""The steps between the services: roles and databases, tables of our own and of Airflow, the connections.

Run by the supervisor or a container as `python -m stack.setup STEP [STEP ...]`. Everything comes from the environment. Each step may be
repeated. Long steps leave a mark in the database that they changed, so that a restored database gets the steps that it lacks.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.metadata import version

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from parity.database import connect
from parity.migrate import MigrationFailed, MigrationRefused, migrate_warehouse
from parity.settings import Settings
from publication.readers import Readers, bring_up_to_date
from stack import marks

DATABASE_SECONDS = 60
READER_LIMITS = (
    "connection limit 40",
    "set statement_timeout = '60s'",
    "set idle_in_transaction_session_timeout = '60s'",
)


def databases(settings: Settings) -> None:
    """Roles and databases. The readers' role may connect to its own database alone, where it sees only what publication grants to it."""
    admin_url = settings.require("PARITY_POSTGRES_URL")
    owners = [
        make_url(settings.require(name))
        for name in ("PARITY_WAREHOUSE_URL", "PARITY_AIRFLOW_DATABASE_URL", "PARITY_SUPERSET_DATABASE_URL")
    ]
    reader = make_url(settings.require("PARITY_READER_URL"))
    if reader.host == owners[0].host and reader.port == owners[0].port and reader.database == owners[0].database:
        raise SystemExit(
            f"PARITY_READER_URL names the warehouse's own database, {reader.database}: readers need another, such as parity_readers. "
            "On a server, run `deploy/init` again."
        )
    with _patient(admin_url) as admin:
        for role in (*owners, reader):
            _role(admin, role)
        for owner in owners:
            _database(admin, owner.database, owner.username)
        name = sql.Identifier(reader.username)
        admin.execute(sql.SQL("revoke all on database {} from {}").format(sql.Identifier(owners[0].database), name))
        if (reader.host, reader.port) == (owners[0].host, owners[0].port):
            _database(admin, reader.database, owners[0].username)
            admin.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(reader.database), name))
        # One reader can neither hold the server for long nor take all its connections.
        for limit in READER_LIMITS:
            admin.execute(sql.SQL("alter role {} {}").format(name, sql.SQL(limit)))


def _database(admin: psycopg.Connection, name: str, owner: str) -> None:
    """The database, which nobody but its owner may enter or make temporary tables in."""
    if not admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
        admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(owner)))
    admin.execute(sql.SQL("revoke connect, temporary on database {} from public").format(sql.Identifier(name)))


def _patient(url: str) -> psycopg.Connection:
    """A connection to a server that may have started a moment ago."""
    end = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


def _role(admin: psycopg.Connection, role: URL) -> None:
    known = admin.execute("select 1 from pg_roles where rolname = %s", (role.username,)).fetchone()
    admin.execute(
        sql.SQL("{} role {} login password {}").format(
            sql.SQL("alter" if known else "create"), sql.Identifier(role.username), sql.Literal(role.password)
        )
    )


def warehouse(settings: Settings) -> None:
    """Parity's own tables, brought to this code's migration; readers see the current release."""
    try:
        migrate_warehouse(settings.warehouse_url, backups=settings.home / "backups", tell=print)
    except (MigrationRefused, MigrationFailed) as error:
        raise SystemExit(str(error)) from None
    readers = Readers.of(settings.warehouse_url, settings.require("PARITY_READER_URL"))
    with connect(settings.warehouse_url, application="parity migrate") as connection:
        if bring_up_to_date(connection, readers):
            print("The current release was copied to the readers' database.")


def airflow(settings: Settings) -> None:
    """Airflow's tables, its admin, and the connections that tasks use."""
    url = settings.require("PARITY_AIRFLOW_DATABASE_URL")
    manager = settings.environment["AIRFLOW__CORE__AUTH_MANAGER"]
    wanted = f"{version('apache-airflow')} with {manager}"
    if marks.read(url).get("airflow") != wanted:
        _run([sys.executable, "-m", "airflow", "db", "migrate"])
        marks.write(url, airflow=wanted)
    from stack import airflow_setup

    airflow_setup.make_admin(settings)
    airflow_setup.make_connections(settings)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command[1:])}` failed with exit code {done.returncode}.")


STEPS = {"databases": databases, "warehouse": warehouse, "airflow": airflow}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        STEPS[name](Settings.from_env())
