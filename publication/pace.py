"""The pace of a survey as survey teams see it: a step that they saw keeps its day, so that no erasure moves one.

Counted anew, the first step after an erased respondent's answer would be reached later, and tell the day of that answer. What was shown stays,
also the last step where the total falls below it. Once so many people are gone that they point at none of them, all steps of the agency and wave
are counted anew. A step that is new is never earlier than those below it: answers of an earlier day may come late.
"""

from __future__ import annotations

import psycopg

from parity.catalogue.policy import Policy

TABLE = ("fieldwork", "fieldwork__pace")
SHOWN = ("ops", "pace_shown")
NOW = """
with now as (
    select form, period_year, agency_code, n_to_date, min(day) as day
    from fieldwork.fieldwork__pace
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
    having max(shown.n_to_date) - coalesce(max(top.n_to_date), 0) > %(few)s)
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


def keep_steps(warehouse: psycopg.Connection, policy: Policy) -> None:
    """Add the steps that are new to those shown; the caller commits."""
    with warehouse.transaction():
        given = {"least": policy.min_count, "few": policy.min_changed_respondents}
        warehouse.execute(FORGET, given)
        warehouse.execute(KEEP, given)
