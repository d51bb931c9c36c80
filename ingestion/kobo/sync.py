"""Makes raw equal to the server, form by form, at the cost of what changed.

KoboToolbox dates neither edits nor deletions. Three ways find them:

- **scan**: every submission is read and compared by content hash. The first sync, and whenever something is in doubt.
- **history**: where the token may manage the form, the project history names what was added, modified or deleted since; where the
  server may have forgotten a part of it (memory.py), a scan.
- **manifest**: else, ids, uuids, statuses and attachments of all submissions are read, and in full only those that moved. So are
  those of a form that asks for media, as no history tells of an attachment that came late.

A submission is marked deleted only where the history says so and the server no longer has it, or after a complete scan that saw as
many ids as the server counts; always with a token that may see every submission, as one that sees a part would pass the rest off as
deleted. Where more vanish than cleaning explains, or something speaks against it (absence.py), the form is held: nothing is deleted, all
else is loaded, and the question stays until the server has them back or somebody answers (hold.py). The pages of a scan land with a checkpoint each, so that a killed pull goes on where it was; a form is loaded in one
transaction, so that a kill leaves raw as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from ingestion.ahead import ahead
from ingestion.kobo import hold as holds
from ingestion.kobo import raw
from ingestion.kobo.absence import Evidence
from ingestion.kobo.access import find_asset, reading, rights, rights_notices, sees_everything, signature
from ingestion.kobo.client import KoboClient, Page
from ingestion.kobo.erasure import ERASED
from ingestion.kobo.errors import CutOff
from ingestion.kobo.gone import judge, settle
from ingestion.kobo.hold import Hold, Standing
from ingestion.kobo.mapping import plan
from ingestion.kobo.memory import read_history
from ingestion.kobo.pull import LandedPages, landed_pages
from ingestion.kobo.raw import Cursor, Live
from ingestion.kobo.records import MANIFEST, Reader, Submission, manifest_hash, reading_hash
from ingestion.kobo.report import SyncReport, Way
from ingestion.kobo.standing import earlier_projects, forget_elsewhere, keep_order, project_notices, require_order
from ingestion.kobo.unread import unread_of
from ingestion.kobo.versions import load_versions, spell_out
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from parity.migrate import require_migrated

# Beyond so many touched submissions, reading all in pages of a thousand is cheaper than asking for them by name.
MOST_BY_NAME = 1000
Progress = Callable[[int, int], None]


def _silent(n_read: int, n_total: int) -> None:
    pass


@dataclass
class _Sync:
    """One form's sync under way."""

    client: KoboClient
    contract: KoboContract
    connection: psycopg.Connection
    asset: dict[str, Any]
    pages: LandedPages
    cursor: Cursor | None
    history_at: str | None
    progress: Progress
    reader: Reader
    is_resumed: bool = False  # a pull that did not end before goes on: what landed then may have changed since
    read_again: Counter[str] = field(default_factory=Counter)  # answers that stayed, of submissions that raw held so before
    taken_out: Counter[str] = field(default_factory=Counter)  # loaded answers to fields that the contract lists no more
    blanked: Counter[str] = field(default_factory=Counter)  # the same of fields that it still lists, which are no longer read
    n_new: int = 0
    n_changed: int = 0
    n_deleted: int = 0
    n_unexplained: int = 0
    n_sent: int = 0  # records of the pages of a scan
    n_left: int = 0  # submissions that the server said are there, and did not send
    known_at: str | None = None
    standing: Standing | None = None  # the question that was open when the sync began
    held: Hold | None = None  # the question that is open at its end

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
            self.load(self.pages.put(page))
            ids.update(entry["_id"] for entry in page.records)
        return ids

    def load(self, records: list[dict[str, Any]]) -> None:
        """Append the submissions whose content raw does not hold as present."""
        n_unknown = self.reader.unknown.total()
        batch = [self.reader.submission(entry) for entry in records if ERASED not in entry]
        held = raw.live_by_id(self.connection, self.uid, [s.submission_id for s in batch])
        known = {
            s.submission_id for s in batch if s.submission_id in held and held[s.submission_id].content_hash == s.content_hash
        }
        fresh = [s for s in batch if s.submission_id not in known]
        if known and self.reader.unknown.total() > n_unknown:
            again = Reader(self.reader.contract, self.reader.plan, self.read_again)
            for entry in records:
                if entry["_id"] in known:
                    again.submission(entry)
        if fresh:
            raw.append(self.connection, self.contract.name, self.uid, fresh)
        if self.has_new_contract:
            self.blanked.update(raw.blanked(self.connection, self.uid, batch))
            raw.replace_answers(self.connection, self.uid, batch)
        self.n_changed += sum(s.submission_id in held for s in fresh)
        self.n_new += sum(s.submission_id not in held for s in fresh)

    def drop(self, gone: list[Live]) -> None:
        raw.mark_deleted(self.connection, self.contract.name, self.uid, gone)
        self.n_deleted += len(gone)


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
        with landed_pages(connection, landing, contract.name, asset["uid"]) as pages:
            before = cursor.asset_uid if cursor is not None else None
            if cursor is not None and cursor.asset_uid != asset["uid"]:
                require_order(connection, contract, asset["uid"])
                cursor = None
            forms = load_versions(client, contract, connection, asset, landing)
            reader = Reader(contract, plan(contract, forms, lambda version: client.has_answers(asset["uid"], version)))
            spell_out(connection, contract.name, asset["uid"], forms, reader.plan)
            run = _Sync(client, contract, connection, asset, pages, cursor, history_at, progress, reader)
            run.standing = holds.standing(connection, contract.name, asset["uid"])
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
            after = replace(_after(run, way), unread=_unread(run, way))
            raw.keep_cursor(run.connection, after, is_scan=way == "scan")
            keep_order(run.connection, run.contract, run.uid)
            holds.close_of_others(run.connection, run.contract.name, run.uid)
            if way == "scan":
                forget_elsewhere(run.connection, run.contract, run.uid)
    if not is_done:
        return _sync(run, "scan")
    if not run.n_left:
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
        (*rights_notices(run.asset, run.cursor.rights if run.cursor else None), *_gone(run), *run.reader.plan.notices),
        held=run.held,
        unread=unread_of(run.connection, run.uid, after.unread, run.reader.plan),
    )


