"""A period as a parameter: a year, a month or a day, and the moments that lie in it (UTC)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class BadPeriod(ValueError):
    """No year, month or day; the message shows how they are written."""

    is_passing = False


@dataclass(frozen=True)
class Period:
    """From `first` up to, but without, `end`; open where it is None."""

    first: dt.datetime | None = None
    end: dt.datetime | None = None

    def holds(self, moment: dt.datetime) -> bool:
        return (self.first is None or moment >= self.first) and (self.end is None or moment < self.end)


def bounds(period: str | None) -> Period:
    """`2026`, `2026-03` or `2026-03-31`; all time where there is none. Raises BadPeriod."""
    if not period:
        return Period()
    wrong = BadPeriod(f"'{period}' is no period: write a year, a month or a day, as 2026, 2026-03 or 2026-03-31.")
    if not re.fullmatch(PATTERN, period):
        raise wrong
    parts = [int(part) for part in period.split("-")]
    year, month, day = (*parts, *(1,) * (3 - len(parts)))
    try:
        first = dt.datetime(year, month, day, tzinfo=dt.UTC)
        if len(parts) == 3:
            return Period(first, first + dt.timedelta(days=1))
        if len(parts) == 2:
            return Period(first, first.replace(year=year + month // 12, month=month % 12 + 1))
        return Period(first, first.replace(year=year + 1))
    except (ValueError, OverflowError):
        raise wrong from None
