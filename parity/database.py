"""One way to the warehouse: psycopg connections from a URL, and the environment of dbt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from parity.settings import BadSetting

PARSED = "partial_parse.msgpack"
# Limits of a database by which it ends a session that waits: for its next statement, between two, or within one whose rows are still coming.
WAITING = ("idle_in_transaction_session_timeout", "idle_session_timeout", "transaction_timeout", "statement_timeout")
Row = TypeVar("Row")


def connect(url: str, *, application: str = "parity") -> psycopg.Connection:
    """Open a connection to `url` (postgresql://user:password@host:port/name); the caller commits and closes.

    Raises BadSetting where that is no address: psycopg's own message quotes it with its password.
    """
    try:
        return psycopg.connect(url, application_name=application, connect_timeout=10)
    except psycopg.ProgrammingError:
        raise BadSetting(
            "The address of a database cannot be read. Correct PARITY_WAREHOUSE_URL or PARITY_READER_URL: postgresql://user:password@host:port/name,"
            " with signs and blanks of a password as in a URL (%20)."
        ) from None


@contextmanager
def patient(connection: psycopg.Connection) -> Iterator[None]:
    """Let the session wait for something outside, a server or a store of files, however long that takes and whatever the database allows.

    Any role may set these limits for itself. Statements outside the block have them again. Ends the transaction under way, if there is one.
    """
    found = connection.execute("select name, setting from pg_settings where name = any(%s) and setting <> '0'", (list(WAITING),))
    limits = found.fetchall()
    set_limits(connection, [(name, "0") for name, _ in limits])
    try:
        yield
        connection.commit()
    finally:
        if not connection.closed:
            connection.rollback()
            set_limits(connection, limits)


def set_limits(connection: psycopg.Connection, limits: list[tuple[str, str]]) -> None:
    """Set limits of the session to numbers of milliseconds, for good."""
    for name, value in limits:
        connection.execute("select set_config(%s, %s, false)", (name, value))
    connection.commit()


def first_row(found: psycopg.Cursor[Row]) -> Row:
    """The one row of a query that always has one. Raises LookupError where it has none."""
    if (row := found.fetchone()) is None:
        raise LookupError("A query that always has a row has none.")
    return row


def first_value(found: psycopg.Cursor[Any]) -> Any:
    """The first value of the one row of a query that always has one. Raises LookupError where it has none."""
    return first_row(found)[0]


def dbt_environment(url: str) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, from a warehouse URL."""
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    return {
        "PARITY_DB_HOST": parts.host or "127.0.0.1",
        "PARITY_DB_PORT": str(parts.port or 5432),
        "PARITY_DB_USER": parts.username or "",
        "PARITY_DB_PASSWORD": str(parts.password or ""),
        "PARITY_DB_NAME": parts.database or "",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_folders(home: Path, target: str = "target") -> dict[str, str]:
    """The variables that say where dbt writes in an instance; runs at the same time need a target each."""
    return {"DBT_TARGET_PATH": str(home / "dbt" / target), "DBT_LOG_PATH": str(home / "dbt" / "logs")}


def share_parse(folder: Path, target: str) -> None:
    """Give a working folder of dbt that is new the parse of the main one: reading the whole project again takes ten seconds.

    `folder`: `dbt` of the instance, with one working folder for each run that may go on at the same time.
    """
    parsed, here = folder / "target" / PARSED, folder / target / PARSED
    if parsed.exists() and not here.exists():
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parsed, here)
