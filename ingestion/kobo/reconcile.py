"""Proves that raw equals the server: every id, uuid and content is compared, and nothing is written but the verdict."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from ingestion.kobo import raw
from ingestion.kobo.access import find_asset, reading, sees_everything
from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erased
from ingestion.kobo.errors import KoboError
from ingestion.kobo.hold import Hold, held_forms
from ingestion.kobo.records import content_hash
from parity.catalogue import KoboContract
from parity.migrate import require_migrated

EXAMPLES = 20


@dataclass(frozen=True)
class Reconciliation:
    """How raw and the server compare, with up to 20 submission ids of each kind of difference.

    missing: on the server, not in raw; surplus: present in raw, not on the server (not judged where `is_partial`, as the token
    sees a part); differing: another content. Erased submissions are no difference. strays: projects of the form that figures count,
    though they neither stand on the server nor are included by the contract; n_earlier: what is counted of those that are included.
    `held`: the question that is open about the form.
    """

    form: str
    n_server: int
    n_raw: int
    n_missing: int
    n_surplus: int
    n_differing: int
    is_partial: bool
    missing: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    differing: tuple[int, ...] = ()
    asset_uid: str = ""
    strays: tuple[str, ...] = ()
    n_earlier: int = 0
    held: Hold | None = None

    @property
    def remedy(self) -> str:
        """What to do where raw is not the server's equal."""
        if self.held is None:
            return "Run `parity kobo sync --scan`, then reconcile again."
        return f"{self.form}: {self.held}"

    @property
    def is_equal(self) -> bool:
        return not (self.n_missing or self.n_surplus or self.n_differing or self.strays)

    def __str__(self) -> str:
        if self.is_equal:
            part = " that the token may see" if self.is_partial else ""
            more = f"; {self.n_earlier:,} of earlier projects count with them, as last synced" if self.n_earlier else ""
            return f"{self.form}: raw equals the server, {self.n_server:,} submissions{part}{more}"
        kinds = {"missing in raw": self.missing, "no longer on the server": self.surplus, "of another content": self.differing}
        counts = (self.n_missing, self.n_surplus, self.n_differing)
        said = [
            f"{n:,} {kind} ({', '.join(map(str, ids))}{', …' if n > len(ids) else ''})"
            for (kind, ids), n in zip(kinds.items(), counts, strict=True)
            if n
        ]
        if self.strays:
            said.append(f"figures count {', '.join(self.strays)}, and the project on the server is {self.asset_uid}")
        return f"{self.form}: " + "; ".join(said)


def reconcile_form(client: KoboClient, contract: KoboContract, connection: psycopg.Connection) -> Reconciliation:
    """Compare one form, and keep the counts in ops.kobo_reconciliation. Raises KoboError."""
    require_migrated(connection)
    with reading(client, contract), raw.locked(connection, contract.name), connection.transaction():
        asset = find_asset(client, contract, None)  # as if for the first time: a proof does not go by what the sync followed
        found = _compare(client, contract, connection, asset["uid"], is_partial=not sees_everything(asset))
        connection.execute(
            "insert into ops.kobo_reconciliation values (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                found.form,
                asset["uid"],
                found.n_server,
                found.n_raw,
                found.n_missing,
                found.n_surplus,
                found.n_differing,
                found.is_partial,
            ),
        )
    return found


def _compare(
    client: KoboClient, contract: KoboContract, connection: psycopg.Connection, uid: str, *, is_partial: bool
) -> Reconciliation:
    gone = erased(connection, contract.name)
    raw.see(connection, [])
    missing: list[int] = []
    differing: list[int] = []
    n_server = 0
    for page in client.pages(uid):
        records = [entry for entry in page.records if not gone.has(entry)]
        ids = [entry["_id"] for entry in records]
        held = raw.live_by_id(connection, uid, ids)
        raw.see(connection, ids)
        n_server += len(ids)
        missing += [number for number in ids if number not in held]
        differing += [
            entry["_id"] for entry in records if entry["_id"] in held and held[entry["_id"]].content_hash != content_hash(entry)
        ]
    surplus = [] if is_partial else [entry.submission_id for entry in raw.unseen(connection, uid)]
    strays, n_earlier = _others(connection, contract, uid)
    return Reconciliation(
        contract.name,
        n_server,
        raw.n_live(connection, uid),
        len(missing),
        len(surplus),
        len(differing),
        is_partial,
        tuple(missing[:EXAMPLES]),
        tuple(surplus[:EXAMPLES]),
        tuple(differing[:EXAMPLES]),
        asset_uid=uid,
        strays=strays,
        n_earlier=n_earlier,
        held=next(iter(held_forms(connection, contract.name)), None),
    )


def _others(connection: psycopg.Connection, contract: KoboContract, uid: str) -> tuple[tuple[str, ...], int]:
    """The uids of projects that count without being meant to, and the submissions of those that are."""
    counted = connection.execute(
        "select asset_uid from raw.kobo_project where form = %s and is_counted and asset_uid <> %s order by 1",
        (contract.name, uid),
    )
    others = [other for (other,) in counted.fetchall()]
    included = [other for other in others if other in contract.include_earlier_projects]
    return tuple(other for other in others if other not in included), sum(raw.n_live(connection, other) for other in included)


def require_equal(found: Reconciliation) -> None:
    """Raises KoboError where raw is not the server's equal."""
    if not found.is_equal:
        raise KoboError(str(found), found.remedy)
