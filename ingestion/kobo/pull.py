"""A full pull under way: its pages land one by one, each with a checkpoint, and are loaded when all are there.

A pull that was killed goes on behind its last page. What it read before may have changed since, so that the sync then
compares the manifest as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from ingestion.kobo.client import Page
from ingestion.kobo.erasure import Erased
from ingestion.landing import Landing, record

RESUMABLE = "1 day"  # an older pull is begun again


@dataclass(frozen=True)
class Shelf:
    """Where the pages of one form's asset land."""

    connection: psycopg.Connection
    landing: Landing
    form: str
    uid: str
    erased: Erased

    def put(self, page: Page) -> tuple[Page, str]:
        """Land the page as the server sent it, less what was erased; the page to load and where it lies."""
        records = self.erased.redact(page.records)
        if records != page.records:
            page = Page(json.dumps({"count": page.count, "results": records}).encode(), records, page.count)
        ids = [entry["_id"] for entry in records]
        landed = self.landing.put(f"kobo/{self.form}", f"submissions {min(ids)} to {max(ids)}", page.body)
        record(self.connection, landed)
        return page, landed.uri

    def checkpoint(self, last_id: int, uri: str) -> None:
        self.connection.execute(
            "insert into ops.kobo_pull (asset_uid, last_id, uri) values (%s, %s, %s) on conflict do nothing",
            (self.uid, last_id, uri),
        )
        self.connection.commit()

    def resume(self) -> int:
        """The last `_id` that landed in a pull that did not end, or 0."""
        begun = "select min(landed_at) > now() - %s::interval, max(last_id) from ops.kobo_pull where asset_uid = %s"
        is_fresh, last_id = self.connection.execute(begun, (RESUMABLE, self.uid)).fetchone()
        if not is_fresh:
            self.clear()
        self.connection.commit()
        return last_id if is_fresh else 0

    def landed(self) -> Iterator[list[dict[str, Any]]]:
        """The records of the pull under way, page by page."""
        pages = self.connection.execute("select uri from ops.kobo_pull where asset_uid = %s order by last_id", (self.uid,))
        for (uri,) in pages.fetchall():
            yield json.loads(self.landing.get(uri))["results"]

    def clear(self) -> None:
        self.connection.execute("delete from ops.kobo_pull where asset_uid = %s", (self.uid,))
