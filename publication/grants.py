"""Who sees which schema of the readers' database: each role its own, and no other. Run by the owner at each start."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

KNOWN = "select rolname from pg_roles where rolname = any(%s)"


def grant_schemas(there: psycopg.Connection, logins: Mapping[str, str]) -> list[str]:
    """Schemas with their readers' grants, on tables to come too; `logins` names the role of each schema. Returns those that do not exist.

    Roles are made where they may connect from (cli/setup.py); on a server of one's own, by its administrator.
    """
    known = {name for (name,) in there.execute(KNOWN, (list(logins.values()),))}
    for schema, owner in logins.items():
        place = sql.Identifier(schema)
        there.execute(sql.SQL("create schema if not exists {}").format(place))
        there.execute(sql.SQL("revoke all on schema {} from public").format(place))
        for role in sorted(known):
            who = sql.Identifier(role)
            tables = sql.SQL("all tables in schema {}").format(place)
            for what in (tables, sql.SQL("schema {}").format(place)):
                there.execute(sql.SQL("revoke all on {} from {}").format(what, who))
            default = sql.SQL("alter default privileges in schema {} {} {}")
            if role == owner:
                there.execute(sql.SQL("grant usage on schema {} to {}").format(place, who))
                there.execute(sql.SQL("grant select on {} to {}").format(tables, who))
                there.execute(default.format(place, sql.SQL("grant select on tables to"), who))
            else:
                there.execute(default.format(place, sql.SQL("revoke all on tables from"), who))
    return sorted(set(logins.values()) - known)
