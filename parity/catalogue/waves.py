"""The waves of a survey: spans of days whose answers make figures together. Without any, each calendar year is one, named by the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from pydantic import ConfigDict, Field, model_validator

from parity.catalogue.entry import Entry


class Wave(Entry):
    """`from` and `to` are days by the clock of UTC, both within. Figures stand under the year in which it ends."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = Field(min_length=1)
    """Name that readers see; each wave has its own."""
    first_day: dt.date = Field(alias="from")
    """First day, UTC, on which an answer reaches the server."""
    last_day: dt.date = Field(alias="to")
    """Last day. The wave is closed from the next day on."""

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Wave:
        if self.last_day < self.first_day:
            raise ValueError(
                f"wave '{self.name}' ends on {self.last_day}, before it begins on {self.first_day}: correct from or to"
            )
        return self

    @property
    def period_year(self) -> int:
        return self.last_day.year


def check_waves(waves: Sequence[Wave], period_year: int | None) -> None:
    """Raises ValueError where waves are out of order, overlap, share a name or a year, or do not fit the form's fixed year."""
    for before, wave in pairwise(waves):
        if wave.first_day <= before.last_day:
            raise ValueError(
                f"wave '{wave.name}' begins on {wave.first_day}, and '{before.name}', listed before it, ends on {before.last_day}: "
                "list waves from the oldest to the newest, and let none overlap"
            )
        if wave.period_year == before.period_year:
            raise ValueError(
                f"waves '{before.name}' and '{wave.name}' both end in {wave.period_year}, and figures are by year: make them one wave"
            )
    names = [wave.name for wave in waves]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two waves are called '{min(twice)}': give each a name of its own")
    if period_year is not None and waves and [wave.period_year for wave in waves] != [period_year]:
        raise ValueError(
            f"all answers are of period_year {period_year}: list one wave, which ends in that year, or drop period_year"
        )
