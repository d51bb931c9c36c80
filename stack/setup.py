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

from parity.settings import Settings
from stack import marks

DATABASE_SECONDS = 60


def databases(settings: Settings) -> None:
    """Roles and databases; the readers' role may connect, and sees only what publication grants to it."""
    admin_url = settings.require("PARITY_POSTGRES_URL")
    owners = [
        make_url(settings.require(name))
        for name in ("PARITY_WAREHOUSE_URL", "PARITY_AIRFLOW_DATABASE_URL", "PARITY_SUPERSET_DATABASE_URL")
    ]
    reader = make_url(settings.require("PARITY_READER_URL"))
    with _patient(admin_url) as admin:
        for role in (*owners, reader):
            _role(admin, role)
        for owner in owners:
            if not admin.execute("select 1 from pg_database where datname = %s", (owner.database,)).fetchone():
                admin.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(owner.database), sql.Identifier(owner.username))
                )
            admin.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(owner.database)))
        admin.execute(
            sql.SQL("grant connect on database {} to {}").format(sql.Identifier(reader.database), sql.Identifier(reader.username))
        )


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


STEPS = {"databases": databases, "airflow": airflow}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        STEPS[name](Settings.from_env())
