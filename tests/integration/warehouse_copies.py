"""For tests: old warehouses restored from dumps, the rows of one copied into another, and what tables look like."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from parity.postgres_tools import binary, connection_environment

UPGRADES = Path(__file__).with_name("upgrades")
DUMPS = sorted(UPGRADES.glob("*.dump"))
OURS = ("raw", "quarantine", "ops", "release")
COLUMNS = """
select table_schema || '.' || table_name, column_name, data_type, is_nullable, coalesce(column_default, ''), coalesce(identity_generation, '')
from information_schema.columns where table_schema = any(%s)
"""
CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
from pg_constraint where contype <> 'n' and connamespace::regnamespace::text = any(%s)
"""
INDEXES = "select schemaname, indexname, indexdef from pg_indexes where schemaname = any(%s)"
FUNCTIONS = """
select pronamespace::regnamespace::text, proname, pg_get_functiondef(oid)
from pg_proc where pronamespace::regnamespace::text = any(%s)
"""
VIEWS = "select schemaname, viewname, definition from pg_views where schemaname = any(%s)"


def restore(url: str, dump: Path) -> None:
    """Everything that the dump holds, into an empty database."""
    run(
        url,
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        f"--dbname={psycopg.conninfo.conninfo_to_dict(url)['dbname']}",
        dump,
    )


def copy_raw(url: str, to: str, folder: Path) -> None:
    """The rows of raw and ops, but for what dbt and migrations remember, from one warehouse into another that has the tables."""
    file = folder / "raw.dump"
    kept = [f"--schema={schema}" for schema in ("raw", "quarantine", "ops")]
    left = [
        f"--exclude-table={table}"
        for table in ("ops.migration", "ops.dbt_built", "ops.dbt_list_held", "ops.dbt_reads", "ops.dbt_source")
    ]
    run(url, "pg_dump", "--format=custom", "--data-only", *kept, *left, f"--file={file}")
    restore(to, file)


def run(url: str, program: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [binary(program), *arguments],
        env={**os.environ, **connection_environment(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def shape(url: str, schemas: Sequence[str] = (*OURS, "published")) -> dict[str, set[tuple[str, ...]]]:
    """Columns, keys, indexes, views and functions of these schemas, the order of columns aside."""
    with psycopg.connect(url) as connection:
        return {
            name: set(connection.execute(query, (list(schemas),)).fetchall())
            for name, query in {
                "columns": COLUMNS,
                "constraints": CONSTRAINTS,
                "indexes": INDEXES,
                "views": VIEWS,
                "functions": FUNCTIONS,
            }.items()
        }


def row_counts(url: str, schemas: Sequence[str] = OURS) -> dict[str, int]:
    """How many rows each table has; the record of migrations aside."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname = any(%s) and tablename <> 'migration'",
            (list(schemas),),
        ).fetchall()
        return {
            ".".join(table): connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(*table))).fetchone()[0]
            for table in tables
        }


def rows(url: str, relation: str, without: Sequence[str] = ()) -> list[str]:
    """Every row as JSON, by name of column, in a fixed order."""
    query = sql.SQL("select (to_jsonb(line) - %s::text[])::text from {} as line order by 1").format(
        sql.Identifier(*relation.split("."))
    )
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query, (list(without),))]
