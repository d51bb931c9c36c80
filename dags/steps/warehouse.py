"""How every step opens the warehouse. Tables of another version of the code fail a task at once: trying again would not migrate them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dags.hooks.connections import warehouse_url
from dags.steps.refusal import no_retry_for

if TYPE_CHECKING:
    import psycopg


@contextmanager
def open_warehouse(application: str) -> Iterator[psycopg.Connection]:
    """A connection to the migrated warehouse; committed and closed at the end, rolled back where the block raises."""
    from parity.database import connect
    from parity.migrate import NotMigrated, require_migrated

    with connect(warehouse_url(), application=application) as connection:
        with no_retry_for(NotMigrated):
            require_migrated(connection)
        yield connection


def migrated_warehouse_url(application: str) -> str:
    """The URL of the migrated warehouse, for gates and dbt, which connect by themselves."""
    with open_warehouse(application):
        return warehouse_url()
