"""Superset's tables, roles and admin, made in one process: `python superset/migrate.py`, with Superset's own Python.

Done once for each version of Superset; a mark in Superset's database says for which. The admin's password is read from the environment
or from a file, and never stands on a command line. An admin who is there keeps the password that they chose.
"""

from __future__ import annotations

import os
import time
from importlib.metadata import version
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

ADMIN = "admin"
STEP = "superset"
DATABASE_SECONDS = 60
# The same table as `stack/marks.py`, which belongs to another environment.
TABLE = """
create schema if not exists parity_setup;
create table if not exists parity_setup.done (
    step text primary key, version text not null, done_at timestamptz not null default clock_timestamp());
"""


def setting(name: str) -> str:
    """The variable, or the content of the file that `<name>_FILE` names. Raises SystemExit where neither is set."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    raise SystemExit(f"Neither {name} nor {name}_FILE is set.")


def database() -> Connection:
    """A connection to Superset's database, whose server may have started a moment ago."""
    end = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            return psycopg2.connect(setting("SUPERSET_METADATA_URL"))
        except psycopg2.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


def mark() -> str | None:
    """The version that was set up in this database."""
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass('parity_setup.done')")
        there = cursor.fetchone()
        if there is None or there[0] is None:
            return None
        cursor.execute("select version from parity_setup.done where step = %s", (STEP,))
        found = cursor.fetchone()
    return found[0] if found else None


def leave_mark(done: str) -> None:
    with database() as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(
            "insert into parity_setup.done (step, version) values (%s, %s)"
            " on conflict (step) do update set version = excluded.version, done_at = clock_timestamp()",
            (STEP, done),
        )


def migrate() -> None:
    """Bring tables, permissions and roles to this version of Superset, and make the admin where there is none."""
    from superset.app import create_app

    with create_app().app_context():
        from flask_migrate import upgrade
        from sqlalchemy import text

        from superset import appbuilder, db, security_manager

        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        if not security_manager.find_user(username=ADMIN):
            made = security_manager.add_user(
                ADMIN,
                "Parity",
                "Admin",
                "admin@example.invalid",
                security_manager.find_role("Admin"),
                password=setting("SUPERSET_ADMIN_PASSWORD"),
            )
            if not made:
                raise SystemExit("Superset's admin could not be made: see the lines above.")
        # Until version 0.1 of Parity a push wrote the readers' password into this log.
        db.session.execute(text("update logs set json = '{}' where action like '%import_' and json like '%\"passwords\"%'"))
        db.session.commit()


if __name__ == "__main__":
    wanted = version("apache-superset")
    if mark() != wanted:
        migrate()
        leave_mark(wanted)
