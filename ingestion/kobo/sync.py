"""Makes raw equal to the server, form by form, at the cost of what changed.

KoboToolbox dates neither edits nor deletions. Three ways find them:

- **scan**: every submission is read and compared by content hash. The first sync, and whenever something is in doubt.
- **history**: where the token may manage the form, the project history names what was added, modified or deleted since.
- **manifest**: else, ids, uuids, statuses and attachments of all submissions are read, and in full only those that moved. So are
  those of a form that asks for media, as no history tells of an attachment that came late.

A submission is marked deleted only where the history says so and the server no longer has it, or after a complete scan that saw as
many ids as the server counts; always with a token that may see every submission, as one that sees a part would pass the rest off as
deleted. The pages of a scan land with a checkpoint each, so that a killed pull goes on where it was; a form is loaded in one
transaction, so that a kill leaves raw as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import psycopg

from ingestion.ahead import ahead
from ingestion.kobo import raw
from ingestion.kobo.access import find_asset, reading, rights, rights_notices, sees_everything, signature
from ingestion.kobo.client import KoboClient, Page
from ingestion.kobo.erasure import ERASED
from ingestion.kobo.mapping import plan
from ingestion.kobo.pull import Shelf, shelf
from ingestion.kobo.raw import Cursor, Live
from ingestion.kobo.records import MANIFEST, Reader, Submission, manifest_hash
from ingestion.kobo.standing import EarlierProject, earlier_projects, forget_elsewhere, keep_order, project_notices, require_order
from ingestion.kobo.versions import load_versions
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from parity.migrate import require_migrated

Way = Literal["scan", "history", "manifest"]
# A row of the history may be dated at the start of a request that became visible at its end, minutes later.
OVERLAP = dt.timedelta(minutes=5)
# Beyond so many touched submissions, reading all in pages of a thousand is cheaper than asking for them by name.
MOST_BY_NAME = 1000
Progress = Callable[[int, int], None]


def _silent(n_read: int, n_total: int) -> None:
    pass


@dataclass(frozen=True)
class SyncReport:
    """What one sync did: submissions new, changed and gone since the last, and how many raw now holds as present.

    `n_unexplained`: known, not sent, and not provably deleted either; they stay. `n_unknown_codes`: answers that stayed
    in the landing, as no version of the form offers their code. `notices`: what the contract's keeper should know of the form.
    `asset_uid`: the project that stands, whose numbers these are; `earlier_projects`: others that are held, and whether they count.
    """

    form: str
    way: Way
    n_new: int
    n_changed: int
    n_deleted: int
    n_total: int
    n_unexplained: int = 0
    n_unknown_codes: int = 0
    notices: tuple[str, ...] = ()
    asset_uid: str = ""
    earlier_projects: tuple[EarlierProject, ...] = ()


@dataclass
class _Sync:
    """One form's sync under way."""

    client: KoboClient
    contract: KoboContract
    connection: psycopg.Connection
    asset: dict[str, Any]
    pages: Shelf
    cursor: Cursor | None
    history_at: str | None
    progress: Progress
    reader: Reader
    is_resumed: bool = False  # a pull that did not end before goes on: what landed then may have changed since
    n_new: int = 0
    n_changed: int = 0
    n_deleted: int = 0
    n_unexplained: int = 0

    @property
    def uid(self) -> str:
        return self.asset["uid"]

    @property
    def has_new_contract(self) -> bool:
        return self.cursor is not None and self.cursor.contract_hash != reading_hash(self.reader)

    def fetch(self, pages: Iterable[Page]) -> set[int]:
        """Land and load pages; the ids that they held."""
        ids: set[int] = set()
        for page in pages:
            self.load(self.pages.put(page)[0])
            ids.update(entry["_id"] for entry in page.records)
        return ids

    def load(self, records: list[dict[str, Any]]) -> None:
        """Append the submissions whose content raw does not hold as present."""
        batch = [self.reader.submission(entry) for entry in records if ERASED not in entry]
        held = raw.live_by_id(self.connection, self.uid, [s.submission_id for s in batch])
        known = {
            s.submission_id for s in batch if s.submission_id in held and held[s.submission_id].content_hash == s.content_hash
        }
        fresh = [s for s in batch if s.submission_id not in known]
        if fresh:
            raw.append(self.connection, self.contract.name, self.uid, fresh)
        if self.has_new_contract:
            raw.replace_answers(self.connection, self.uid, batch)
        self.n_changed += sum(s.submission_id in held for s in fresh)
        self.n_new += sum(s.submission_id not in held for s in fresh)

    def drop(self, gone: list[Live]) -> None:
        raw.mark_deleted(self.connection, self.contract.name, self.uid, gone)
        self.n_deleted += len(gone)


