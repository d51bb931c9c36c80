"""The landing of one form's pages, and the checkpoints of a full pull.

Pages and checkpoints are kept over a connection of their own, so that they outlive a sync that is killed: the next one loads what
had landed and goes on behind it. What was read before may have changed since, so that it compares the manifest as well.
A page is on the disk before its checkpoint is written, and is compared with its hash before it is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from ingestion.kobo.client import Page
from ingestion.kobo.erasure import Erased, erased
from ingestion.landing import Landing, NotLanded, TornFile, record
from parity.database import first_value, patient

log = logging.getLogger(__name__)
RESUMABLE = "1 day"  # an older pull is begun again


@dataclass(frozen=True)
class LandedPages:
    """Where the pages of one form's asset land. `ledger` commits each statement."""

    ledger: psycopg.Connection
    landing: Landing
    form: str
    uid: str
    erased: Erased

    def put(self, page: Page) -> list[dict[str, Any]]:
        """Land the page as the server sent it, less what was erased; the records to load."""
        records = self.without_erased(page)
        self._land(page, records)
        return records

    def put_with_checkpoint(self, page: Page, records: list[dict[str, Any]]) -> None:
        """Land the page with these records. It is on the disk before the checkpoint says so."""
        statement = "insert into ops.kobo_pull (asset_uid, last_id, uri) values (%s, %s, %s) on conflict do nothing"
        self.ledger.execute(statement, (self.uid, page.records[-1]["_id"], self._land(page, records)))

    def without_erased(self, page: Page) -> list[dict[str, Any]]:
        return self.erased.redact(page.records)

    def _land(self, page: Page, records: list[dict[str, Any]]) -> str:
        body = page.body if records == page.records else msgspec.json.encode({"count": page.count, "results": records})
        ids = [entry["_id"] for entry in records]
        landed = self.landing.put(f"kobo/{self.form}", f"submissions {min(ids)} to {max(ids)}", body)
        record(self.ledger, landed)
        return landed.uri

    def landed(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """(last `_id`, records) of each page of a pull that did not end; none where it is too old to go on with.

        A page that the landing lost, or that is torn, ends them: it and what came behind it is asked for again.
        """
        begun = "select min(landed_at) > now() - %s::interval from ops.kobo_pull where asset_uid = %s"
        if not first_value(self.ledger.execute(begun, (RESUMABLE, self.uid))):
            self.clear()
        pages = "select last_id, uri from ops.kobo_pull where asset_uid = %s order by last_id"
        for last_id, uri in self.ledger.execute(pages, (self.uid,)).fetchall():
            try:
                body = self.landing.get(uri, f"a page of {self.form}")
            except (NotLanded, TornFile) as error:
                log.warning("%s The pull goes on before it.", error)
                self.ledger.execute("delete from ops.kobo_pull where asset_uid = %s and last_id >= %s", (self.uid, last_id))
                return
            yield last_id, msgspec.json.decode(body)["results"]

    def clear(self) -> None:
        self.ledger.execute("delete from ops.kobo_pull where asset_uid = %s", (self.uid,))


@contextmanager
def landed_pages(connection: psycopg.Connection, landing: Landing, form: str, uid: str) -> Iterator[LandedPages]:
    """The landed pages of a form, with a connection of its own to the database of `connection`."""
    info = connection.info
    with psycopg.connect(info.dsn, password=info.password, autocommit=True) as ledger, patient(ledger):
        yield LandedPages(ledger, landing, form, uid, erased(connection, form))
