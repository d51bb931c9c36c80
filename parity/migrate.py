"""`parity migrate`: bring the warehouse's tables to this code's number, and the cheap question whether they are there.

One process migrates at a time. Each migration is a transaction of its own. A migration waits for a lock for LOCK_SECONDS at most, then
steps back and tries again, so that readers queue behind it no longer than that. Before the first one, what no source can give back is dumped.
Tasks and commands never migrate: they call `require_migrated`.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row

from parity.database import connect, first_value
from parity.migration_plan import Applied, Migration, MigrationRefused, Plan, migrations, plan
from parity.postgres_tools import ProgramFailed, dump
from parity.settings import REPOSITORY

NOT_DERIVED = ("raw", "quarantine", "ops", "release", "published", "raw_old")
LOCK_SECONDS = 2
ATTEMPTS = 12
WAIT_FOR_ANOTHER_SECONDS = 1800
LEDGER = """
create schema if not exists ops;
create table if not exists ops.migration (
    number int primary key, name text not null, sha256 text not null,
    applied_at timestamptz not null default clock_timestamp(), code_version text not null);
"""
BLOCKERS = """
select activity.pid, activity.application_name, activity.usename
from unnest(pg_blocking_pids(%s)) as blocking (pid) inner join pg_stat_activity as activity using (pid)
"""
Tell = Callable[[str], None]


class NotMigrated(RuntimeError):
    """The database's tables are not those of this code; the message says what to do."""


class MigrationFailed(RuntimeError):
    """A migration could not run; nothing of it was kept. The message says why and what to do."""


@dataclass(frozen=True)
class Migrated:
    """What a run of `migrate_warehouse` did."""

    before: int
    after: int
    applied: tuple[str, ...]
    backup: Path | None


def code_version() -> str:
    """The package's version, with the commit where the code stands in a git repository."""
    try:
        known = version("parity")
    except PackageNotFoundError:
        known = "unknown"
    try:
        found = subprocess.run(
            ["git", "-C", str(REPOSITORY), "rev-parse", "--short=7", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return known
    return f"{known}+{found.stdout.strip()}" if found.returncode == 0 else known


def applied_migrations(connection: psycopg.Connection) -> list[Applied]:
    """The rows of ops.migration; none where there is no such table. Ends its own transaction where none was open."""
    was_idle = connection.info.transaction_status == TransactionStatus.IDLE
    try:
        with connection.cursor(row_factory=class_row(Applied)) as cursor:
            return cursor.execute(
                "select number, name, sha256, applied_at, code_version from ops.migration order by number"
            ).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return []
    finally:
        if was_idle:
            connection.rollback()


def where_it_stands(connection: psycopg.Connection, known: Sequence[Migration] | None = None) -> Plan:
    """The migration number of the database, and that of the code. Raises MigrationRefused."""
    return plan(migrations() if known is None else known, applied_migrations(connection))


def require_migrated(connection: psycopg.Connection) -> None:
    """One select: raise NotMigrated where the tables are not those of this code."""
    try:
        found = where_it_stands(connection)
    except MigrationRefused as error:
        raise NotMigrated(str(error)) from None
    if found.pending:
        raise NotMigrated(behind(found))


def behind(found: Plan) -> str:
    return (
        f"The database is at migration {found.database}, this code needs {found.code}: run `parity migrate`. "
        "`parity up` and `make upgrade` run it, too."
    )


def migrate_warehouse(
    url: str, *, backups: Path | None, tell: Tell = lambda _: None, known: Sequence[Migration] | None = None
) -> Migrated:
    """Run what is pending, after a dump into the folder `backups` where the database holds data (None: no dump, for tests).

    Raises MigrationRefused, MigrationFailed. A second process waits for the first and then finds nothing to do.
    """
    known = migrations() if known is None else tuple(known)
    with connect(url, application="parity migrate") as connection:
        connection.autocommit = True
        with _alone(connection, tell):
            found = plan(known, applied_migrations(connection))
            if not found.pending:
                return Migrated(found.database, found.code, (), None)
            backup = _backup(connection, url, backups, found, tell)
            connection.execute(LEDGER)
            with _telling_notices(connection, tell):
                for migration in found.pending:
                    _run(connection, url, migration, backup, tell)
    return Migrated(found.database, found.code, tuple(migration.name for migration in found.pending), backup)


@contextmanager
def _alone(connection: psycopg.Connection, tell: Tell) -> Iterator[None]:
    """Hold the advisory lock of migrations; wait for another process that holds it, and say so."""
    began, told = time.monotonic(), False
    while not first_value(connection.execute("select pg_try_advisory_lock(hashtext('parity.migrate'))")):
        if not told:
            tell("Another process migrates this database: waiting for it.")
            told = True
        if time.monotonic() - began > WAIT_FOR_ANOTHER_SECONDS:
            raise MigrationFailed(
                f"Another process has been migrating this database for {WAIT_FOR_ANOTHER_SECONDS // 60} minutes."
            )
        time.sleep(0.2)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(hashtext('parity.migrate'))")


def _backup(connection: psycopg.Connection, url: str, folder: Path | None, found: Plan, tell: Tell) -> Path | None:
    """Dump what is not derived, where it holds a row."""
    if folder is None or not holds_data(connection):
        return None
    present = [name for name in NOT_DERIVED if first_value(connection.execute("select to_regnamespace(%s)", (name,)))]
    to = folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}-before-migration-{found.database + 1:04}.dump"
    began = time.monotonic()
    tell(f"Dumping {', '.join(present)} before the first change …")
    try:
        dump(url, to, present)
    except ProgramFailed as error:
        raise MigrationFailed(f"Nothing was migrated, as the dump before it failed. {error}") from None
    tell(f"{to}: {to.stat().st_size / 1e6:.1f} MB in {time.monotonic() - began:.1f} s")
    return to


def holds_data(connection: psycopg.Connection) -> bool:
    """Whether a table of a schema that is not derived has a row; what migrations wrote about themselves does not count."""
    tables = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) and (schemaname, tablename) <> ('ops', 'migration')",
        (list(NOT_DERIVED),),
    ).fetchall()
    return any(
        first_value(connection.execute(sql.SQL("select exists (select from {})").format(sql.Identifier(*table))))
        for table in tables
    )


