"""What the warehouse knows of the landing: ops.landing_file, and ops.landing_torn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from ingestion.landing.landing import LandedFile, Torn

NOTE = """
insert into ops.landing_torn (source, name, content_sha256, uri, found_sha256, found_bytes, aside_uri) values (%s, %s, %s, %s, %s, %s, %s)
on conflict (uri, found_sha256) where settled_at is null do nothing
"""


def record(connection: psycopg.Connection, landed: LandedFile) -> None:
    """Note in ops.landing_file that this content arrived under this name."""
    connection.execute(
        "insert into ops.landing_file (source, name, content_sha256, uri, n_bytes) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (landed.source, landed.name, landed.sha256, landed.uri, landed.n_bytes),
    )


def note_torn(connection: psycopg.Connection) -> Callable[[Torn], None]:
    """What notes a torn file for good, before it is put right. Its bytes are a file of their own from then on."""

    def note(torn: Torn) -> None:
        found = torn.found
        connection.execute(
            NOTE, (torn.source, torn.name, torn.expected.sha256, torn.uri, found.sha256, found.n_bytes, torn.aside)
        )
        if torn.aside:
            record(connection, LandedFile(torn.source, torn.name, torn.aside, found.sha256, found.n_bytes))
        connection.commit()

    return note


@dataclass(frozen=True)
class OpenTorn:
    """A torn file of which it is not decided yet whether rows were loaded from it."""

    torn_no: int
    source: str
    name: str
    content_sha256: str
    found_sha256: str
    aside_uri: str | None


def open_torn(connection: psycopg.Connection, source: str | None = None, sha256: str | None = None) -> list[OpenTorn]:
    """Those of a source and a content; None stands for any."""
    found = connection.execute(
        "select torn_no, source, name, content_sha256, found_sha256, aside_uri from ops.landing_torn where settled_at is null"
        " and source = coalesce(%s, source) and content_sha256 = coalesce(%s, content_sha256) order by torn_no",
        (source, sha256),
    )
    return [OpenTorn(*row) for row in found]


def settle_torn(connection: psycopg.Connection, torn_no: int, outcome: str) -> None:
    connection.execute(
        "update ops.landing_torn set settled_at = clock_timestamp(), outcome = %s where torn_no = %s", (outcome, torn_no)
    )
