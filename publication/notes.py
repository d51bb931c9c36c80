"""What a reader must know of a staff figure besides its number: the day that it is of, where that is no year's end, and who is in no part of it.

Both are taken from what the release shows, so a note tells nothing that another row does not tell: the days stand in `period_date`, and how many
staff are of unknown sex is REP-06.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import YEAR, PublishedCell, Status
from publication.disclosure import too_small
from publication.unread import with_note

UNKNOWN_SEX = "REP-06"
# Figures of staff in which sex decides nothing, or that count applicants, of whom no list knows.
WITHOUT_SEX = frozenset({UNKNOWN_SEX, "HAR-05", "HAR-06", "LDR-04", "REC-01", "REC-03"})
SHOWN = (Status.EXACT, Status.ROUNDED, Status.ZERO, Status.BOUNDED)
PLACE = ("country_code", "agency_code", "agency_type", "period_year", "provenance")
SAME_FIGURE = ("indicator_code", "gender", "grade_band", "breakdown", "breakdown_value", "period_year", "provenance")


def noted(rows: Sequence[PublishedCell], policy: Policy) -> list[PublishedCell]:
    """The rows, staff figures of years with their notes."""
    days = _days_of_agencies(rows)
    left_out = {_key(row, PLACE): said for row in rows if row.indicator_code == UNKNOWN_SEX and (said := _unknown(row, policy))}
    return [_with_notes(row, days, left_out) if _is_staff_figure(row) else row for row in rows]


def _is_staff_figure(row: PublishedCell) -> bool:
    return row.source.startswith("hr") and row.period == YEAR and row.status in SHOWN


def _with_notes(
    row: PublishedCell, days: Mapping[tuple[Any, ...], list[PublishedCell]], left_out: Mapping[tuple[Any, ...], str]
) -> PublishedCell:
    row = with_note(row, _as_of(row, days))
    return row if row.indicator_code in WITHOUT_SEX else with_note(row, left_out.get(_key(row, PLACE)))


def _days_of_agencies(rows: Sequence[PublishedCell]) -> Mapping[tuple[Any, ...], list[PublishedCell]]:
    found: dict[tuple[Any, ...], list[PublishedCell]] = defaultdict(list)
    for row in rows:
        if row.agency_code != "all" and _is_staff_figure(row):
            found[_key(row, SAME_FIGURE)].append(row)
    return found


def _as_of(row: PublishedCell, days: Mapping[tuple[Any, ...], list[PublishedCell]]) -> str | None:
    """The day of the list, or the first and last of those that a total is made of; nothing where all are of the year's last day."""
    inside = [
        part.period_date
        for part in days.get(_key(row, SAME_FIGURE), ())
        if row.agency_code == "all"
        and all(getattr(row, name) in ("all", getattr(part, name)) for name in ("country_code", "agency_type"))
    ]
    dates = sorted({date for date in inside or (row.period_date,) if date is not None})
    if all(is_years_end(date) for date in dates):
        return None
    first, last = said_day(dates[0]), said_day(dates[-1])
    return f"as of {last}" if first == last else f"from lists of {first} to {last}"


def is_years_end(date: dt.date) -> bool:
    return (date.month, date.day) == (12, 31)


def said_day(date: dt.date) -> str:
    """The day as readers write it, such as 30 September 2025."""
    return f"{date.day} {date:%B %Y}"


def _unknown(row: PublishedCell, policy: Policy) -> str | None:
    """How many staff are of unknown sex, as REP-06 is published."""
    if row.status == Status.ROUNDED and row.numerator:
        return f"sex not known of {row.numerator:,.0f} of {row.denominator:,.0f} staff, who are left out"
    if row.suppression_reason == too_small(True, False, policy):
        return "sex not known of a few staff, who are left out"
    return None


def _key(row: PublishedCell, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
