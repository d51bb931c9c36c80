"""Orders to compute a final survey wave again: `parity release reopen`. The next candidate heeds them; once it is published, they are done."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from publication.history import ReleaseError
from publication.shown import SHOWN

KNOWN = f"""
select distinct wave.form, wave.period_year, wave.wave
from release.survey_wave as wave inner join release.release using (release_id)
where {SHOWN}
order by wave.form, wave.period_year
"""


@dataclass(frozen=True)
class Order:
    order_no: int
    form: str
    period_year: int
    wave: str
    reason: str
    ordered_by: str


def reopen(connection: psycopg.Connection, form: str, wave: str, reason: str, ordered_by: str) -> Order:
    """Record the order. `wave` is its name as published, or its year. Raises ReleaseError where no such wave is final, or no reason is given."""
    if not reason.strip():
        raise ReleaseError("A wave is final for the sake of its respondents: say with --reason why it is opened again.")
    known = connection.execute(KNOWN).fetchall()
    found = [each for each in known if each[0] == form and wave in (each[2], str(each[1]))]
    if not found:
        there = ", ".join(f"{of} {name}" for of, _, name in known) or "none"
        raise ReleaseError(
            f"No release with wave '{wave}' of {form} was published, so nothing of it is final. Final waves: {there}. "
            "Name the form as its file in catalogue/sources/kobo/, and the wave as its contract does."
        )
    _, year, name = found[-1]
    with connection.transaction():
        (number,) = connection.execute(
            "insert into ops.survey_wave_reopened (form, period_year, wave, reason, ordered_by) values (%s, %s, %s, %s, %s)"
            " returning order_no",
            (form, year, name, reason.strip(), ordered_by),
        ).fetchone()
    return Order(number, form, year, name, reason.strip(), ordered_by)


def heed(connection: psycopg.Connection, release_id: int) -> None:
    """Every order that is not done was heeded by this release."""
    connection.execute(
        "update ops.survey_wave_reopened as reopened set release_id = %s where not exists"
        f" (select from release.release where release.release_id = reopened.release_id and {SHOWN})",
        (release_id,),
    )
