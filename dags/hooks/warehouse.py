"""The connection types `parity_warehouse` and `parity_readers`: PostgreSQL with the login of the warehouse's owner, and of the readers' role.

Their Test buttons say what stands there: tables of which version, which release. A message names the kind of an error; PostgreSQL's own words
are kept only where they hold no secret.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from airflow.sdk import BaseHook

from dags.hooks.connections import IncompleteConnection, postgres_url


def said(error: Exception) -> str:
    """The database's words about a connection that it did not make. They name host, login and database, and never the password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__


class PostgresHook(BaseHook, ABC):
    """What both have in common: connect, then look."""

    conn_type = hook_name = default_conn_name = ""
    conn_name_attr = "conn_id"

    def __init__(self, **conn_id: str) -> None:
        """Airflow names the connection by `conn_name_attr`."""
        super().__init__()
        self.conn_id = conn_id.get(self.conn_name_attr, self.default_conn_name)

    def get_conn(self) -> Any:
        """An open psycopg connection. Raises IncompleteConnection, psycopg.Error."""
        from parity.database import connect

        return connect(postgres_url(self.get_connection(self.conn_id)), application="parity test of a connection")

    def test_connection(self) -> tuple[bool, str]:
        """Whether it leads to what it should, in words for the person at the form."""
        import psycopg

        try:
            with self.get_conn() as connection:
                return self.look(connection)
        except IncompleteConnection as error:
            return False, str(error)
        except psycopg.Error as error:
            return False, f"PostgreSQL did not let us in. {said(error)}"
        except Exception as error:  # its text may quote the password
            return False, f"The connection could not be tried: {type(error).__name__}."

    @abstractmethod
    def look(self, connection: Any) -> tuple[bool, str]:
        """Whether the open connection leads to the right database, and a sentence about it."""


class WarehouseHook(PostgresHook):
    """The warehouse, as its owner."""

    conn_name_attr = "warehouse_conn_id"
    default_conn_name = "warehouse"
    conn_type = "parity_warehouse"
    hook_name = "Parity warehouse"

    def look(self, connection: Any) -> tuple[bool, str]:
        from parity.migrate import behind, where_it_stands
        from parity.migration_plan import MigrationRefused

        try:
            stand = where_it_stands(connection)
        except MigrationRefused as error:
            return False, str(error)
        return (
            (False, behind(stand)) if stand.pending else (True, f"Connected. Its tables are those of migration {stand.database}.")
        )


class ReadersHook(PostgresHook):
    """The readers' database, as Superset reads it."""

    conn_name_attr = "readers_conn_id"
    default_conn_name = "readers"
    conn_type = "parity_readers"
    hook_name = "Parity readers"

    def look(self, connection: Any) -> tuple[bool, str]:
        [is_warehouse, has_release] = connection.execute(
            "select to_regnamespace('release') is not null, to_regclass('published.release_info') is not null"
        ).fetchone()
        if is_warehouse:
            return (
                False,
                "It leads to a warehouse. Name the readers' own database: readers must reach no other release and no raw row.",
            )
        if not has_release:
            return True, "Connected. Nothing is published yet."
        [number] = connection.execute("select release_id from published.release_info").fetchone() or [None]
        return True, f"Connected. Readers see release {number}." if number else "Connected. Nothing is published yet."
