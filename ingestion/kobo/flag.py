"""Flags of the fieldwork rules as validation statuses on the server: on hold, for a person to decide, and never over a decision.

A status is ours while it is exactly the one that the last flag wrote (status, time and account). Anything else that stands on the
server, an empty status where we had put a hold included, is what somebody decided, and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from ingestion.kobo.access import rights
from ingestion.kobo.client import MATCHES_A_REQUEST, KoboClient, batched
from ingestion.kobo.errors import KoboError
from ingestion.kobo.raw import standing
from parity.database import patient

ON_HOLD = "validation_status_on_hold"
NONE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Hold:
    """A hold that we wrote: how the server dated and signed it; neither once it was released again."""

    timestamp: int | None
    by_whom: str | None

    def is_still(self, status: Mapping[str, Any]) -> bool:
        signed = (status.get("timestamp"), status.get("by_whom"))
        return status.get("uid") == ON_HOLD and signed == (self.timestamp, self.by_whom)


@dataclass(frozen=True)
class Decision:
    """What is to be written, and what is left: ids of submissions, each in one list.

    `decided`: somebody gave or took a status. `held`: our hold stands and its rule still fires. `gone`: no longer on the server.
    """

    hold: tuple[int, ...]
    release: tuple[int, ...]
    held: tuple[int, ...]
    decided: tuple[int, ...]
    gone: tuple[int, ...]


def decide(flagged: Collection[int], holds: Mapping[int, Hold], statuses: Mapping[int, Mapping[str, Any]]) -> Decision:
    """What to do with each submission that is flagged now or that we hold, by its status on the server."""
    found: dict[str, list[int]] = {"hold": [], "release": [], "held": [], "decided": [], "gone": []}
    for number in sorted({*flagged, *holds}):
        status, ours = statuses.get(number), holds.get(number)
        if status is None:
            kind = "gone"
        elif ours is not None and ours.is_still(status):
            kind = "held" if number in flagged else "release"
        elif status or (ours is not None and ours.timestamp is not None):
            kind = "decided"
        else:
            kind = "hold"
        if number in flagged or kind == "release":
            found[kind].append(number)
    return Decision(**{kind: tuple(numbers) for kind, numbers in found.items()})


@dataclass(frozen=True)
class FlagReport:
    """What one run did, or would do: submissions by rule, and the decision about them. Holds no answer."""

    form: str
    rules: dict[str, list[int]]
    decision: Decision
    is_dry_run: bool


def flag_form(
    client: KoboClient, connection: psycopg.Connection, form: str, *, rules: Collection[str] = (), apply: bool = False
) -> FlagReport:
    """Put what the rules flag on hold, and release what no longer is; without `apply`, only say so.

    `rules`: these only; then nothing is released. Raises KoboError.
    """
    with patient(connection):
        return _flag(client, connection, form, rules, apply)


def _flag(client: KoboClient, connection: psycopg.Connection, form: str, rules: Collection[str], apply: bool) -> FlagReport:
    uid, by_rule = _flags(connection, form, rules)
    if uid is None:
        return FlagReport(form, {}, decide((), {}, {}), not apply)
    holds = _holds(connection, form, uid)
    flagged = {number for numbers in by_rule.values() for number in numbers}
    considered = flagged | (set() if rules else set(holds))
    holds = {number: hold for number, hold in holds.items() if number in considered}
    if "validate_submissions" not in rights(client.asset(uid)):
        raise KoboError(
            f"The token may not set validation statuses of {form} on {client.url}: it is that of {client.account}",
            "Give that account the right to validate submissions; nothing was changed.",
        )
    decision = decide(flagged, holds, statuses(client, uid, considered))
    if apply:
        for numbers in batched(decision.hold, MATCHES_A_REQUEST):
            _write(client, connection, form, uid, numbers, by_rule, is_hold=True)
        for numbers in batched(decision.release, MATCHES_A_REQUEST):
            _write(client, connection, form, uid, numbers, by_rule, is_hold=False)
    return FlagReport(form, by_rule, decision, not apply)


def statuses(client: KoboClient, uid: str, numbers: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """The validation status of each of these submissions that the server has, as it is now; no answers are read."""
    pages = client.matching(uid, "_id", sorted(numbers), fields=("_id", "_validation_status"))
    return {record["_id"]: record.get("_validation_status") or NONE for page in pages for record in page.records}


def _write(
    client: KoboClient,
    connection: psycopg.Connection,
    form: str,
    uid: str,
    numbers: list[int],
    by_rule: Mapping[str, list[int]],
    *,
    is_hold: bool,
) -> None:
    """One request for these, which are asked for their status again just before; what the server then shows is kept as ours."""
    before = statuses(client, uid, numbers)
    holds = _holds(connection, form, uid)
    again = decide(numbers if is_hold else (), {n: holds[n] for n in numbers if n in holds}, before)
    numbers = list(again.hold if is_hold else again.release)
    if not numbers:
        return
    data = f"/api/v2/assets/{uid}/data/"
    if is_hold:
        payload = {"submission_ids": numbers, "validation_status.uid": ON_HOLD}
        client.send("PATCH", f"{data}validation_statuses/", json={"payload": payload})
    else:
        for number in numbers:
            client.send("DELETE", f"{data}{number}/validation_status/")
    after = statuses(client, uid, numbers)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.kobo_flag (form, asset_uid, submission_id, rules, is_hold, status_at, by_whom)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    form,
                    uid,
                    number,
                    [rule for rule, flagged in by_rule.items() if number in flagged],
                    is_hold,
                    after.get(number, NONE).get("timestamp") if is_hold else None,
                    after.get(number, NONE).get("by_whom") if is_hold else None,
                )
                for number in numbers
            ],
        )
    connection.commit()


def _flags(connection: psycopg.Connection, form: str, rules: Collection[str]) -> tuple[str | None, dict[str, list[int]]]:
    """The uid of the project that stands, and its submissions that each rule flags, by the last build of the fieldwork tables."""
    uid = standing(connection, form)
    rows = connection.execute(
        "select rule, submission_id from fieldwork.fieldwork__flag where form = %s and asset_uid = %s order by 1, 2", (form, uid)
    )
    by_rule: dict[str, list[int]] = {}
    for rule, number in rows:
        if not rules or rule in rules:
            by_rule.setdefault(rule, []).append(number)
    return uid, by_rule


def _holds(connection: psycopg.Connection, form: str, uid: str) -> dict[int, Hold]:
    """Our last hold of each submission that was not released by us since."""
    rows = connection.execute(
        "select submission_id, status_at, by_whom from (select distinct on (submission_id) * from ops.kobo_flag"
        " where form = %s and asset_uid = %s order by submission_id, flag_no desc) last where is_hold",
        (form, uid),
    )
    return {number: Hold(at, by_whom) for number, at, by_whom in rows}