def reading_hash(reader: Reader) -> str:
    """SHA-256 of what decides which answers leave the landing, and under which name and code."""
    decides = reader.contract.model_dump(include={"value_maps", "consent", "agency"})
    fields = [
        (entry.path, entry.field, entry.repeats, entry.is_multiple, sorted(entry.codes or ()), entry.shape.pattern)
        for entry in reader.plan.fields
    ]
    return hashlib.sha256(json.dumps([decides, fields], sort_keys=True).encode()).hexdigest()


def sync_form(
    client: KoboClient,
    contract: KoboContract,
    landing: Landing,
    connection: psycopg.Connection,
    *,
    scan: bool = False,
    progress: Progress = _silent,
) -> SyncReport:
    """Bring raw.kobo_* of one form up to what the server holds now; `scan` reads everything.

    `progress` is told the submissions read and how many there are. Raises KoboError.
    """
    require_migrated(connection)
    with reading(client, contract), raw.locked(connection, contract.name):
        cursor = raw.read_cursor(connection, contract.name)
        asset = find_asset(client, contract, cursor)
        history_at = client.server_time if "manage_asset" in rights(asset) else None  # from here on it is read next time
        with shelf(connection, landing, contract.name, asset["uid"]) as pages:
            before = cursor.asset_uid if cursor is not None else None
            if cursor is not None and cursor.asset_uid != asset["uid"]:
                require_order(connection, contract, asset["uid"])
                cursor = None
            reader = Reader(contract, plan(contract, load_versions(client, contract, connection, asset)))
            run = _Sync(client, contract, connection, asset, pages, cursor, history_at, progress, reader)
            way = _way(run, scan)
            connection.commit()  # what was asked opened a transaction, within which the load would end with a savepoint only
            return _with_projects(run, _sync(run, way), before)


def _with_projects(run: _Sync, report: SyncReport, before: str | None) -> SyncReport:
    """The report with what is held of other projects of the form. `before`: the project that was followed until now."""
    earlier = earlier_projects(run.connection, run.contract, run.uid)
    notices = project_notices(run.contract, run.uid, before, report.n_total, earlier)
    return replace(report, asset_uid=run.uid, earlier_projects=earlier, notices=(*notices, *report.notices))


def _sync(run: _Sync, way: Way) -> SyncReport:
    with run.connection.transaction():
        is_done = _BY[way](run)
        if is_done:
            after = _after(run, way)
            raw.keep_cursor(run.connection, after, is_scan=way == "scan")
            keep_order(run.connection, run.contract, run.uid)
            if way == "scan":
                forget_elsewhere(run.connection, run.contract, run.uid)
    if not is_done:
        return _sync(run, "scan")
    run.pages.clear()
    return SyncReport(
        run.contract.name,
        way,
        run.n_new,
        run.n_changed,
        run.n_deleted,
        after.n_live,
        run.n_unexplained,
        run.reader.unknown.total(),
        (*rights_notices(run.asset, run.cursor.rights if run.cursor else None), *run.reader.plan.notices),
    )


def _way(run: _Sync, scan: bool) -> Way:
    cursor = run.cursor
    if cursor is None or scan or run.has_new_contract or cursor.rights != signature(run.asset):
        return "scan"
    if cursor.history_at is None or not sees_everything(run.asset) or raw.asks_for_media(run.connection, run.uid):
        return "manifest"
    return "scan" if cursor.is_suspect else "history"


def _by_scan(run: _Sync) -> bool:
    """Read every submission; a pull that did not end is loaded from the landing and goes on where it stopped."""
    if run.has_new_contract:
        raw.drop_other_fields(run.connection, run.uid, sorted({*run.contract.fields.values(), "agency"}))
    raw.see(run.connection, [])
    was_empty = raw.n_live(run.connection, run.uid) == 0
    if was_empty:
        raw.append(run.connection, run.contract.name, run.uid, _first(run))
    else:
        for records in _pull(run):
            run.load(records)
            if not run.is_resumed:
                raw.see(run.connection, [entry["_id"] for entry in records])
    if run.is_resumed:
        run.fetch(run.client.matching(run.uid, "_id", _sweep(run)))
    if run.is_resumed or not was_empty:
        _drop_absent(run)
    return True


