"""Forms that are held: the question about each, kept until the server answers it, or somebody does.

`parity kobo accept` answers for exactly what was asked. The next sync applies the answer; where more has vanished by then, it asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from ingestion.kobo.absence import WHY, Evidence
from ingestion.kobo.raw import locked

ABSENCE = "absence"
LEAST_REASON = 10  # characters
EXAMPLES = 20
OPEN = """
select hold_no, form, asset_uid, kind, reasons, n_held, n_seen, n_absent, counter,
    to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
    to_char(accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as accepted_at, accepted_by, accepted_because,
    array(select submission_id from ops.kobo_hold_submission as one where one.hold_no = hold.hold_no order by 1) as submission_ids
from ops.kobo_hold as hold
where closed_at is null and {condition}
order by form, hold_no
"""


class NotAccepted(RuntimeError):
    """Nothing was accepted; the message says why."""


@dataclass(frozen=True)
class Hold:
    """An open question about a form, with up to 20 of the submissions that it is about. `accepted_at`: when somebody answered; the next sync applies it."""

    hold_no: int
    form: str
    asset_uid: str
    kind: str
    reasons: tuple[str, ...]
    n_held: int
    n_seen: int
    n_absent: int
    counter: int | None
    since: str
    examples: tuple[int, ...]
    accepted_at: str | None = None
    accepted_by: str | None = None
    accepted_because: str | None = None

    @property
    def lack(self) -> int:
        """How many more the server's counter said than it sent."""
        return (self.counter or 0) - self.n_seen

    @property
    def why(self) -> str:
        return "; ".join(WHY.get(code, code) for code in self.reasons)

    def __str__(self) -> str:
        """The question in words."""
        counter = "" if self.counter is None else f", and its own counter says {self.counter:,}"
        seen = f"raw holds {self.n_held:,} submissions, the server sent {self.n_seen:,}{counter}"
        gone = (
            f"; {self.n_absent:,} of those held were not sent ({_listed(self.examples, self.n_absent)})" if self.n_absent else ""
        )
        state = (
            f"Accepted on {self.accepted_at} by {self.accepted_by}; the next sync applies it."
            if self.accepted_at
            else f"Nothing is deleted. If they are gone for good: {self.remedy}"
            if self.n_absent
            else f"If that is all there is: {self.remedy}"
        )
        return f"HELD since {self.since}: {seen}{gone}. Why: {self.why}. {state}"

    @property
    def remedy(self) -> str:
        return f'parity kobo accept {self.form} --reason "…"'


@dataclass(frozen=True)
class Standing:
    """A hold as a sync meets it: with every submission that it is about."""

    hold: Hold
    submission_ids: frozenset[int]

    @property
    def accepted_ids(self) -> frozenset[int]:
        return self.submission_ids if self.hold.accepted_at else frozenset()


def _listed(examples: Sequence[int], n: int) -> str:
    return ", ".join(map(str, examples)) + (", …" if n > len(examples) else "")


def _standing(row: dict[str, Any]) -> Standing:
    ids = row.pop("submission_ids")
    return Standing(Hold(**row | {"reasons": tuple(row["reasons"])}, examples=tuple(ids[:EXAMPLES])), frozenset(ids))


def _find(connection: psycopg.Connection, condition: str, *values: object) -> list[Standing]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_standing(row) for row in cursor.execute(OPEN.format(condition=condition), values).fetchall()]


def standing(connection: psycopg.Connection, form: str, uid: str, kind: str = ABSENCE) -> Standing | None:
    """The question of this kind that is open about a form's project, answered or not."""
    return next(iter(_find(connection, "form = %s and asset_uid = %s and kind = %s", form, uid, kind)), None)


def held_forms(connection: psycopg.Connection, form: str | None = None) -> list[Hold]:
    """The questions that are open, of one form where it is given; those that were answered and not applied yet among them."""
    found = _find(connection, "form = %s", form) if form is not None else _find(connection, "true")
    return [each.hold for each in found]


def ask(
    connection: psycopg.Connection, form: str, uid: str, reasons: Sequence[str], found: Evidence, gone: Sequence[int]
) -> Hold:
    """Keep the question as it stands now: the one that is open is brought up to date, and one that was answered is open anew."""
    seen = (list(reasons), found.n_held, found.n_seen, len(gone), found.counter)
    row = connection.execute(
        "insert into ops.kobo_hold (form, asset_uid, kind, reasons, n_held, n_seen, n_absent, counter) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (form, asset_uid, kind) where closed_at is null do update set reasons = excluded.reasons, n_held = excluded.n_held,"
        " n_seen = excluded.n_seen, n_absent = excluded.n_absent, counter = excluded.counter, seen_at = clock_timestamp()"
        " returning hold_no",
        (form, uid, ABSENCE, *seen),
    ).fetchone()
    number = row[0] if row else None
    connection.execute(
        "delete from ops.kobo_hold_submission where hold_no = %s and submission_id <> all(%s)", (number, list(gone))
    )
    connection.execute(
        "insert into ops.kobo_hold_submission (hold_no, form, submission_id) select %s, %s, unnest(%s::bigint[]) on conflict do nothing",
        (number, form, list(gone)),
    )
    kept = standing(connection, form, uid)
    if kept is None:
        raise LookupError("A question that was kept is not there.")
    return kept.hold


def close(connection: psycopg.Connection, hold: Hold, because: str) -> None:
    connection.execute(
        "update ops.kobo_hold set closed_at = clock_timestamp(), closed_because = %s where hold_no = %s and closed_at is null",
        (because, hold.hold_no),
    )


def close_of_others(connection: psycopg.Connection, form: str, uid: str) -> None:
    """Close what was asked about earlier projects of the form: their answers stay as they are, and no sync reads them again."""
    connection.execute(
        "update ops.kobo_hold set closed_at = clock_timestamp(), closed_because = %s"
        " where form = %s and asset_uid <> %s and closed_at is null",
        ("another project of the form stands on the server", form, uid),
    )


def accept(connection: psycopg.Connection, form: str, reason: str, who: str) -> list[Hold]:
    """Answer the open questions about a form: what they are about is gone for good. The next sync applies it. Raises NotAccepted."""
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise NotAccepted(f"Say why, in {LEAST_REASON} characters or more: whoever reads the figures may ask.")
    with locked(connection, form), connection.transaction():
        found = held_forms(connection, form)
        if not found:
            raise NotAccepted(f"{form} is not held: `parity kobo held` lists what is.")
        if all(hold.reasons == ("cut",) and not hold.n_absent for hold in found):
            raise NotAccepted(
                f"There is nothing to accept of {form}: the server broke off. Sync it again, or ask the server's operator."
            )
        if all(hold.accepted_at for hold in found):
            raise NotAccepted(f"{form} was accepted on {found[0].accepted_at} by {found[0].accepted_by}: sync it, to apply that.")
        connection.execute(
            "update ops.kobo_hold set accepted_at = clock_timestamp(), accepted_by = %s, accepted_because = %s"
            " where hold_no = any(%s) and accepted_at is null",
            (who, reason, [hold.hold_no for hold in found]),
        )
        return held_forms(connection, form)
