"""Columns of a workbook that hold both true dates and dates as text.

Excel makes them when it opens a CSV whose days and months stand in another order than its own: 03/02/2010 becomes a date with day and
month exchanged, 15/02/2010 stays text. The mixture is the only trace, and only the whole column shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.cells import DAY, NUMBER, plain
from ingestion.hr.dates import plain_digits

# Of dates as they come, 6 in 10 have a day above 12: five cells that keep to this pattern by chance are one column in thirty.
FEW, ENOUGH = 2, 5  # cells of either kind, and of both: fewer prove nothing
EXCEPTIONS = 0.1  # of either kind, mended by hand since
PLENTY = 10_000  # texts of one column: more of them, without a date among them, tell nothing new
MONTHS = 12


@dataclass
class _Seen:
    """Of one column: its dates and its texts, and those whose first number, or day, can be no month."""

    n_days: int = 0
    n_texts: int = 0
    n_days_beyond: int = 0
    n_texts_beyond: int = 0

    @property
    def is_suspect(self) -> bool:
        """Whether days may have been exchanged for months: a true date with a day above 12 never was."""
        return min(self.n_days, self.n_texts) >= FEW and self.n_days_beyond <= EXCEPTIONS * self.n_days

    @property
    def is_swapped(self) -> bool:
        """Whether it is as Excel leaves it: the texts, too, are all that no exchange could make a date of."""
        return (
            self.is_suspect
            and self.n_days + self.n_texts >= ENOUGH
            and self.n_texts - self.n_texts_beyond <= EXCEPTIONS * self.n_texts
        )


class MixedDates:
    """Listens to the columns of dates of one table."""

    def __init__(self, date_format: str) -> None:
        order = re.findall("%[dmb]", date_format)
        # Only where day and month are both numbers can they be exchanged.
        self.place_of_day = order.index("%d") if {*order} == {"%d", "%m"} and date_format[:2] in ("%d", "%m") else None
        self.seen: dict[str, _Seen] = {}

    def look_at(self, column: str, cells: pa.Array) -> None:
        if self.place_of_day is None:
            return
        seen = self.seen.setdefault(column, _Seen())
        is_day = pc.starts_with(cells, DAY)
        days = cells.filter(is_day)
        seen.n_days += len(days)
        seen.n_days_beyond += pc.sum(pc.greater(pc.utf8_slice_codeunits(days, 9, 11), str(MONTHS))).as_py() or 0
        if seen.n_texts >= PLENTY and not len(days):
            return
        texts = cells.filter(pc.invert(is_day))
        for counted in pc.value_counts(texts).to_pylist():
            numbers = self._numbers(counted["values"])
            if numbers:
                seen.n_texts += counted["counts"]
                seen.n_texts_beyond += counted["counts"] if numbers[self.place_of_day] > MONTHS else 0

    def _numbers(self, cell: str) -> list[int]:
        """The first two numbers of a date as text; none for anything else."""
        if not cell or cell.startswith(NUMBER):
            return []
        found = re.match(r"\D?(\d{1,2})\D(\d{1,2})\D\d{2}", plain_digits(plain(cell)))
        return [int(number) for number in found.groups()] if found else []

    def suspects(self) -> list[tuple[str, int, int, bool]]:
        """(column, true dates, dates as text, whether it is as Excel leaves it) for each column that may be exchanged."""
        return [(name, seen.n_days, seen.n_texts, seen.is_swapped) for name, seen in self.seen.items() if seen.is_suspect]
