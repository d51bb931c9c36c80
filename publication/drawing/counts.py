"""Counts with bounds, and shares of them. A count that the UN gives as `<5` is 0 to 4: neither of the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """At least `low` and at most `high` people; equal where the count is exact."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"A count of {self.low} to {self.high} is none: mend count_low and count_high in its source.")

    def __add__(self, other: Count) -> Count:
        return Count(self.low + other.low, self.high + other.high)

    def without(self, parts: Count) -> Count:
        """What remains of a whole, as far as the bounds tell."""
        return Count(max(0, self.low - parts.high), max(0, self.high - parts.low))

    @property
    def words(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"


NOBODY = Count(0, 0)


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, start=NOBODY)


@dataclass(frozen=True)
class Share:
    """Per cent, from `low` to `high`."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def words(self) -> str:
        low, high = round(self.low), round(self.high)
        return f"{low} %" if low == high else f"{low} to {high} %"


def share(part: Count, rest: Count) -> Share | None:
    """The part's share of part and rest; None where both may be nobody."""
    if part.low + rest.low == 0:
        return None
    low = 100 * part.low / (part.low + rest.high)
    high = 100 * part.high / (part.high + rest.low)
    return Share(low, high)


def years_in_words(years: Iterable[int]) -> str:
    """2012, 2013, 2014 and 2018 as `2012–2014, 2018`."""
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans)
