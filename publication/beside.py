"""Which mid-years a reader sets beside a year-end: the nearest before and after it, as far as no year-end with breakdowns lies between. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from publication.listings import Version


def mid_years_beside(date: dt.date, mid_years: Iterable[Version], year_ends: Collection[dt.date]) -> set[Version]:
    """All versions of the mid-year before `date`, of the one after it, and of one of the same date. `year_ends`: dates of others with breakdowns."""
    versions = set(mid_years)
    days = {place.period_date for place, _ in versions}

    def is_beside(day: dt.date) -> bool:
        first, last = sorted((day, date))
        nearer = (other for other in days if other.year != day.year)
        return not any(first < other < last for other in (*nearer, *year_ends))

    return {version for version in versions if is_beside(version[0].period_date)}
