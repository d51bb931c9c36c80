"""What raw holds of a form, and what is written to it: every version of every submission, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from ingestion.kobo.records import Answer, Submission
from ingestion.warehouse import copy_rows
from parity.database import first_value, patient

BATCH = 2000
COLUMNS = (
    "form",
    "asset_uid",
    "submission_id",
    "root_uuid",
    "uuid",
    "version_uid",
    "submitted_at",
    "validation_status",
    "duration_seconds",
    "is_deleted",
    "content_hash",
    "manifest_hash",
    "answers",
)
# The newest version of each submission; a filter may be put on the key.
NEWEST = """
select submission_id, root_uuid, content_hash, manifest_hash from (
    select distinct on (submission_id) submission_id, root_uuid, content_hash, manifest_hash, is_deleted
    from raw.kobo_submission where asset_uid = %s and {filter} order by submission_id, load_no desc
) newest where not is_deleted
"""


@dataclass(frozen=True)
class Live:
    """A submission that raw holds as present."""

    submission_id: int
    root_uuid: str | None
    content_hash: str
    manifest_hash: str | None


@dataclass(frozen=True)
class Cursor:
    """How far a form is synced.

    `history_at`: the server's time up to which its history was read, None where the token may not read it. `counter_gap`: the
    server's counter of submissions less those that raw holds, at the last complete scan. `is_suspect`: they differed otherwise since.
    `known_at`: a moment of which the history has a row; while it is there, nothing was forgotten since.
    `unread`: answers by field that stayed in the landing, counted since the last scan.
    """

    asset_uid: str
    form: str
    rights: str
    history_at: str | None
    n_live: int
    counter_gap: int | None
    is_suspect: bool
    contract_hash: str | None
    known_at: str | None = None
    unread: Mapping[str, int] = field(default_factory=dict)


@contextmanager
def locked(connection: psycopg.Connection, form: str) -> Iterator[None]:
    """Let one sync of the form run at a time, over as many transactions as it needs, and wait for the server meanwhile."""
    key = f"parity.kobo.{form}"
    with patient(connection):
        connection.execute("select pg_advisory_lock(hashtext(%s))", (key,))
        connection.commit()
        try:
            yield
            connection.commit()
        finally:
            if not connection.closed:
                connection.rollback()
                connection.execute("select pg_advisory_unlock(hashtext(%s))", (key,))
                connection.commit()


def live_by_id(connection: psycopg.Connection, uid: str, ids: Sequence[int]) -> dict[int, Live]:
    return _live(connection, "submission_id = any(%s)", uid, list(ids))


def live_by_root(connection: psycopg.Connection, uid: str, roots: Sequence[str]) -> dict[int, Live]:
    """Present submissions with these root uuids. One that was edited has had the same root uuid from the start."""
    ids = connection.execute(
        "select distinct submission_id from raw.kobo_submission where asset_uid = %s and root_uuid = any(%s)", (uid, list(roots))
    )
    return live_by_id(connection, uid, [row[0] for row in ids])


MEDIA = ("image", "audio", "video", "file", "background-audio")


def asks_for_media(connection: psycopg.Connection, uid: str) -> bool:
    """Whether any deployed version of the form lets a respondent attach something."""
    asked = (
        "select exists (select from raw.kobo_form cross join lateral jsonb_path_query(content, '$.survey[*].type') as kind"
        " where asset_uid = %s and kind #>> '{}' = any(%s))"
    )
    return first_value(connection.execute(asked, (uid, list(MEDIA))))


def see(connection: psycopg.Connection, ids: Sequence[int]) -> None:
    """Remember, until the transaction ends, that the server has these submissions."""
    connection.execute("create temp table if not exists kobo_seen (submission_id bigint primary key) on commit drop")
    connection.execute("insert into kobo_seen select unnest(%s::bigint[]) on conflict do nothing", (list(ids),))


def n_seen(connection: psycopg.Connection) -> int:
    return first_value(connection.execute("select count(*) from kobo_seen"))


def unseen(connection: psycopg.Connection, uid: str) -> list[Live]:
    """Submissions that raw holds as present and that were not seen, in order of id."""
    absent = "not exists (select from kobo_seen where kobo_seen.submission_id = kobo_submission.submission_id)"
    return [entry for _, entry in sorted(_live(connection, absent, uid).items())]


def n_live(connection: psycopg.Connection, uid: str) -> int:
    """How many submissions raw holds as present."""
    return first_value(connection.execute(f"select count(*) from ({NEWEST.format(filter='true')}) live", (uid,)))  # nosec B608  # a constant


def _live(connection: psycopg.Connection, condition: str, *values: object) -> dict[int, Live]:
    with connection.cursor(row_factory=class_row(Live)) as cursor:
        found = cursor.execute(NEWEST.format(filter=condition), values)
        return {entry.submission_id: entry for entry in found}


def append(connection: psycopg.Connection, form: str, uid: str, batch: Iterable[Submission]) -> None:
    """Write new versions, each with its answers, as they come."""
    rows = (
        (
            form,
            uid,
            s.submission_id,
            s.root_uuid,
            s.uuid,
            s.version_uid,
            f"{s.submitted_at}+00:00" if s.submitted_at else None,
            s.validation_status,
            s.duration_seconds,
            False,
            s.content_hash,
            s.manifest_hash,
            _document(s),
        )
        for s in batch
    )
    copy_rows(connection, "raw.kobo_submission", COLUMNS, rows)


def _document(submission: Submission) -> str | None:
    return msgspec.json.encode(submission.answers).decode() if submission.answers else None


def blanked(connection: psycopg.Connection, uid: str, batch: Sequence[Submission]) -> dict[str, int]:
    """Fields of which `replace_answers` would leave nothing, with the number of submissions whose answer goes."""
    rows = connection.execute(
        "select field, count(distinct submission_id) from raw.kobo_submission submission"
        " join unnest(%s::bigint[], %s::text[], %s::jsonb[]) as known (submission_id, content_hash, now_read)"
        " using (submission_id, content_hash), jsonb_object_keys(submission.answers) as field"
        " where submission.asset_uid = %s and not coalesce(known.now_read, '{}') ? field group by field",
        ([s.submission_id for s in batch], [s.content_hash for s in batch], [_document(s) for s in batch], uid),
    )
    return dict(rows.fetchall())


def replace_answers(connection: psycopg.Connection, uid: str, batch: Sequence[Submission]) -> None:
    """Write the answers of known contents anew, as another contract lets others out."""
    connection.execute(
        "update raw.kobo_submission submission set answers = known.answers"
        " from unnest(%s::bigint[], %s::text[], %s::jsonb[]) as known (submission_id, content_hash, answers)"
        " where submission.asset_uid = %s and submission.submission_id = known.submission_id"
        " and submission.content_hash = known.content_hash",
        ([s.submission_id for s in batch], [s.content_hash for s in batch], [_document(s) for s in batch], uid),
    )


def other_fields(connection: psycopg.Connection, uid: str, fields: Sequence[str]) -> dict[str, int]:
    """Fields of which `drop_other_fields` would leave nothing, with the number of submissions whose answers go."""
    rows = connection.execute(
        "select field, count(distinct submission_id) from raw.kobo_submission, jsonb_object_keys(answers) as field"
        " where asset_uid = %s and field <> all(%s) group by field",
        (uid, list(fields)),
    )
    return dict(rows.fetchall())


def drop_other_fields(connection: psycopg.Connection, uid: str, fields: Sequence[str]) -> None:
    """Forget the answers, of every version, to questions that the contract no longer lets out."""
    connection.execute(
        "update raw.kobo_submission set answers = (select jsonb_object_agg(key, value) from jsonb_each(answers)"
        " where key = any(%s)) where asset_uid = %s and answers is not null",
        (list(fields), uid),
    )


def drop_other_values(connection: psycopg.Connection, uid: str, keeps: Mapping[str, Callable[[str], bool]]) -> None:
    """Forget, of every version, the answers to the fields of `keeps` that may not leave the landing, though older code let them out."""
    rows = "select submission_id, load_no, answers from raw.kobo_submission where asset_uid = %s and answers ?| %s order by submission_id"
    with connection.cursor("kobo_answers") as cursor:
        cursor.itersize = BATCH
        cursor.execute(rows, (uid, list(keeps)))
        while batch := cursor.fetchmany(BATCH):
            kept = [(number, load, _kept(answers, keeps), answers) for number, load, answers in batch]
            changed = [(number, load, left) for number, load, left, answers in kept if left != answers]
            connection.execute(
                "update raw.kobo_submission submission set answers = known.answers"
                " from unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) as known (submission_id, load_no, answers)"
                " where submission.asset_uid = %s and (submission.submission_id, submission.load_no) = (known.submission_id, known.load_no)",
                (
                    [number for number, _, _ in changed],
                    [load for _, load, _ in changed],
                    [Jsonb(left) if left else None for _, _, left in changed],
                    uid,
                ),
            )


def _kept(answers: Mapping[str, Answer], keeps: Mapping[str, Callable[[str], bool]]) -> dict[str, Answer]:
    """The answers without what `keeps` says no to, nor what is empty then."""
    said = {name: _within(answer, keeps[name]) if name in keeps else answer for name, answer in answers.items()}
    return {name: answer for name, answer in said.items() if answer}


def _within(answer: Answer, keeps: Callable[[str], bool]) -> Answer:
    if isinstance(answer, dict):
        return {at: inner for at, within in answer.items() if (inner := _within(within, keeps))}
    if isinstance(answer, list):
        return [code for code in answer if keeps(code)]
    return answer if keeps(answer) else ""


def mark_deleted(connection: psycopg.Connection, form: str, uid: str, gone: Sequence[Live]) -> None:
    copy_rows(
        connection,
        "raw.kobo_submission",
        ("form", "asset_uid", "submission_id", "root_uuid", "is_deleted", "content_hash"),
        ((form, uid, entry.submission_id, entry.root_uuid, True, entry.content_hash) for entry in gone),
    )


CURSOR = (
    "asset_uid",
    "form",
    "rights",
    "history_at",
    "n_live",
    "counter_gap",
    "is_suspect",
    "contract_hash",
    "known_at",
    "unread",
)


def standing(connection: psycopg.Connection, form: str) -> str | None:
    """The uid of the form's project that stands: the one that was synced last."""
    found = connection.execute("select asset_uid from raw.kobo_project where form = %s and is_standing", (form,)).fetchone()
    return found[0] if found else None


def read_cursor(connection: psycopg.Connection, form: str) -> Cursor | None:
    """How far the project that stands is synced."""
    with connection.cursor(row_factory=class_row(Cursor)) as cursor:
        return cursor.execute(
            f"select {', '.join(CURSOR)} from ops.kobo_cursor where asset_uid = %s",  # nosec B608  # columns, a constant
            (standing(connection, form),),
        ).fetchone()


def keep_cursor(connection: psycopg.Connection, cursor: Cursor, *, is_scan: bool) -> None:
    updates = ", ".join(f"{name} = excluded.{name}" for name in CURSOR[1:])
    connection.execute(
        f"insert into ops.kobo_cursor ({', '.join(CURSOR)}) values ({', '.join(['%s'] * len(CURSOR))})"  # nosec B608  # columns, a constant
        f" on conflict (asset_uid) do update set {updates}, synced_at = clock_timestamp(),"
        " scanned_at = case when %s then clock_timestamp() else kobo_cursor.scanned_at end",
        (*(_written(getattr(cursor, name)) for name in CURSOR), is_scan),
    )


def _written(value: object) -> object:
    return Jsonb(value) if isinstance(value, Mapping) else value
