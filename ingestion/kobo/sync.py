"""Makes raw equal to the server, form by form, at the cost of what changed.

KoboToolbox dates neither edits nor deletions. Three ways find them:

- **scan**: every submission is read and compared by content hash. The first sync, and whenever something is in doubt.
- **history**: where the token may manage the form, the project history names what was added, modified or deleted since.
- **manifest**: else, ids, uuids, statuses and attachments of all submissions are read, and in full only those that moved.

A submission is marked deleted only where the history says so and the server no longer has it, or after a complete scan that saw as
many ids as the server counts; always with a token that may see every submission, as one that sees a part would pass the rest off as
deleted. A form is loaded in one transaction: a kill leaves raw as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from ingestion.kobo import raw
from ingestion.kobo.client import KoboClient, Page
from ingestion.kobo.errors import KoboError
from ingestion.kobo.raw import Cursor, Live
from ingestion.kobo.records import MANIFEST, manifest_hash, submission
from ingestion.landing import Landing, record
from ingestion.warehouse import ensure_schemas
from parity.catalogue import Catalogue, KoboContract

Way = Literal["scan", "history", "manifest"]
# A row of the history may be dated at the start of a request that became visible at its end, minutes later.
OVERLAP = dt.timedelta(minutes=5)
# Beyond so many touched submissions, reading all in pages of a thousand is cheaper than asking for them by name.
MOST_BY_NAME = 1000


@dataclass(frozen=True)
class FormOnServer:
    form: str
    asset_uid: str


@dataclass(frozen=True)
class SyncReport:
    """What one sync did: submissions new, changed and gone since the last, and how many raw now holds as present.

    `n_unexplained`: known, not sent, and not provably deleted either; they stay.
    """

    form: str
    way: Way
    n_new: int
    n_changed: int
    n_deleted: int
    n_total: int
    n_unexplained: int = 0


@dataclass
class _Sync:
    """One form's sync under way."""

    client: KoboClient
    contract: KoboContract
    landing: Landing
    connection: psycopg.Connection
    asset: dict[str, Any]
    n_new: int = 0
    n_changed: int = 0
    n_deleted: int = 0
    n_unexplained: int = 0
    history_at: str | None = None
    seen: set[int] = field(default_factory=set)

    @property
    def uid(self) -> str:
        return self.asset["uid"]

    def take(self, pages: Iterable[Page], known: Mapping[int, Live] | None = None) -> None:
        """Land each page and append the submissions whose content raw does not hold as present."""
        for page in pages:
            ids = [entry["_id"] for entry in page.records]
            name = f"submissions {min(ids)} to {max(ids)}"
            record(self.connection, self.landing.put(f"kobo/{self.contract.name}", name, page.body))
            held = known if known is not None else raw.live_by_id(self.connection, self.uid, ids)
            batch = [submission(entry, self.contract) for entry in page.records]
            fresh = [s for s in batch if s.submission_id not in held or held[s.submission_id].content_hash != s.content_hash]
            self.n_changed += sum(s.submission_id in held for s in fresh)
            self.n_new += sum(s.submission_id not in held for s in fresh)
            self.seen.update(ids)
            raw.append(self.connection, self.contract.name, self.uid, fresh)

    def drop(self, gone: list[Live]) -> None:
        raw.mark_deleted(self.connection, self.contract.name, self.uid, gone)
        self.n_deleted += len(gone)


def list_forms(client: KoboClient, catalogue: Catalogue) -> list[FormOnServer]:
    """The forms that have a contract and stand deployed on the server, in the contracts' order."""
    client.me()
    by_name = {asset["name"]: asset["uid"] for asset in client.assets() if asset.get("has_deployment")}
    return [
        FormOnServer(contract.name, by_name[contract.asset_name])
        for contract in catalogue.kobo.values()
        if contract.asset_name in by_name
    ]


def sync_form(
    client: KoboClient,
    contract: KoboContract,
    landing: Landing,
    connection: psycopg.Connection,
    *,
    scan: bool = False,
) -> SyncReport:
    """Bring raw.kobo_* of one form up to what the server holds now; `scan` reads everything. Raises KoboError."""
    ensure_schemas(connection)
    connection.commit()
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"parity.kobo.{contract.name}",))
        cursor = raw.read_cursor(connection, contract.name)
        run = _Sync(client, contract, landing, connection, _asset(client, contract, cursor))
        if "manage_asset" in rights(run.asset):
            run.history_at = client.server_time  # from here on the history is read next time
        if cursor is not None and cursor.asset_uid != run.uid:
            cursor = None
        _load_versions(run)
        way = _way(run, cursor, scan)
        if way == "history" and not _by_history(run, cursor):
            way = "scan"
        if way == "scan":
            _by_scan(run)
        elif way == "manifest":
            _by_manifest(run)
        after = _cursor(run, cursor if way == "history" else None)
        raw.keep_cursor(connection, after, is_scan=way == "scan")
    return SyncReport(contract.name, way, run.n_new, run.n_changed, run.n_deleted, after.n_live, run.n_unexplained)


def _asset(client: KoboClient, contract: KoboContract, cursor: Cursor | None) -> dict[str, Any]:
    """The form's detail: where it was last time, or found by its name."""
    if cursor is not None:
        try:
            asset = client.asset(cursor.asset_uid)
            if asset.get("name") == contract.asset_name and asset.get("has_deployment"):
                return asset
        except KoboError as error:
            if error.response is None or error.response.status_code != 404:
                raise
    uids = [asset["uid"] for asset in client.assets() if asset["name"] == contract.asset_name and asset.get("has_deployment")]
    if not uids:
        raise KoboError(
            f"No deployed form named '{contract.asset_name}' is on {client.url}",
            f"Deploy it, share it with the token's account, or correct asset_name in {contract.name}.yml.",
        )
    if len(uids) > 1:
        raise KoboError(
            f"{len(uids)} forms named '{contract.asset_name}' are on {client.url} ({', '.join(uids)})",
            "Rename those that are not meant, or stop sharing them with the token's account.",
        )
    return client.asset(uids[0])


