"""The server's clock: the machine's, or ahead of it, so that a test need not wait for days to pass."""

from __future__ import annotations

import datetime as dt

ahead = dt.timedelta()


def moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + ahead


def now() -> str:
    """The moment as API v2 prints it, UTC to the second."""
    return moment().strftime("%Y-%m-%dT%H:%M:%SZ")
