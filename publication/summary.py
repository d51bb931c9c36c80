"""One release in figures: its state, what it was made with, how many of its cells are shown, and what the gates said of it.

A gate keeps no number of the release that it looked at. The first run of the gate `candidate` after a release was built, and before the next
one was, judged it; the other gates judged what it was built from in their last run before that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from publication.history import Release, find, taken_back_by
from publication.releases import list_releases
from publication.versions import MadeWith, kept_versions

COUNTS = """
select
    indicator_code as indicator, level, count(*) filter (where status in ('exact', 'rounded', 'zero', 'bounded')) as shown,
    count(*) filter (where is_suppressed) as suppressed,
    count(*) filter (where status in ('not defined', 'not available')) as not_available
from release.indicator where release_id = %s
group by indicator_code, level
order by indicator_code, level
"""
GATES = """
with this as (
    select created_at, (select min(created_at) from release.release as later where later.release_id > release.release_id) as until
    from release.release as release where release_id = %s),
run as (
    select result.gate, min(result.run_at) as run_at
    from ops.gate_result as result, this
    where result.gate = 'candidate' and result.run_at >= this.created_at and (this.until is null or result.run_at < this.until)
    group by result.gate
    union all
    select result.gate, max(result.run_at)
    from ops.gate_result as result, this
    where result.gate <> 'candidate' and result.run_at < this.created_at
    group by result.gate)
select
    run.gate, run.run_at, count(*) as n_checks,
    coalesce(array_agg(distinct result.suite) filter (where not success and severity = 'critical'), '{}') as failed,
    coalesce(array_agg(distinct result.suite) filter (where not success and severity <> 'critical'), '{}') as warned
from run
inner join ops.gate_result as result on run.gate = result.gate and run.run_at = result.run_at
group by run.gate, run.run_at
order by run.run_at
"""


@dataclass(frozen=True)
class Count:
    """The cells of one indicator at one level."""

    indicator: str
    level: str
    shown: int
    suppressed: int
    not_available: int


@dataclass(frozen=True)
class Verdict:
    """One run of a gate; `failed` and `warned` name suites."""

    gate: str
    run_at: dt.datetime
    n_checks: int
    failed: list[str]
    warned: list[str]


@dataclass(frozen=True)
class Summary:
    release: Release
    taken_back_by: int | None
    made_with: MadeWith
    counts: list[Count]
    gates: list[Verdict]


def summary(connection: psycopg.Connection, release_id: int | None = None) -> Summary:
    """The summary of a release; without `release_id`, of the current one. Raises ReleaseError."""
    releases = list_releases(connection)
    release = find(releases, release_id)
    older = taken_back_by(release, releases)
    with connection.cursor(row_factory=class_row(Count)) as cursor:
        counts = cursor.execute(COUNTS, (release.release_id,)).fetchall()
    with connection.cursor(row_factory=class_row(Verdict)) as cursor:
        gates = cursor.execute(GATES, (release.release_id,)).fetchall()
    return Summary(release, older.release_id if older else None, kept_versions(connection, release.release_id), counts, gates)
