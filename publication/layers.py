"""The masked tables of teams in the readers' database: the layers of the warehouse that `catalogue/access.yml` names, and no release.

A build makes a layer in the warehouse; a copy then replaces the readers' tables in one transaction. Nothing records that a layer was
copied: each run copies again, so that what a crash or a restored database left behind is mended by the next one.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from parity.catalogue.access import Role, load_access, missing
from parity.catalogue.policy import Policy, load_policy
from parity.database import connect, first_value
from publication import shown_days
from publication.masks import select
from publication.readers import Columns, Readers, columns_of, make_tables, opened, replace_rows

# One copy of a layer at a time. The lock is the warehouse's, where no reader can take it.
LOCK = "select pg_advisory_lock(hashtext('parity readers ' || %s))"


def copy_layer(warehouse_url: str, readers: Readers, schema: str, catalogue: Path) -> dict[str, int]:
    """Replace the readers' tables of the layer `schema`; returns the rows of each.

    Raises CatalogueError where access.yml names what the warehouse lacks (then readers keep what they had), KeyError where no role has such
    a layer, ReadersError, psycopg.Error.
    """
    role, policy = load_access(catalogue).layer(schema), load_policy(catalogue)
    with connect(warehouse_url, application="parity publish") as warehouse:
        warehouse.execute(LOCK, (schema,))
        standing = {table: {name for name, _ in columns} for table, columns in columns_of(warehouse, schema).items()}
        warehouse.commit()
        if faults := missing(catalogue, role, standing):
            raise faults
        for table in role.tables:
            shown_days.keep(warehouse, schema, table, policy)
        warehouse.commit()
        wanted = _masked_views(warehouse, role, policy)
        with opened(readers, "parity publish") as there:
            make_tables(there, schema, columns_of(there, schema), wanted)
            for table in wanted:
                view = sql.SQL("select * from {}").format(sql.Identifier("pg_temp", table))
                replace_rows(warehouse, view, there, sql.Identifier(schema, table))
            rows = {table: _count(there, schema, table) for table in wanted}
        warehouse.rollback()  # the views
    return rows


def _masked_views(warehouse: psycopg.Connection, role: Role, policy: Policy) -> Columns:
    """Each table as it is shown, a view of this session; all of them show one moment of the layer, which no build can change meanwhile."""
    warehouse.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    named = [sql.Identifier(role.schema_name, table) for table in role.tables]
    # Before the first query, whose moment it is: a table that a build has just put in another's place would seem empty to an older one.
    warehouse.execute(sql.SQL("lock table {} in access share mode").format(sql.SQL(", ").join(named)))
    for name, table in role.tables.items():
        shown = select(*shown_days.source(warehouse, role.schema_name, name), table, policy)
        warehouse.execute(sql.SQL("create temp view {} as {}").format(sql.Identifier(name), shown))
    [(own,)] = warehouse.execute("select nspname from pg_namespace where oid = pg_my_temp_schema()").fetchall()
    found = columns_of(warehouse, own)
    return {table: found[table] for table in role.tables}


def _count(there: psycopg.Connection, schema: str, table: str) -> int:
    return first_value(there.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))))