def _gone(run: _Sync) -> Iterator[str]:
    """Notices of loaded answers that this sync took out of raw."""
    for name, n in sorted(run.taken_out.items()):
        yield f"{name}: the contract lists it no more, so {n:,} loaded answers were taken out of raw; they stay in the landing"
    for name, n in sorted(run.blanked.items()):
        yield (
            f"{name}: {n:,} loaded answers are no longer read, and were taken out of raw; they stay in the landing. If that is not meant,"
            f" compare fields, drops, same_meaning and consent in catalogue/sources/kobo/{run.contract.name}.yml with their former state"
        )


def _way(run: _Sync, scan: bool) -> Way:
    cursor = run.cursor
    if cursor is None or scan or run.has_new_contract or cursor.rights != signature(run.asset):
        return "scan"
    if cursor.history_at is None or not sees_everything(run.asset) or raw.asks_for_media(run.connection, run.uid):
        return "manifest"
    if cursor.is_suspect or _came_back(run, cursor):
        return "scan"
    return "manifest" if run.standing else "history"  # whatever is asked about has to be looked for


def _came_back(run: _Sync, cursor: Cursor) -> bool:
    """Whether the server sends again what only its counter knew of: no history tells of that."""
    counter, gap = run.asset.get("deployment__submission_count"), cursor.counter_gap
    if counter is None or gap is None or gap <= 0:
        return False
    return run.client.count(run.uid) > counter - gap + len(run.pages.erased.hashes)


def _by_scan(run: _Sync) -> bool:
    """Read every submission; a pull that did not end is loaded from the landing and goes on where it stopped."""
    if run.has_new_contract:
        fields = sorted({*run.contract.fields.values(), "agency"})
        run.taken_out.update(raw.other_fields(run.connection, run.uid, fields))
        raw.drop_other_fields(run.connection, run.uid, fields)
        raw.drop_other_values(run.connection, run.uid, run.reader.keeps())
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
    else:
        judge(run, [], run.n_sent)
    return True


def _pull(run: _Sync) -> Iterator[list[dict[str, Any]]]:
    """The records of every page, landed with a checkpoint as they come: a page goes to the disk while it is loaded, and is there before the next one is."""
    last_id = 0
    for checkpoint, records in run.pages.landed():
        last_id, run.is_resumed = checkpoint, True
        run.n_sent += len(records)
        yield records
    with ThreadPoolExecutor(max_workers=1) as pool:
        for page in ahead(_until_cut(run, run.client.pages(run.uid, after=last_id))):
            records = run.pages.without_erased(page)
            landed = pool.submit(run.pages.put_with_checkpoint, page, records)
            yield records
            landed.result()
            run.progress(run.n_sent + len(records), run.n_sent + page.count)
            run.n_sent += len(records)


