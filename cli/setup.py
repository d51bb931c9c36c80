"""The steps between the services: roles and databases, tables of our own and of Airflow, the connections.

Run by the supervisor or a container as `python -m cli.setup STEP [STEP ...]`. Everything comes from the environment. Each step may be
repeated. Long steps leave a mark in the database that they changed, so that a restored database gets the steps that it lacks.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.metadata import version

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from cli.logins import Login, owner_logins, reader_logins
from parity.catalogue import CatalogueError
from parity.catalogue.access import FILE, Limits, load_access
from parity.database import connect
from parity.migrate import MigrationFailed, migrate_warehouse
from parity.migration_plan import MigrationRefused
from parity.settings import Settings
from parity.urls import libpq_url
from publication.grants import grant_schemas
from publication.readers import Readers, ReadersError, bring_up_to_date, opened
from stack import marks
from stack.environment import READERS

DATABASE_SECONDS = 60
WRITES_LARGE_OBJECTS = ("lo_creat(int)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")


def databases(settings: Settings) -> None:
    """Roles and databases. Readers' roles may connect to the readers' database alone, where each sees only the schema granted to it."""
    admin_url = settings.require("PARITY_POSTGRES_URL")
    owners = owner_logins(settings)
    readers = reader_logins(settings)
    reader = readers["reader"]
    if reader.host == owners[0].host and reader.port == owners[0].port and reader.database == owners[0].database:
        raise SystemExit(
            f"PARITY_READER_URL names the warehouse's own database, {reader.database}: readers need another, such as parity_readers."
        )
    for role, login in readers.items():
        if login.user in [owner.user for owner in owners]:
            raise SystemExit(f"{READERS[role][1]} has the login of an owner, {login.user}: readers need one of their own.")
    try:
        roles = load_access(settings.catalogue).roles
    except CatalogueError as error:
        raise SystemExit(str(error)) from None
    if unknown := sorted(set(readers) - set(roles)):
        raise SystemExit(f"{FILE} has no role {', '.join(unknown)}: add it there, or unset {READERS[unknown[0]][1]}.")
    with _patient(admin_url) as admin:
        for login in (*owners, *readers.values()):
            _role(admin, login)
        for owner in owners:
            _database(admin, owner.database, owner.user)
        is_here = (reader.host, reader.port) == (owners[0].host, owners[0].port)
        if is_here:
            _database(admin, reader.database, owners[0].user)
        for role, login in readers.items():
            _keep_out(admin, login, is_here, roles[role].limits)
    if is_here:
        with psycopg.connect(libpq_url(make_url(admin_url).set(database=reader.database)), autocommit=True) as there:
            for function in WRITES_LARGE_OBJECTS:
                there.execute(sql.SQL("revoke execute on function {} from public").format(sql.SQL(function)))


def _keep_out(admin: psycopg.Connection, reader: Login, is_here: bool, limits: Limits) -> None:
    """Let a readers' role into its own database and no other of the server, and limit what a slip of a reader can cost."""
    name = sql.Identifier(reader.user)
    for (database,) in admin.execute("select datname from pg_database where datallowconn or datname = 'template1'").fetchall():
        admin.execute(sql.SQL("revoke all on database {} from {}").format(sql.Identifier(database), name))
    for database in ("postgres", "template1"):
        admin.execute(sql.SQL("revoke connect, temporary on database {} from public").format(sql.Identifier(database)))
    if is_here:
        admin.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(reader.database), name))
    # Both timeouts are defaults, which a session may change; the other two hold.
    admin.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(limits.connections)))
    for setting, value in (
        ("temp_file_limit", f"{limits.temp_file_mb}MB"),
        ("statement_timeout", f"{limits.statement_seconds}s"),
        ("idle_in_transaction_session_timeout", f"{limits.idle_seconds}s"),
    ):
        admin.execute(sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value)))


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


def _role(admin: psycopg.Connection, login: Login) -> None:
    known = admin.execute("select 1 from pg_roles where rolname = %s", (login.user,)).fetchone()
    admin.execute(
        sql.SQL("{} role {} login password {}").format(
            sql.SQL("alter" if known else "create"), sql.Identifier(login.user), sql.Literal(login.password)
        )
    )


def warehouse(settings: Settings) -> None:
    """Parity's own tables, brought to this code's migration; readers see the current release."""
    try:
        migrated = migrate_warehouse(settings.require("PARITY_WAREHOUSE_URL"), backups=settings.home / "backups", tell=print)
    except (MigrationRefused, MigrationFailed) as error:
        raise SystemExit(str(error)) from None
    try:
        readers = Readers.of(settings.require("PARITY_WAREHOUSE_URL"), settings.require("PARITY_READER_URL"))
        with connect(settings.require("PARITY_WAREHOUSE_URL"), application="parity migrate") as connection:
            if bring_up_to_date(connection, readers, force=bool(migrated.applied)):
                print("The current release was copied to the readers' database.")
        _open_schemas(settings, readers)
    except (psycopg.Error, ReadersError, CatalogueError) as error:
        # Ingestion needs no readers.
        print(f"Readers keep what they had; the next build copies again. {error}")


def _open_schemas(settings: Settings, readers: Readers) -> None:
    """Each role of readers sees its schema, whose tables the next build copies."""
    access = load_access(settings.catalogue)
    logins = {access.roles[role].schema_name: login.user for role, login in reader_logins(settings).items()}
    with opened(readers, "parity migrate") as there:
        for role in grant_schemas(there, logins):
            print(
                f"The readers' server has no role {role}: make it there (docs/explanation/architecture.md, \"The readers' database\")."
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


STEPS = {"databases": databases, "warehouse": warehouse, "airflow": airflow}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        STEPS[name](Settings.from_env())
