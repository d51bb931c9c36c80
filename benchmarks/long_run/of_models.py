"""The invariant of the models: what many builds left, a few rows at a time, is what one build of everything makes."""

from __future__ import annotations

import psycopg
from psycopg import sql

from benchmarks.long_run import way_in
from benchmarks.long_run.place import WAREHOUSE, copy_database, drop_database
from benchmarks.long_run.scene import Scene, rows
from benchmarks.long_run.steps import Release

WHOLE = "whole"
TABLES = """
select table_schema, table_name from information_schema.tables
where table_schema in ('core', 'indicators') and table_type = 'BASE TABLE' order by 1, 2
"""
ROWS = "select to_jsonb(line)::text from {} as line"


def incremental_equals_full_refresh(scene: Scene) -> list[str] | None:
    """Every table of core and indicators, row by row, against a full refresh in a copy of the warehouse. Only where the step asks for it, as it costs
    a build of everything."""
    if not (isinstance(scene.step.kind, Release) and scene.step.kind.is_refreshed):
        return None
    postgres, name = scene.place.postgres, f"{WAREHOUSE}_{WHOLE}"
    copy_database(postgres, WAREHOUSE, name)
    try:
        with scene.place.entered():
            way_in.build(full_refresh=True, url=postgres.url(name))
        return compared(scene.place.url, postgres.url(name))
    finally:
        drop_database(postgres, name)


def compared(url: str, whole: str) -> list[str]:
    tables, others = rows(url, TABLES), rows(whole, TABLES)
    complaints = [f"{table} is in one of the two warehouses alone" for table in {*tables} ^ {*others}]
    for schema, table in sorted({*tables} & {*others}):
        found, expected = (_rows(each, schema, table) for each in (url, whole))
        if found != expected:
            surplus, missing = found - expected, expected - found
            example = min((*missing, *surplus), default="rows that are there twice")
            complaints.append(
                f"{schema}.{table}: {len(surplus)} rows that a full refresh does not make, {len(missing)} that it makes are missing, as {example[:300]}"
            )
    return complaints


def _rows(url: str, schema: str, table: str) -> frozenset[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(sql.SQL(ROWS).format(sql.Identifier(schema, table))).fetchall()
    seen: dict[str, int] = {}
    for (line,) in found:
        seen[line] = seen.get(line, 0) + 1
    return frozenset(line if n == 1 else f"{n} × {line}" for line, n in seen.items())
