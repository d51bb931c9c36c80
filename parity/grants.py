"""What the role of the readers may read: every table and view of the schema `published`, and nothing else.

Granted again only where a privilege is missing, since the role may be made after the tables, and views are made anew by migrations.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

READER = "superset_reader"
MISSING = """
select role.rolname
from pg_roles as role
where role.rolname = %s and exists (select from pg_namespace where nspname = 'published')
    and (
        not has_schema_privilege(role.oid, 'published', 'usage')
        or exists (
            select from pg_class as relation
            where relation.relnamespace = to_regnamespace('published') and relation.relkind in ('r', 'v', 'm', 'p')
                and not has_table_privilege(role.oid, relation.oid, 'select')))
"""


def grant_to_readers(connection: psycopg.Connection) -> bool:
    """Let the readers' role read `published`, where the role exists and may not yet; returns whether anything was granted."""
    with connection.transaction():
        if connection.execute(MISSING, (READER,)).fetchone() is None:
            return False
        role = sql.Identifier(READER)
        connection.execute(sql.SQL("grant usage on schema published to {}").format(role))
        connection.execute(sql.SQL("grant select on all tables in schema published to {}").format(role))
    return True