def _pull(run: _Sync) -> Iterator[list[dict[str, Any]]]:
    """The records of every page, landed with a checkpoint as they come."""
    last_id = n_read = 0
    for checkpoint, records in run.pages.landed():
        last_id, n_read, run.is_resumed = checkpoint, n_read + len(records), True
        yield records
    for page in ahead(run.client.pages(run.uid, after=last_id)):
        if not page.records:
            return
        records, uri = run.pages.put(page)
        run.pages.checkpoint(page.records[-1]["_id"], uri)
        run.progress(n_read + len(records), n_read + page.count)
        n_read += len(records)
        yield records


def _first(run: _Sync) -> Iterator[Submission]:
    """Every submission, for a form of which raw holds nothing: there is nothing to compare with, so all go in as one stream."""
    for records in _pull(run):
        for entry in records:
            if ERASED not in entry:
                run.n_new += 1
                yield run.reader.submission(entry)


def _by_manifest(run: _Sync) -> bool:
    """Read of each submission what moves when it changes, and in full those that moved; False where too many did."""
    raw.see(run.connection, [])
    moved = _sweep(run)
    if len(moved) > MOST_BY_NAME:
        return False
    run.fetch(run.client.matching(run.uid, "_id", moved))
    _drop_absent(run)
    return True


def _sweep(run: _Sync) -> list[int]:
    """The ids whose manifest is another than raw's."""
    moved: list[int] = []
    for page in run.client.pages(run.uid, fields=MANIFEST):
        ids = [entry["_id"] for entry in page.records]
        raw.see(run.connection, ids)
        held = raw.live_by_id(run.connection, run.uid, ids)
        moved += [
            entry["_id"]
            for entry in page.records
            if not run.pages.erased.has(entry)
            and (entry["_id"] not in held or held[entry["_id"]].manifest_hash != manifest_hash(entry))
        ]
    return moved


def _drop_absent(run: _Sync) -> None:
    gone = raw.unseen(run.connection, run.uid)
    if not gone:
        return
    again = run.client.asset(run.uid)
    unchanged = rights(again) == rights(run.asset)
    if sees_everything(again) and unchanged and run.client.count(run.uid) == raw.n_seen(run.connection):
        run.drop(gone)
    else:
        run.n_unexplained = len(gone)


def _by_history(run: _Sync) -> bool:
    """Read what the history names; False where it names too much, and a scan is cheaper, or where no point is known to read it from."""
    if run.cursor is None or run.cursor.history_at is None:
        return False
    since = dt.datetime.fromisoformat(run.cursor.history_at) - OVERLAP
    rows = list(itertools.islice(run.client.history(run.uid, f"{since:%Y-%m-%d %H:%M:%S}"), MOST_BY_NAME + 1))
    if len(rows) > MOST_BY_NAME:
        return False
    named = sorted({row["metadata"]["submission"]["root_uuid"] for row in rows})
    roots = [spelling for root in named for spelling in (f"uuid:{root}", root)]
    sent = run.fetch(run.client.matching(run.uid, "meta/rootUuid", roots))
    deleted = {row["metadata"]["submission"]["root_uuid"] for row in rows if row["action"] == "delete-submission"}
    held = raw.live_by_root(run.connection, run.uid, roots)
    absent = [entry for number, entry in sorted(held.items()) if number not in sent]
    proved = [entry for entry in absent if (entry.root_uuid or "").removeprefix("uuid:") in deleted]
    if proved:
        run.drop(proved)
    run.n_unexplained = len(absent) - len(proved)
    return True


_BY: dict[Way, Callable[[_Sync], bool]] = {"scan": _by_scan, "history": _by_history, "manifest": _by_manifest}


def _after(run: _Sync, way: Way) -> Cursor:
    """Where the form stands now. After a history sync, a counter that moved otherwise than raw is a reason to scan next time."""
    form, uid, decided = run.contract.name, run.uid, reading_hash(run.reader)
    before = run.cursor
    if way != "history" or before is None:
        n_live = raw.n_live(run.connection, uid)
        counter = run.asset.get("deployment__submission_count")
        gap = counter - n_live if counter is not None else None
        return Cursor(uid, form, signature(run.asset), run.history_at, n_live, gap, run.n_unexplained > 0, decided)
    n_live = before.n_live + run.n_new - run.n_deleted
    is_suspect = run.n_unexplained > 0 or (
        _moved_otherwise(run.asset, before, n_live)
        and _moved_otherwise(
            run.client.asset(uid),
            before,
            n_live,  # submitted while the history was read
        )
    )
    return replace(before, history_at=run.history_at, n_live=n_live, is_suspect=is_suspect)


def _moved_otherwise(asset: Mapping[str, Any], before: Cursor, n_live: int) -> bool:
    counter = asset.get("deployment__submission_count")
    return counter is not None and before.counter_gap is not None and counter - n_live != before.counter_gap
