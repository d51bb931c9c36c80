"""Whether a form's project history can be trusted: whether the server still has all rows since the last sync.

Rows expire: after 744 days unless the server says otherwise (`/environment/`), sooner where an account's plan lets it look back less, of which the
server says nothing. What has expired is not told; the answer is merely shorter. So each sync asks for one more row, which it has seen before
or has caused itself by reading: while that row is there, nothing after it was forgotten. Where it is not, the oldest row must be older than the last
sync. All moments are the server's.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingestion.kobo.client import SUBMISSION_ACTIONS, KoboClient
from ingestion.kobo.raw import Cursor

# A row of the history may be dated at the start of a request that became visible at its end, minutes later.
OVERLAP = dt.timedelta(minutes=5)
LIFESPAN = dt.timedelta(days=744)  # KoboToolbox's own setting
MARGIN = dt.timedelta(days=2)  # rows are cleared away once a day, at an hour of the server's
# A younger cursor needs no question how long the server remembers: if that is less, the row that is asked for is missing.
ASK_BEYOND = dt.timedelta(days=7)
AROUND = (dt.timedelta(seconds=2), dt.timedelta(seconds=1))  # moments are told to the second, and by several machines


@dataclass(frozen=True)
class Row:
    """What the history tells of one submission."""

    action: str
    root_uuid: str


@dataclass(frozen=True)
class Told:
    """What the history tells since a moment, the newest first. `is_whole`: nothing of it was forgotten. `known_at`: a moment at which it has a row."""

    rows: tuple[Row, ...]
    is_whole: bool
    known_at: str | None

    @cached_property
    def deleted(self) -> Counter[str]:
        """How often it calls a submission deleted, by bare root uuid; one that was sent again may be deleted again."""
        return Counter(row.root_uuid for row in self.rows if row.action == "delete-submission")

    @cached_property
    def last(self) -> dict[str, str]:
        """The newest that it tells, by bare root uuid."""
        return {row.root_uuid: row.action for row in reversed(self.rows)}

    def unnamed(self, roots: Iterable[str | None]) -> int:
        """How many of these it does not call deleted; one without a root uuid cannot be named."""
        return (Counter(root.removeprefix("uuid:") for root in roots if root) - self.deleted).total()


def read_history(
    client: KoboClient, cursor: Cursor, *, most: int | None = None, actions: Collection[str] = SUBMISSION_ACTIONS
) -> Told | None:
    """What happened to the submissions since the last sync; None where there is no point to read from, or more than `most` rows."""
    if cursor.history_at is None:
        return None
    since = moment(cursor.history_at)
    if _is_older_than_the_memory(client, since):
        return Told((), False, None)
    anchor = _anchor(cursor)
    asked = client.history(
        cursor.asset_uid,
        spelt(since - OVERLAP),
        actions=tuple(actions),
        also=None if anchor is None else (spelt(anchor - AROUND[0]), spelt(anchor + AROUND[1])),
    )
    found = list(itertools.islice(asked, most + 1) if most is not None else asked)
    if most is not None and len(found) > most:
        return None
    times = [moment(row["date_created"]) for row in found]
    known_at = f"{max(times):%Y-%m-%dT%H:%M:%SZ}" if times else cursor.known_at
    is_there = anchor is not None and any(anchor - AROUND[0] <= time <= anchor + AROUND[1] for time in times)
    if not is_there:
        ends = client.history_ends(cursor.asset_uid)
        if ends is None or moment(ends[0]) > (anchor or since):
            return Told(_rows(found, actions, since), False, None)
        known_at = f"{moment(ends[1]):%Y-%m-%dT%H:%M:%SZ}"
    return Told(_rows(found, actions, since), True, known_at)


def _anchor(cursor: Cursor) -> dt.datetime | None:
    """The moment of a row that must still be there; one that is younger than the last sync proves nothing."""
    if cursor.known_at is None or cursor.history_at is None:
        return None
    known = moment(cursor.known_at)
    return known if known <= moment(cursor.history_at) + OVERLAP else None


def _is_older_than_the_memory(client: KoboClient, since: dt.datetime) -> bool:
    if client.server_time is None:
        return True
    age = moment(client.server_time) - since
    if age <= ASK_BEYOND:
        return False
    days = client.history_days()
    return age > (LIFESPAN if days is None else dt.timedelta(days=days)) - MARGIN


def _rows(found: Iterable[dict[str, Any]], actions: Collection[str], since: dt.datetime) -> tuple[Row, ...]:
    return tuple(
        Row(row["action"], row["metadata"]["submission"]["root_uuid"])
        for row in found
        if row["action"] in actions and moment(row["date_created"]) >= since - OVERLAP
    )


def moment(text: str) -> dt.datetime:
    """A moment as the server spells it; without an offset it is UTC."""
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def spelt(time: dt.datetime) -> str:
    """A moment as the history's query has it."""
    return f"{time:%Y-%m-%d %H:%M:%S}"
