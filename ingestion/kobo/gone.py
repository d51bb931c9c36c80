"""What a sync does with submissions that the server no longer sends: marks them as deleted, keeps them, or asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import psycopg

from ingestion.kobo import hold as holds
from ingestion.kobo import raw
from ingestion.kobo.absence import Evidence, lasting, reasons
from ingestion.kobo.access import rights, sees_everything
from ingestion.kobo.client import KoboClient
from ingestion.kobo.hold import Hold, Standing
from ingestion.kobo.memory import read_history
from ingestion.kobo.raw import Cursor, Live
from parity.catalogue import KoboContract


class Sync(Protocol):
    """One form's sync under way, as far as this module reads and changes it (ingestion/kobo/sync.py)."""

    client: KoboClient
    contract: KoboContract
    connection: psycopg.Connection
    asset: dict[str, Any]
    cursor: Cursor | None
    n_new: int
    n_left: int
    n_unexplained: int
    standing: Standing | None
    held: Hold | None

    @property
    def uid(self) -> str: ...

    def drop(self, gone: list[Live]) -> None: ...


def judge(run: Sync, gone: list[Live], n_seen: int) -> None:
    """After a complete reading that saw `n_seen` submissions and did not see `gone`."""
    again, count = run.asset, None
    if not (gone or run.n_left or run.standing) and (again.get("deployment__submission_count") or 0) <= n_seen:
        return
    if gone:
        again = run.client.asset(run.uid)
        if not sees_everything(again) or rights(again) != rights(run.asset):
            run.n_unexplained = len(gone)
            run.held = run.standing.hold if run.standing else None
            return
        count = run.client.count(run.uid)
    accepted = run.standing.accepted_ids if run.standing else frozenset()
    settled = [entry for entry in gone if entry.submission_id in accepted]
    left = [entry for entry in gone if entry.submission_id not in accepted]
    found = _evidence(run, again, left, n_seen, count, len(settled))
    why = _reasons(run, found, left, is_answered=bool(settled))
    if settled:
        run.drop(settled)
    is_certain = not left or count == n_seen
    if why or is_certain:
        settle(run, why, found, left, n_settled=len(settled))
    if left and not why and is_certain:
        run.drop(left)
    else:
        run.n_unexplained = len(left)


def _evidence(run: Sync, asset: Mapping[str, Any], gone: list[Live], n_seen: int, count: int | None, n_settled: int) -> Evidence:
    n_live = raw.n_live(run.connection, run.uid) - n_settled
    counter, gap = asset.get("deployment__submission_count"), run.cursor.counter_gap if run.cursor else None
    n_unnamed = None
    if gone and run.cursor and "manage_asset" in rights(asset):
        told = read_history(run.client, run.cursor, actions=("delete-submission",))
        n_unnamed = told.unnamed(entry.root_uuid for entry in gone) if told and told.is_whole else None
    return Evidence(n_live - run.n_new, len(gone), n_live - len(gone), n_seen, run.n_left, count, counter, gap, n_unnamed)


def _reasons(run: Sync, found: Evidence, gone: list[Live], *, is_answered: bool) -> list[str]:
    why = reasons(found, run.contract.absence)
    if run.standing is None:
        return why
    hold = run.standing.hold
    if hold.accepted_at:
        if is_answered and gone:
            why = ["more", *why]
        return [code for code in why if code != "missing" or found.lack > hold.lack]
    is_asked_again = any(entry.submission_id in run.standing.submission_ids for entry in gone)
    return list(dict.fromkeys([*why, *lasting(hold.reasons, found, is_asked_again=is_asked_again)]))


def settle(run: Sync, why: Sequence[str], found: Evidence, gone: Sequence[Live], *, n_settled: int = 0) -> None:
    """Close the question that was open where it is answered, and keep the one that is open now."""
    before = run.standing.hold if run.standing else None
    if before and before.accepted_at:
        holds.close(run.connection, before, "accepted" if n_settled or not before.n_absent else "the server has them back")
    elif before and not why:
        holds.close(run.connection, before, "nothing speaks against it any more" if gone else "the server has them back")
    if why:
        ids = [entry.submission_id for entry in gone]
        run.held = holds.ask(run.connection, run.contract.name, run.uid, why, found, ids)
