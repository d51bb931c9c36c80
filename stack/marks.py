"""What the set-up has done in a database, kept in that database: schema `parity_setup`, one row a step.

A mark in a file would outlive a database that was restored or made again.
"""

from __future__ import annotations

import psycopg

from parity.database import first_value
from parity.urls import libpq_url

TABLE = """
create schema if not exists parity_setup;
create table if not exists parity_setup.done (
    step text primary key, version text not null, done_at timestamptz not null default clock_timestamp());
"""


def read(url: str) -> dict[str, str]:
    """Step → the version that was set up; empty where nothing was."""
    with psycopg.connect(libpq_url(url)) as connection:
        if first_value(connection.execute("select to_regclass('parity_setup.done')")) is None:
            return {}
        return dict(connection.execute("select step, version from parity_setup.done").fetchall())


def write(url: str, **versions: str) -> None:
    """Note each step with its version."""
    with psycopg.connect(libpq_url(url)) as connection:
        connection.execute(TABLE)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into parity_setup.done (step, version) values (%s, %s)"
                " on conflict (step) do update set version = excluded.version, done_at = clock_timestamp()",
                list(versions.items()),
            )
