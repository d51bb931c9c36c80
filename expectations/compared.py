"""Compares the sources with those of the last complete build: staff rows, people in the newest lists, answers, international tables.

`count_sources` writes today's counts as 'now' into ops.volume; the suites compare them with 'built'. The gate that passes makes them
'passed', and a complete build makes these 'built'. So a build that was stopped never becomes what the next one is compared with, and a
source that vanishes while a build runs is missed by the next. A first build is compared with nothing, and passes.

A part is a word of the catalogue: rows under any other code are counted together. Fewer rows are a question, no proof of deletion.
"""

from __future__ import annotations

import psycopg

from expectations.check import ENGINEERING, STAFF_DATA, SURVEYS, Check, Suite, between
from parity.catalogue.gate_limits import GateLimits
from parity.database import first_value

UNKNOWN = "not in the catalogue"
HR_TABLES = ("hr_staff", "hr_event", "hr_training", "hr_complaint", "hr_applicant", "hr_aggregate")
REFERENCE_TABLES = ("ref_victim", "ref_population", "ref_police_share")
FORMS = "select form from raw.catalogue_survey_contract union select form from raw.catalogue_fact_item"
_ROWS = " union all ".join(
    f"select '{table}' as name, agency_code, count(*) as n from raw.{table} group by agency_code" for table in HR_TABLES
)
_REFERENCE = " union all ".join(f"select 'reference', '{table}', count(*) from raw.{table}" for table in REFERENCE_TABLES)
NOW = f"""
with agency as (select distinct agency_code from raw.catalogue_agency),
form as ({FORMS}),
staff as ({_ROWS}),
list as (  -- the newest list of each contract and agency; of several files for one date, the one in force
    select distinct on (delivery.contract, period.agency_code) delivery.contract, period.agency_code, period.n_rows
    from raw.hr_delivery_period as period
    inner join raw.hr_delivery as delivery using (delivery_no)
    inner join raw.catalogue_hr_contract as contract on delivery.contract = contract.contract
    inner join agency on period.agency_code = agency.agency_code
    where delivery.grain in ('roster', 'spells')
    order by delivery.contract, period.agency_code, period.period_date desc, delivery.is_provisional,
        coalesce(delivery.delivered_again_at, delivery.delivered_at) desc, delivery.delivery_no desc),
submission as (
    select distinct on (submission.asset_uid, submission.submission_id) submission.form, not submission.is_deleted and project.is_counted as is_answer
    from raw.kobo_submission as submission inner join raw.kobo_project as project on submission.asset_uid = project.asset_uid
    order by submission.asset_uid, submission.submission_id, submission.load_no desc)
select 'staff' as source, staff.name || ' ' || coalesce(agency.agency_code, '{UNKNOWN}') as part, sum(staff.n) as n
from staff left join agency on staff.agency_code = agency.agency_code group by 1, 2
union all
select 'list', contract || ' ' || agency_code, n_rows from list
union all
select 'answers', coalesce(form.form, '{UNKNOWN}'), count(*) filter (where submission.is_answer)
from submission left join form on submission.form = form.form group by 1, 2
union all
{_REFERENCE}
"""


def count_sources(connection: psycopg.Connection) -> None:
    """Write what is there as 'now'; of two gates at once, one waits."""
    connection.execute("lock table ops.volume in share row exclusive mode")
    connection.execute("delete from ops.volume where state = 'now'")
    connection.execute(f"insert into ops.volume (state, source, part, n) select 'now', source, part, n from ({NOW}) as counted")  # nosec B608  # a constant


def keep_as_passed(connection: psycopg.Connection) -> None:
    """What the gate just passed."""
    _copy(connection, "now", "passed")


def keep_as_built(connection: psycopg.Connection) -> None:
    """What the gate passed last is what the build that is complete now was made of."""
    _copy(connection, "passed", "built")


def _copy(connection: psycopg.Connection, state: str, to: str) -> None:
    """Where there is nothing to copy, what was there stays."""
    if first_value(connection.execute("select exists (select from ops.volume where state = %s)", (state,))):
        connection.execute("delete from ops.volume where state = %s", (to,))
        connection.execute(
            "insert into ops.volume (state, source, part, n, counted_at) select %s, source, part, n, counted_at"
            " from ops.volume where state = %s",
            (to, state),
        )


def _compared(source: str) -> str:
    """SQL: each part that was not empty in the build before, with both counts and the per cent that are gone."""
    return (
        "select built.part, built.n as n_before, coalesce(counted.n, 0) as n_now,"
        " 100.0 * (built.n - coalesce(counted.n, 0)) / built.n as lost_pct"
        " from (select * from ops.volume where state = 'built' and n > 0) as built"
        " left join (select * from ops.volume where state = 'now') as counted using (source, part)"
        f" where source = '{source}'"
    )


def _parts(source: str, what: str, beyond: str) -> str:
    """SQL: names what failed, the worst first."""
    return (
        f"select part, part || ': ' || n_now || ' {what}, ' || n_before || ' in the build before' as finding"
        f" from ({_compared(source)}) as compared where {beyond} order by lost_pct desc, part"
    )


NOT_EMPTIED = "A source that was there and is empty takes its figures out of the release, and nobody decided that."


def _suite(name: str, table: str, source: str, what: str, limit: float, reason: str, remedy: str, owner: str) -> Suite:
    checks: tuple[Check, ...] = (
        between("lost_pct", None, limit, reason, "warning", _parts(source, what, f"lost_pct > {limit}")),
    )
    if source != "list":
        checks = (between("n_now", 1, None, NOT_EMPTIED, parts=_parts(source, what, "n_now = 0")), *checks)
    return Suite(name, table, _compared(source), checks, remedy, owner)


def compared_suites(limits: GateLimits) -> tuple[Suite, ...]:
    return (
        _suite(
            "staff files against the build before",
            "raw.hr_staff",
            "staff",
            "rows",
            limits.warn_fewer_staff_rows_pct,
            "Loaded rows only grow, list by list; fewer rows mean that somebody deleted some.",
            "Missing rows are no proof that people left. Look in raw.hr_delivery for the agency's files; if their rows are gone, restore them"
            " from the backup or load the files again from the landing.",
            STAFF_DATA,
        ),
        _suite(
            "newest lists against the build before",
            "raw.hr_delivery_period",
            "list",
            "people",
            limits.warn_fewer_people_pct,
            "A file without one of its units looks like a wave of leavers.",
            "A shorter list is no proof that people left. Compare its units with those of the list before, and ask the agency.",
            STAFF_DATA,
        ),
        _suite(
            "answers against the build before",
            "raw.kobo_submission",
            "answers",
            "answers",
            limits.warn_fewer_answers_pct,
            "Many answers that vanish at once were seldom withdrawn by those who gave them.",
            "Missing answers are no proof that they were withdrawn. Run `parity kobo reconcile`, and look whether the form was archived,"
            " deployed again or emptied on the server; `parity kobo sync` names answers of earlier projects; erasures are in ops.kobo_erased.",
            SURVEYS,
        ),
        _suite(
            "international tables against the build before",
            "raw.ref_population",
            "reference",
            "rows",
            limits.warn_fewer_reference_rows_pct,
            "Each load replaces the table whole, so a cut-off file loses its rest.",
            "Missing rows are no proof of a correction. Compare the file in drop/reference/ with the edition before it, and load the whole one.",
            ENGINEERING,
        ),
    )
