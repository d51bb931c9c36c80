"""Failures that somebody answers for until a day, as `catalogue/accepted.yml` states them.

Which suites and checks there are, and which of them nobody may accept, the room `expectations` knows (expectations/acceptance.py).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field

from parity.catalogue.entry import Entry
from parity.catalogue.loader import read_file

FILE = "accepted.yml"


class Accepted(Entry):
    """A critical check that may fail until the end of the day `until`; `part` is one agency, form or table of a check that compares them."""

    suite: str
    """Name of the suite, as the gate's message has it."""
    check: str
    """Name of the check."""
    table: str | None = None
    """The table, where the suite has the check on several."""
    column: str | None = None
    """The column, where the suite has the check on several."""
    part: str | None = None
    """The agency, form or table that the message names."""
    author: str = Field(min_length=2)
    """Who answers for it."""
    reason: str = Field(min_length=10)
    """Why it may fail."""
    until: dt.date
    """The last day."""

    def holds_on(self, day: dt.date) -> bool:
        return day <= self.until


class AcceptedFile(Entry):
    accepted: list[Accepted]
    """The entries."""


def load_accepted(catalogue: Path) -> list[Accepted]:
    """None where there is no file. Raises CatalogueError, with file, line, field and remedy."""
    path = catalogue / FILE
    return read_file(path, AcceptedFile).accepted if path.exists() else []
