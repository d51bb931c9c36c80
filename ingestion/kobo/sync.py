"""Makes raw equal to the server, form by form.

Every submission is read and compared by content hash, so that edits, validations and late attachments are seen although
KoboToolbox dates none of them. A submission is marked deleted only after a complete scan that saw as many ids as the server counts,
with a token that may see every submission: one that may see a part of them would pass the rest off as deleted.
Answers are written once per submission and content; a contract that maps more fields reaches only what comes or changes later.
A form is loaded in one transaction: a kill leaves raw as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError
from ingestion.kobo.records import Submission, submission
from ingestion.landing import Landing, record
from ingestion.warehouse import copy_rows, ensure_schemas
from parity.catalogue import Catalogue, KoboContract


@dataclass(frozen=True)
class FormOnServer:
    form: str
    asset_uid: str


@dataclass(frozen=True)
class SyncReport:
    """What one sync did: submissions new, changed and gone since the last, and how many the server holds.

    `n_unexplained`: known, not sent, and not provably deleted either; they stay.
    """

    form: str
    n_new: int
    n_changed: int
    n_deleted: int
    n_total: int
    n_unexplained: int = 0


def list_forms(client: KoboClient, catalogue: Catalogue) -> list[FormOnServer]:
    """The forms that have a contract and stand deployed on the server, in the contracts' order."""
    client.me()
    by_name = {asset["name"]: asset["uid"] for asset in client.assets() if asset.get("has_deployment")}
    return [
        FormOnServer(contract.name, by_name[contract.asset_name])
        for contract in catalogue.kobo.values()
        if contract.asset_name in by_name
    ]


def sync_form(client: KoboClient, contract: KoboContract, landing: Landing, connection: psycopg.Connection) -> SyncReport:
    """Bring raw.kobo_* of one form up to what the server holds now. Raises KoboError."""
    ensure_schemas(connection)
    connection.commit()
    uid = _asset_uid(client, contract)
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"parity.kobo.{uid}",))
        _load_versions(client, contract, uid, connection)
        known = _known(connection, uid)
        n_new = n_changed = 0
        seen: set[int] = set()
        for batch in _submissions(client, contract, uid, landing, connection):
            fresh = [entry for entry in batch if known.get(entry.submission_id) != entry.content_hash]
            n_changed += sum(entry.submission_id in known for entry in fresh)
            n_new += sum(entry.submission_id not in known for entry in fresh)
            seen.update(entry.submission_id for entry in batch)
            _append(connection, contract.name, uid, fresh)
        gone = sorted(known.keys() - seen)
        n_deleted = len(gone) if gone and _proves_deletion(client, uid, seen) else 0
        if n_deleted:
            _mark_deleted(connection, contract.name, uid, known, gone)
    return SyncReport(contract.name, n_new, n_changed, n_deleted, len(seen), len(gone) - n_deleted)


def _asset_uid(client: KoboClient, contract: KoboContract) -> str:
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
    return uids[0]


def _load_versions(client: KoboClient, contract: KoboContract, uid: str, connection: psycopg.Connection) -> None:
    known = {row[0] for row in connection.execute("select version_uid from raw.kobo_form where asset_uid = %s", (uid,))}
    versions = [version for version in client.versions(uid) if version.get("date_deployed")]
    for number, version in enumerate(reversed(versions), start=1):
        if version["uid"] not in known:
            content = client.version(uid, version["uid"])["content"]
            connection.execute(
                "insert into raw.kobo_form (asset_uid, form, version_uid, version_no, content) values (%s,%s,%s,%s,%s)",
                (uid, contract.name, version["uid"], number, Jsonb(content)),
            )


def _known(connection: psycopg.Connection, uid: str) -> dict[int, str]:
    """Content hash of each submission that raw holds as present."""
    rows = connection.execute(
        "select submission_id, content_hash from (select distinct on (submission_id) submission_id, content_hash, is_deleted"
        " from raw.kobo_submission where asset_uid = %s order by submission_id, loaded_at desc) newest where not is_deleted",
        (uid,),
    )
    return dict(rows.fetchall())


def _submissions(
    client: KoboClient, contract: KoboContract, uid: str, landing: Landing, connection: psycopg.Connection
) -> Iterator[list[Submission]]:
    for page in client.pages(uid):
        first, last = page.records[0]["_id"], page.records[-1]["_id"]
        record(connection, landing.put(f"kobo/{contract.name}", f"submissions {first} to {last}", page.body))
        yield [submission(entry, contract) for entry in page.records]


def _answered(connection: psycopg.Connection, uid: str, batch: list[Submission]) -> set[tuple[int, str]]:
    """(id, content) of the batch that raw has had before: an approval taken back leads to the former content."""
    rows = connection.execute(
        "select submission_id, content_hash from raw.kobo_submission where asset_uid = %s and submission_id = any(%s)",
        (uid, [s.submission_id for s in batch]),
    )
    return set(rows.fetchall())


def _append(connection: psycopg.Connection, form: str, uid: str, batch: list[Submission]) -> None:
    if not batch:
        return
    answered = _answered(connection, uid, batch)
    copy_rows(
        connection,
        "raw.kobo_submission",
        (
            "form",
            "asset_uid",
            "submission_id",
            "root_uuid",
            "uuid",
            "version_uid",
            "submitted_at",
            "validation_status",
            "is_deleted",
            "content_hash",
        ),
        (
            (
                form,
                uid,
                s.submission_id,
                s.root_uuid,
                s.uuid,
                s.version_uid,
                f"{s.submitted_at}+00:00" if s.submitted_at else None,
                s.validation_status,
                False,
                s.content_hash,
            )
            for s in batch
        ),
    )
    copy_rows(
        connection,
        "raw.kobo_answer",
        ("form", "asset_uid", "submission_id", "content_hash", "field", "value"),
        (
            (form, uid, s.submission_id, s.content_hash, field, value)
            for s in batch
            if (s.submission_id, s.content_hash) not in answered
            for field, value in s.answers
        ),
    )


def sees_everything(asset: Mapping[str, Any]) -> bool:
    """Whether the token may view every submission of the asset, not the part that matches a filter."""
    rights = asset.get("effective_permissions")
    if rights is None:  # older servers
        return asset.get("deployment__submission_count") is not None
    return "view_submissions" in {right["codename"] for right in rights}


def _proves_deletion(client: KoboClient, uid: str, seen: set[int]) -> bool:
    return sees_everything(client.asset(uid)) and client.count(uid) == len(seen)


def _mark_deleted(connection: psycopg.Connection, form: str, uid: str, known: dict[int, str], gone: list[int]) -> None:
    copy_rows(
        connection,
        "raw.kobo_submission",
        ("form", "asset_uid", "submission_id", "is_deleted", "content_hash"),
        ((form, uid, number, True, known[number]) for number in gone),
    )
