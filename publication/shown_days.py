"""Days that survey teams saw stay as they were shown, so that no erasure moves one: of a survey's pace, and of the versions of a form.

Counted anew, the first step of the pace after an erased respondent's answer would be reached later, and tell the day of that answer. What was shown
stays, also the last step where the total falls below it. Once so many people are gone that they point at none of them, all steps of the agency and
wave are counted anew. A step that is new is never earlier than those below it: answers of an earlier day may come late. The first day of a version
only ever becomes earlier, and its last day later.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from parity.catalogue.policy import Policy

NOW = """
with now as (
    select form, period_year, agency_code, n_to_date, min(day) as day
    from {table}
    where n_to_date >= %(least)s and period_year is not null
    group by form, period_year, agency_code, n_to_date)
"""
FORGET = f"""
{NOW},
top as (select form, period_year, agency_code, max(n_to_date) as n_to_date from now group by form, period_year, agency_code),
gone as (
    select form, period_year, agency_code
    from ops.pace_shown as shown left join top using (form, period_year, agency_code)
    group by form, period_year, agency_code
    having max(shown.n_to_date) - coalesce(max(top.n_to_date), 0) > %(min_changed)s)
delete from ops.pace_shown as shown using gone
where (shown.form, shown.period_year, shown.agency_code) = (gone.form, gone.period_year, gone.agency_code)
"""
KEEP = f"""
{NOW}
insert into ops.pace_shown (form, period_year, agency_code, n_to_date, day)
select now.form, now.period_year, now.agency_code, now.n_to_date, greatest(now.day, max(shown.day))
from now
left join ops.pace_shown as shown
    on (now.form, now.period_year, now.agency_code) = (shown.form, shown.period_year, shown.agency_code) and shown.n_to_date < now.n_to_date
group by now.form, now.period_year, now.agency_code, now.n_to_date, now.day
on conflict do nothing
"""


KEEP_VERSIONS = """
insert into ops.version_shown (form, version_uid, first_day, last_day)
select form, version_uid, first_day, last_day from {table}
where n_submissions >= %(least)s and version_uid is not null and first_day is not null and last_day is not null
on conflict (form, version_uid) do update set
    first_day = least(version_shown.first_day, excluded.first_day), last_day = greatest(version_shown.last_day, excluded.last_day)
"""
VERSIONS = """
create temp view shown_version as
select
    version.form, version.version_uid, version.version_no, version.n_submissions,
    coalesce(shown.first_day, version.first_day) as first_day, coalesce(shown.last_day, version.last_day) as last_day
from {table} as version
left join ops.version_shown as shown using (form, version_uid)
"""


def keep(warehouse: psycopg.Connection, schema: str, table: str, policy: Policy) -> None:
    """Add what is new in the table to what was shown of it; of other tables nothing is kept. The caller commits."""
    given = {"least": policy.min_count, "min_changed": policy.min_changed_respondents}
    statements = {f"{schema}__pace": (FORGET, KEEP), f"{schema}__version": (KEEP_VERSIONS,)}
    for statement in statements.get(table, ()):
        warehouse.execute(_of(statement, schema, table), given)


def source(warehouse: psycopg.Connection, schema: str, table: str) -> tuple[str, str]:
    """Schema and name of what holds the rows of the table with the days as shown; a view of this session, or the table itself."""
    if table == f"{schema}__pace":
        return ("ops", "pace_shown")
    if table == f"{schema}__version":
        warehouse.execute(_of(VERSIONS, schema, table))
        return ("pg_temp", "shown_version")
    return (schema, table)


def _of(statement: str, schema: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(table=sql.Identifier(schema, table))
