"""Whether raw has anything new of one kind of source: a hash of what its tables hold, which loading the same again does not change."""

from __future__ import annotations

import hashlib

from dags.steps.warehouse import open_warehouse


def state(beginnings: tuple[str, ...]) -> str:
    """A hash of all tables that a build reads and whose names (`raw.hr_staff`) begin so. Raises LookupError where there is none."""
    from parity.build_state import source_states, tables_of_a_build

    tables = [table for table in tables_of_a_build() if table.startswith(beginnings)]
    if not tables:
        raise LookupError(f"No source of dbt begins with {', '.join(beginnings)}.")
    with open_warehouse("parity ingest") as connection:
        states = source_states(connection, tables)
    return hashlib.sha256("\n".join(f"{table} {states[table]}" for table in tables).encode()).hexdigest()
