"""A release as readers see it, or saw it: the rows of the views of `published`, whichever release is current now.

The views show the current release. For another one, a transaction makes it current, reads, and is rolled back: nobody else ever sees that,
and the columns are those of the views. No other release is published meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from publication.disclosure import PLACE
from publication.readers import SCHEMA, published_columns

CELLS = "indicator"  # the view of the cells
KEYS = ("indicator_code", *PLACE, "gender")  # what tells one cell of a release from another


@dataclass(frozen=True)
class View:
    """The rows of published.`name`, in the order of their columns; `columns` are names and PostgreSQL's types."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> Iterator[dict[str, Any]]:
        names = [name for name, _ in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


def cells(connection: psycopg.Connection, release_id: int) -> list[dict[str, Any]]:
    """The cells of the release as readers see or saw them."""
    return rows_of(connection, release_id, (CELLS,))[CELLS]


def rows_of(connection: psycopg.Connection, release_id: int, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of these views as readers see or saw them, by the name of the view."""
    with as_readers_see(connection, release_id):
        columns = published_columns(connection)
        return {name: list(_view(connection, name, columns[name]).records()) for name in names}


def views(connection: psycopg.Connection, release_id: int) -> tuple[View, ...]:
    """Every view of `published` with the release's rows."""
    with as_readers_see(connection, release_id):
        return tuple(_view(connection, name, columns) for name, columns in published_columns(connection).items())


@contextmanager
def as_readers_see(connection: psycopg.Connection, release_id: int) -> Iterator[None]:
    """The release is current for this connection, and for no other, until the block ends. The caller checks that readers saw it."""
    with connection.transaction(force_rollback=True):
        connection.execute("lock table release.release in exclusive mode")
        connection.execute(
            "update release.release set state = 'superseded' where state = 'current' and release_id <> %s", (release_id,)
        )
        connection.execute(
            "update release.release set state = 'current' where release_id = %s and state <> 'current'", (release_id,)
        )
        yield


def _view(connection: psycopg.Connection, name: str, columns: list[tuple[str, str]]) -> View:
    listed = sql.SQL(", ").join(sql.Identifier(column) for column, _ in columns)
    query = sql.SQL("select {} from {} order by {}").format(listed, sql.Identifier(SCHEMA, name), listed)
    return View(name, tuple(columns), tuple(connection.execute(query).fetchall()))