def _load_versions(run: _Sync) -> None:
    """Keep the content of every deployed version; nothing is asked where the newest is known."""
    rows = run.connection.execute("select version_uid from raw.kobo_form where asset_uid = %s", (run.uid,))
    known = {row[0] for row in rows}
    if run.asset.get("deployed_version_id") in known:
        return
    versions = [version for version in run.client.versions(run.uid) if version.get("date_deployed")]
    for number, version in enumerate(reversed(versions), start=1):
        if version["uid"] not in known:
            content = run.client.version(run.uid, version["uid"])["content"]
            run.connection.execute(
                "insert into raw.kobo_form (asset_uid, form, version_uid, version_no, content) values (%s,%s,%s,%s,%s)",
                (run.uid, run.contract.name, version["uid"], number, Jsonb(content)),
            )


def rights(asset: Mapping[str, Any]) -> set[str]:
    """What the token may do with the form. Older servers do not say: a counter that is shown tells a full view."""
    listed = asset.get("effective_permissions")
    if listed is None:
        return {"view_submissions"} if asset.get("deployment__submission_count") is not None else set()
    return {right["codename"] for right in listed}


def sees_everything(asset: Mapping[str, Any]) -> bool:
    """Whether the token may view every submission of the asset, not the part that matches a filter."""
    return "view_submissions" in rights(asset)


def _way(run: _Sync, cursor: Cursor | None, scan: bool) -> Way:
    if cursor is None or scan or cursor.rights != _signature(run.asset):
        return "scan"
    if cursor.history_at is None or not sees_everything(run.asset):
        return "manifest"
    return "scan" if cursor.is_suspect else "history"


def _signature(asset: Mapping[str, Any]) -> str:
    return " ".join(sorted(rights(asset)))


def _by_scan(run: _Sync) -> None:
    known = raw.live(run.connection, run.uid)
    run.seen = set()
    run.take(run.client.pages(run.uid), known)
    _drop_absent(run, known)


def _by_manifest(run: _Sync) -> None:
    """Read of each submission what moves when it changes, and in full those that moved."""
    known = raw.live(run.connection, run.uid)
    moved: list[int] = []
    seen: set[int] = set()
    for page in run.client.pages(run.uid, fields=MANIFEST):
        for entry in page.records:
            seen.add(entry["_id"])
            held = known.get(entry["_id"])
            if held is None or held.manifest_hash != manifest_hash(entry):
                moved.append(entry["_id"])
    run.take(run.client.matching(run.uid, "_id", moved), known)
    run.seen = seen
    _drop_absent(run, known)


def _drop_absent(run: _Sync, known: Mapping[int, Live]) -> None:
    gone = [known[number] for number in sorted(known.keys() - run.seen)]
    if not gone:
        return
    again = run.client.asset(run.uid)
    if sees_everything(again) and rights(again) == rights(run.asset) and run.client.count(run.uid) == len(run.seen):
        run.drop(gone)
    else:
        run.n_unexplained = len(gone)


def _by_history(run: _Sync, cursor: Cursor) -> bool:
    """Read what the history names; False where it names too much, and a scan is cheaper."""
    since = dt.datetime.fromisoformat(cursor.history_at) - OVERLAP
    rows = []
    for row in run.client.history(run.uid, f"{since:%Y-%m-%d %H:%M:%S}"):
        rows.append(row)
        if len(rows) > MOST_BY_NAME:
            return False
    named = sorted({row["metadata"]["submission"]["root_uuid"] for row in rows})
    roots = [spelling for root in named for spelling in (f"uuid:{root}", root)]
    run.take(run.client.matching(run.uid, "meta/rootUuid", roots))
    deleted = {row["metadata"]["submission"]["root_uuid"] for row in rows if row["action"] == "delete-submission"}
    held = raw.live_by_root(run.connection, run.uid, roots)
    absent = [entry for number, entry in sorted(held.items()) if number not in run.seen]
    proved = [entry for entry in absent if (entry.root_uuid or "").removeprefix("uuid:") in deleted]
    if proved:
        run.drop(proved)
    run.n_unexplained = len(absent) - len(proved)
    return True


def _cursor(run: _Sync, before: Cursor | None) -> Cursor:
    """Where the form stands now. After a history sync, a counter that moved otherwise than raw is a reason to scan next time."""
    if before is None:
        n_live = len(raw.live(run.connection, run.uid))
        counter = run.asset.get("deployment__submission_count")
        gap = counter - n_live if counter is not None else None
        return Cursor(run.uid, run.contract.name, _signature(run.asset), run.history_at, n_live, gap, run.n_unexplained > 0)
    n_live = before.n_live + run.n_new - run.n_deleted
    is_suspect = run.n_unexplained > 0 or (
        _moved_otherwise(run.asset, before, n_live)
        and _moved_otherwise(
            run.client.asset(run.uid),
            before,
            n_live,  # submitted while the history was read
        )
    )
    return replace(before, history_at=run.history_at, n_live=n_live, is_suspect=is_suspect)


def _moved_otherwise(asset: Mapping[str, Any], before: Cursor, n_live: int) -> bool:
    counter = asset.get("deployment__submission_count")
    return counter is not None and before.counter_gap is not None and counter - n_live != before.counter_gap