@contextmanager
def _telling_notices(connection: psycopg.Connection, tell: Tell) -> Iterator[None]:
    """What a migration says by `raise notice`; PostgreSQL's own "…, skipping" is no news."""

    def heard(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.message_primary and not diagnostic.message_primary.endswith("skipping"):
            tell(f"  {diagnostic.message_primary}")

    connection.add_notice_handler(heard)
    try:
        yield
    finally:
        connection.remove_notice_handler(heard)


def _run(connection: psycopg.Connection, url: str, migration: Migration, backup: Path | None, tell: Tell) -> None:
    """One migration and its row in ops.migration, in one transaction; again while somebody holds a lock that it needs."""
    began = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        with _watching(connection, url) as blockers:
            try:
                with connection.transaction():
                    connection.execute(f"set local lock_timeout = '{LOCK_SECONDS}s'")
                    connection.execute(migration.text)
                    connection.execute(
                        "insert into ops.migration (number, name, sha256, code_version) values (%s, %s, %s, %s)",
                        (migration.number, migration.name, migration.sha256, code_version()),
                    )
                tell(f"{migration.name} done in {time.monotonic() - began:.1f} s")
                return
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                pass
            except psycopg.Error as error:
                raise MigrationFailed(_what_failed(migration, error, backup)) from None
        who = "; ".join(sorted(blockers)) or "a session that has ended since"
        if attempt == ATTEMPTS:
            raise MigrationFailed(
                f"{migration.name} did not get its lock in {ATTEMPTS} attempts, held by {who}. Nothing of it was kept. End that session "
                f"(or `select pg_terminate_backend(pid)`) and run `parity migrate` again."
            )
        tell(f"{migration.name} waits for a lock held by {who}: attempt {attempt + 1} of {ATTEMPTS} follows.")
        time.sleep(min(attempt, 5))


@contextmanager
def _watching(connection: psycopg.Connection, url: str) -> Iterator[set[str]]:
    """Fill a set with who blocks `connection` while the block runs: only another session can see that."""
    pid, found, over = connection.info.backend_pid, set(), threading.Event()

    def watch() -> None:
        if over.wait(LOCK_SECONDS / 4):  # most migrations are done by then
            return
        with connect(url, application="parity migrate (watch)") as watcher:
            watcher.autocommit = True
            while not over.is_set():
                for blocker, application, user in watcher.execute(BLOCKERS, (pid,)).fetchall():
                    found.add(f"{application or 'a session without a name'} (pid {blocker}, user {user})")
                over.wait(LOCK_SECONDS / 4)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _what_failed(migration: Migration, error: psycopg.Error, backup: Path | None) -> str:
    position = error.diag.statement_position
    line = f", line {migration.text.count(chr(10), 0, int(position) - 1) + 1}" if position else ""
    detail = f" {error.diag.message_detail}" if error.diag.message_detail else ""
    kept = f" The dump from before is {backup}." if backup else ""
    return (
        f"{migration.name}{line}: {error.diag.message_primary or error}.{detail} Nothing of this migration was kept; the ones before it stand."
        f"{kept} Mend the cause and run `parity migrate` again."
    )
