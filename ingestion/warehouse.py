"""The tables that ingestion owns, made if absent, and rows copied into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from parity.database import apply_sql

SCHEMA = Path(__file__).with_name("schema.sql")


def ensure_schemas(connection: psycopg.Connection) -> None:
    """Make schemas raw, quarantine and ops with ingestion's tables. Safe to run from several tasks at once."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('parity.ingestion.schema'))")
        apply_sql(connection, SCHEMA)


def copy_rows(connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into `table` ('schema.name') within the caller's transaction; returns how many."""
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