def _until_cut(run: _Sync, pages: Iterator[Page]) -> Iterator[Page]:
    """The pages up to where the server breaks off, though it says that it has more."""
    try:
        for page in pages:
            run.known_at = run.known_at or run.client.server_time  # reading leaves a row in the history
            yield page
    except CutOff as error:
        run.n_left = error.n_left
    run.known_at = run.known_at or run.client.server_time


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
    for page in _until_cut(run, run.client.pages(run.uid, fields=MANIFEST)):
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
    judge(run, raw.unseen(run.connection, run.uid), raw.n_seen(run.connection))


def _bare(entry: Live) -> str:
    return (entry.root_uuid or "").removeprefix("uuid:")


def _by_history(run: _Sync) -> bool:
    """Read what the history names; False where it names too much, and a scan is cheaper, or where a part of it may be forgotten."""
    if run.cursor is None:
        return False
    told = read_history(run.client, run.cursor, most=MOST_BY_NAME)
    if told is None or not told.is_whole:
        return False
    run.known_at = told.known_at
    named = sorted({row.root_uuid for row in told.rows})
    roots = [spelling for root in named for spelling in (f"uuid:{root}", root)]
    sent = run.fetch(run.client.matching(run.uid, "meta/rootUuid", roots))
    held = raw.live_by_root(run.connection, run.uid, roots)
    absent = [entry for number, entry in sorted(held.items()) if number not in sent]
    here = {_bare(entry) for number, entry in held.items() if number in sent}
    proved = [
        entry
        for entry in absent
        # One that was deleted and sent again must be there under its new number.
        if _bare(entry) in told.deleted and (told.last[_bare(entry)] == "delete-submission" or _bare(entry) in here)
    ]
    n_held = run.cursor.n_live
    if run.contract.absence.is_beyond(len(proved), n_held):
        counter = run.asset.get("deployment__submission_count")
        n_kept = n_held + run.n_new - len(proved)
        settle(run, ["beyond"], Evidence(n_held, len(proved), n_kept, n_kept, counter=counter, n_unnamed=0), proved)
    elif proved:
        run.drop(proved)
        absent = [entry for entry in absent if entry not in proved]
    run.n_unexplained = len(absent)
    return True


_BY: dict[Way, Callable[[_Sync], bool]] = {"scan": _by_scan, "history": _by_history, "manifest": _by_manifest}


def _after(run: _Sync, way: Way) -> Cursor:
    """Where the form stands now. After a history sync, a counter that moved otherwise than raw is a reason to scan next time.

    While a form is held, its history is read from where it was, and the server's counter compared with what it was: both may yet answer.
    """
    form, uid, decided = run.contract.name, run.uid, reading_hash(run.reader)
    before = run.cursor
    if run.held and before is not None:
        n_live = raw.n_live(run.connection, uid)
        return replace(before, rights=signature(run.asset), n_live=n_live, is_suspect=run.n_left > 0, contract_hash=decided)
    if way != "history" or before is None:
        n_live = raw.n_live(run.connection, uid)
        counter = run.asset.get("deployment__submission_count")
        gap = counter - n_live if counter is not None and not run.held else None
        is_suspect = run.n_unexplained > 0 or run.held is not None
        return Cursor(uid, form, signature(run.asset), run.history_at, n_live, gap, is_suspect, decided, run.known_at)
    n_live = before.n_live + run.n_new - run.n_deleted
    is_suspect = run.n_unexplained > 0 or (
        _moved_otherwise(run.asset, before, n_live)
        and _moved_otherwise(
            run.client.asset(uid),
            before,
            n_live,  # submitted while the history was read
        )
    )
    return replace(before, history_at=run.history_at, n_live=n_live, is_suspect=is_suspect, known_at=run.known_at)


def _unread(run: _Sync, way: Way) -> dict[str, int]:
    """Answers by field that stayed in the landing. A scan reads all of them; else what was read is added to what was known."""
    read = run.reader.unknown
    if way == "scan" or run.cursor is None:
        return {name: n for name, n in read.items() if n}
    return dict(Counter(run.cursor.unread) + (read - run.read_again))


def _moved_otherwise(asset: Mapping[str, Any], before: Cursor, n_live: int) -> bool:
    counter = asset.get("deployment__submission_count")
    return counter is not None and before.counter_gap is not None and counter - n_live != before.counter_gap
