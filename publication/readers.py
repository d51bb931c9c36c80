"""The readers' database: the current release as plain tables, the masked tables of teams (publication/layers.py), and nothing else.

Readers, Superset among them, reach no other database: no other release, no raw row, no statistics of one. The warehouse's views in the
schema `published` say what is copied, and the tables here have their names and columns. A release replaces another in one transaction,
by DELETE and INSERT: no reader waits, and each statement (READ COMMITTED, PostgreSQL's default) sees one whole release. Only where a view's
columns have changed is its table dropped and created again, which waits for readers and makes them wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from parity.database import connect, first_value
from parity.urls import with_login_of

SCHEMA = "published"
RELATIONS = """
select relation.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)
from pg_class as relation
inner join pg_attribute as attribute on relation.oid = attribute.attrelid and attribute.attnum > 0 and not attribute.attisdropped
where relation.relnamespace = to_regnamespace(%s) and relation.relkind in ('r', 'v')
order by relation.relname, attribute.attnum
"""
CURRENT = "select release_id, published_at, provenance_note from published.release_info"
LOCK_SECONDS = 30  # for a table with other columns, while a reader looks at it

Columns = dict[str, list[tuple[str, str]]]  # of each table: name and type


class ReadersError(RuntimeError):
    """The readers' address leads to a database that is not theirs; the message says what to do."""


@dataclass(frozen=True)
class Readers:
    """Where the readers' database is: `url` with the login of its owner, the warehouse's; `role` is that of the readers."""

    url: str = field(repr=False)
    role: str

    @classmethod
    def of(cls, warehouse_url: str, reader_url: str) -> Readers:
        """From the warehouse's address and that which readers are given. The owner has one login on both servers."""
        from sqlalchemy.engine import make_url

        return cls(with_login_of(warehouse_url, reader_url), make_url(reader_url).username or "")


def bring_up_to_date(warehouse: psycopg.Connection, readers: Readers, *, force: bool = False) -> bool:
    """Copy the current release, as `warehouse` sees it, where readers have another or none; returns whether anything was copied.

    `force` copies in any case: a migration may change what a view tells of the same release. What readers see changes when this returns,
    whatever becomes of the transaction of `warehouse`, which keeps every other publication out until it ends. Raises ReadersError,
    psycopg.Error.
    """
    warehouse.execute("lock table release.release in exclusive mode")
    wanted = columns_of(warehouse, SCHEMA)
    with opened(readers, "parity publish") as there:
        standing = columns_of(there, SCHEMA)
        is_copied = standing == wanted and there.execute(CURRENT).fetchall() == warehouse.execute(CURRENT).fetchall()
        if force or not is_copied:
            make_tables(there, SCHEMA, standing, wanted)
            for table in wanted:
                name = sql.Identifier(SCHEMA, table)
                replace_rows(warehouse, sql.SQL("select * from {}").format(name), there, name)
        _grant(there, readers.role)  # the role may be younger than the copy
    return force or not is_copied


@contextmanager
def opened(readers: Readers, application: str) -> Iterator[psycopg.Connection]:
    """One transaction of the owner in the readers' database. Raises ReadersError where that is a warehouse."""
    with connect(readers.url, application=application) as there:
        if first_value(there.execute("select to_regnamespace('release') is not null")):
            raise ReadersError(
                "The address of the readers leads to a warehouse. Name a database of their own in PARITY_READER_URL, or in the Airflow "
                "connection `readers`."
            )
        there.execute("select set_config('lock_timeout', %s, true)", (f"{LOCK_SECONDS}s",))
        yield there


def columns_of(connection: psycopg.Connection, schema: str) -> Columns:
    """The columns of each table and view of a schema."""
    found: Columns = {}
    for table, column, kind in connection.execute(RELATIONS, (schema,)):
        found.setdefault(table, []).append((column, kind))
    return found


def published_columns(connection: psycopg.Connection) -> Columns:
    return columns_of(connection, SCHEMA)


def make_tables(there: psycopg.Connection, schema: str, standing: Columns, wanted: Columns) -> None:
    """Tables of a schema for readers: those with other columns anew, those that nobody wants no more."""
    there.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    for table in standing:
        if standing[table] != wanted.get(table):
            there.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, table)))
    for table, columns in wanted.items():
        listed = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns)
        there.execute(sql.SQL("create table if not exists {} ({})").format(sql.Identifier(schema, table), listed))


def replace_rows(warehouse: psycopg.Connection, query: sql.Composable, there: psycopg.Connection, name: sql.Identifier) -> None:
    """The rows of `query` in place of those of the readers' table."""
    there.execute(sql.SQL("delete from {}").format(name))
    with (
        warehouse.cursor().copy(sql.SQL("copy ({}) to stdout").format(query)) as rows,
        there.cursor().copy(sql.SQL("copy {} from stdin").format(name)) as copy,
    ):
        for block in rows:
            copy.write(block)
    there.execute(sql.SQL("analyze {}").format(name))  # plans, and no values of a release that is gone


def _grant(there: psycopg.Connection, role: str) -> None:
    who = sql.Identifier(role)
    there.execute(sql.SQL("grant usage on schema published to {}").format(who))
    there.execute(sql.SQL("grant select on all tables in schema published to {}").format(who))
