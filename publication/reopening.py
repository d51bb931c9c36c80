"""Orders to compute a final survey wave again: `parity release reopen`. The next candidate follows them; once readers may have seen it, they are done.

An order is never deleted. One that no release used may be taken back, by a row of its own (ops.survey_wave_order_cancelled).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from parity.database import first_value
from publication.history import ReleaseError
from publication.shown import SHOWN
from publication.wave_days import open_waves
from publication.waves import WaveKey

KNOWN = f"""
select distinct wave.form, wave.period_year, wave.wave
from release.survey_wave as wave inner join release.release using (release_id)
where {SHOWN}
order by wave.form, wave.period_year
"""
IS_PENDING = f"""
not exists (select from ops.survey_wave_order_cancelled as cancelled where cancelled.order_no = reopened.order_no)
and not exists (select from release.release where release.release_id = reopened.release_id and {SHOWN})
"""
ORDERS = f"select distinct form, period_year from ops.survey_wave_reopened as reopened where {IS_PENDING}"
PENDING = f"""
select order_no, form, period_year, wave, reason, ordered_by
from ops.survey_wave_reopened as reopened
where form = %s and %s in (wave, period_year::text) and {IS_PENDING}
order by order_no
"""
MARK_USED = f"""
update ops.survey_wave_reopened as reopened set release_id = %s
where (form, period_year) in (select * from unnest(%s::text[], %s::int[])) and {IS_PENDING}
"""


@dataclass(frozen=True)
class Order:
    order_no: int
    form: str
    period_year: int
    wave: str
    reason: str
    ordered_by: str


def reopen(
    connection: psycopg.Connection, form: str, wave: str, reason: str, ordered_by: str, today: dt.date | None = None
) -> Order:
    """Record the order. `wave` is its name as published, or its year. Raises ReleaseError where no such wave is final, where its answers are still
    coming, or no reason is given."""
    if not reason.strip():
        raise ReleaseError("A wave is final for the sake of its respondents: say with --reason why it is opened again.")
    known = connection.execute(KNOWN).fetchall()
    found = [each for each in known if each[0] == form and wave in (each[2], str(each[1]))]
    if not found:
        there = ", ".join(f"{of} {name}" for of, _, name in known) or "none"
        raise ReleaseError(
            f"No release with wave '{wave}' of {form} was published, so nothing of it is final. Final waves: {there}. "
            "Name the form as its file in catalogue/sources/kobo/, and the wave as its contract does. A wave whose figures are older than these "
            "records cannot be opened again, as nobody can count who differs."
        )
    _, year, name = found[-1]
    if (last_day := open_waves(connection, today or dt.datetime.now(dt.UTC).date()).get((form, year))) is not None:
        raise ReleaseError(
            f"Wave {name} of {form} is still open: its last day is {last_day}, and its answers must be synced after it. Order it again then, or "
            f"correct the days under `waves` in catalogue/sources/kobo/{form}.yml."
        )
    with connection.transaction():
        inserted = connection.execute(
            "insert into ops.survey_wave_reopened (form, period_year, wave, reason, ordered_by) values (%s, %s, %s, %s, %s)"
            " returning order_no",
            (form, year, name, reason.strip(), ordered_by),
        )
        number = first_value(inserted)
    return Order(number, form, year, name, reason.strip(), ordered_by)


def cancel(connection: psycopg.Connection, form: str, wave: str, reason: str, cancelled_by: str) -> list[Order]:
    """Take back every order for the wave that no release used; returns them. A candidate that followed one is rejected, as its figures moved by it.
    Raises ReleaseError where there is none, or no reason is given."""
    if not reason.strip():
        raise ReleaseError("Orders are kept with what became of them: say with --reason why this one is taken back.")
    with connection.transaction():
        connection.execute("lock table release.release in exclusive mode")  # nobody publishes meanwhile
        with connection.cursor(row_factory=class_row(Order)) as cursor:
            orders = cursor.execute(PENDING, (form, wave)).fetchall()
        if not orders:
            raise ReleaseError(
                f"No order to open wave '{wave}' of {form} again waits: there was none, it was cancelled, or readers saw a release that used it."
            )
        numbers = [order.order_no for order in orders]
        connection.execute(
            "insert into ops.survey_wave_order_cancelled (order_no, reason, cancelled_by) select number, %s, %s from unnest(%s::bigint[]) as number",
            (reason.strip(), cancelled_by, numbers),
        )
        connection.execute(
            "update release.release set state = 'rejected' where state in ('candidate', 'approved') and release_id in"
            " (select release_id from ops.survey_wave_reopened where order_no = any(%s))",
            (numbers,),
        )
    return orders


def mark_used(connection: psycopg.Connection, release_id: int, waves: Collection[WaveKey]) -> None:
    """The orders for these waves that are not done were followed by this release; an order for a wave that is open waits."""
    forms, years = [form for form, _ in waves], [year for _, year in waves]
    connection.execute(MARK_USED, (release_id, forms, years))
