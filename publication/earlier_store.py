"""What each release told of staff, in the table release.told: kept when a release is made, read when the next one is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from publication.earlier import Told, of_same_people
from publication.shown import SHOWN
from publication.time_at_risk import time_shown

# Every release that readers ever saw, also one that was taken back; told alike by several, once.
PUBLISHED = f"""
select
    min(told.release_id), told.cell_id, told.people, row.is_suppressed, not row.is_suppressed and row.unavailable_reason is null as is_shown,
    row.status, row.suppression_reason, told.sides, row.method, row.numerator, row.denominator
from release.told as told
inner join release.release as release on told.release_id = release.release_id and {SHOWN}
inner join release.indicator as row on told.release_id = row.release_id and told.cell_id = row.cell_id
where told.people = any(%s) and told.release_id is distinct from %s
group by
    told.cell_id, told.people, row.is_suppressed, is_shown, row.status, row.suppression_reason, told.sides, row.method, row.numerator,
    row.denominator
"""
TOLD_BY = """
select
    told.cell_id, told.people, row.is_suppressed, not row.is_suppressed and row.unavailable_reason is null, row.status, row.suppression_reason,
    told.sides, row.method, row.numerator, row.denominator
from release.told as told
inner join release.indicator as row on told.release_id = row.release_id and told.cell_id = row.cell_id
where told.release_id = %s
order by told.cell_id, told.people
"""


def told_before(connection: psycopg.Connection, people: Mapping[str, str], without: int | None = None) -> dict[str, list[Told]]:
    """What all releases that were ever published told of these people, by the id of the cell; but for the release `without`. A rollback adds nothing
    to it: the release that becomes current again is among them since readers first saw it."""
    rows = connection.execute(PUBLISHED, (sorted(set(people.values())), without)).fetchall()
    told = (_told(release_id, *row) for release_id, *row in rows)
    return of_same_people(told, people)


def told_by(connection: psycopg.Connection, release_id: int, people: Mapping[str, str]) -> dict[str, Told]:
    """What the release told, by the id of the cell: of `people` where it told of them, else of whom it was made."""
    rows = connection.execute(TOLD_BY, (release_id,)).fetchall()
    found: dict[str, Told] = {}
    for cell_id, who, *row in rows:
        if cell_id not in found or people.get(cell_id) == who:
            found[cell_id] = _told(release_id, cell_id, who, *row)
    return found


def _told(release_id: int, cell_id: str, who: str, is_suppressed: bool, is_shown: bool, *row: Any) -> Told:
    """`row`: status, reason and sides, and method, numerator and denominator as they were published: the person-years of a rate are kept there."""
    status, why, ranges, method, events, years = row
    sides = None if ranges is None else tuple((low, high) for low, high in ranges)
    time = time_shown(method, events, years, sides) if is_shown else None
    return Told(release_id, cell_id, who, is_suppressed, is_shown, (status, why), sides, time)


def keep_told(connection: psycopg.Connection, release_id: int, told: Iterable[Told]) -> None:
    """An unchanged release that other people make again tells of them, too."""
    rows = [(release_id, each.cell_id, each.people, None if each.sides is None else Jsonb(each.sides)) for each in told]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into release.told (release_id, cell_id, people, sides) values (%s, %s, %s, %s) on conflict do nothing", rows
        )


def n_statements(earlier: Mapping[str, Sequence[Told]]) -> int:
    return sum(len(told) for told in earlier.values())
