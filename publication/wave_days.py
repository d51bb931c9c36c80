"""Which survey waves are open or closed: by the days that contracts declare, and by when their answers were last synced."""

from __future__ import annotations

import datetime as dt

import psycopg

from parity.database import first_value
from publication.waves import WaveKey

WAVES = "select distinct form, period_year, wave, last_day from core.int_survey__wave order by form, period_year"
# What was answered on the last day is here once its form was synced on a later one. A form that is no project on a server has no cursor.
SYNCED = "select form, (max(synced_at) at time zone 'utc')::date from ops.kobo_cursor group by form"


def closed_waves(connection: psycopg.Connection, today: dt.date) -> tuple[dict[WaveKey, bool], dict[WaveKey, str]]:
    """Of each wave with respondents, whether it is closed as of `today`; and its name."""
    declared = connection.execute(WAVES).fetchall()
    synced: dict[str, dt.date] = dict(connection.execute(SYNCED).fetchall())
    is_closed = {(form, year): last_day < min(today, synced.get(form, today)) for form, year, _, last_day in declared}
    return is_closed, {(form, year): name for form, year, name, _ in declared}


def open_waves(connection: psycopg.Connection, today: dt.date) -> dict[WaveKey, dt.date]:
    """The last day of each wave that is open as of `today`; none where nothing was built yet."""
    if first_value(connection.execute("select to_regclass('core.int_survey__wave') is null")):
        return {}
    is_closed, _ = closed_waves(connection, today)
    days = {(form, year): last_day for form, year, _, last_day in connection.execute(WAVES)}
    return {key: days[key] for key, closed in is_closed.items() if not closed}
