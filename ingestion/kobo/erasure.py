"""Erasure of one respondent by root uuid: from the landing, raw with its history, and every table that names the submission.

What is erased stays erased: its hash is kept, so that a server that still holds the submission cannot bring it back.
Published releases hold no row of a person; a wave that was published stays as it is, and every other figure is next built without the answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from ingestion.kobo import raw
from ingestion.landing import Landing, NotLanded, TornFile, record

ERASED = "_erased"
RAW = "raw.kobo_submission"
DERIVED = ("staging", "core", "indicators", "fieldwork", "ops")
SEALS = "release.survey_seal"
# Whose answers a published wave rests on is kept as hashes; an erased respondent is nobody there, too.
UNSEAL = """
delete from release.survey_seal as seal using release.survey_wave as wave
where (seal.release_id, seal.form, seal.period_year) = (wave.release_id, wave.form, wave.period_year)
    and seal.form = %s and seal.who in (select sha256(wave.salt || convert_to(name, 'UTF8')) from unnest(%s::text[]) as name)
"""


@dataclass(frozen=True)
class ErasureReport:
    """What an erasure took away, or would take where `is_dry_run`: submissions, their rows by table, and landed pages."""

    form: str
    submission_ids: tuple[int, ...]
    rows: dict[str, int]
    n_pages: int
    is_dry_run: bool


@dataclass(frozen=True)
class Erased:
    """The erased respondents of a form, known by hash only."""

    hashes: frozenset[str]

    def has(self, entry: Mapping[str, Any]) -> bool:
        return any(root_hash(entry[key]) in self.hashes for key in ("meta/rootUuid", "_uuid") if entry.get(key))

    def redact(self, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records, with nothing but the server's number left of an erased one."""
        if not self.hashes:
            return list(records)
        return [{"_id": entry["_id"], ERASED: True} if self.has(entry) else entry for entry in records]


def root_hash(root_uuid: str) -> str:
    """SHA-256 of the bare root uuid, which is random and so cannot be guessed back."""
    return hashlib.sha256(root_uuid.removeprefix("uuid:").encode()).hexdigest()


def erased(connection: psycopg.Connection, form: str) -> Erased:
    rows = connection.execute("select root_sha256 from ops.kobo_erased where form = %s", (form,))
    return Erased(frozenset(row[0] for row in rows))


def erase(connection: psycopg.Connection, landing: Landing, form: str, root_uuid: str, *, dry_run: bool = False) -> ErasureReport:
    """Erase the respondent of `form` with this root uuid (with or without `uuid:`), or count what that would take."""
    bare = root_uuid.removeprefix("uuid:")
    with raw.locked(connection, form):
        with connection.transaction():
            found = _submissions(connection, form, bare)
            ids = sorted({number for _, number in found})
            names = _names(connection, found) | {bare}
            n_live = {uid: raw.n_live(connection, uid) for uid in sorted({uid for uid, _ in found})}
            rows = {RAW: _delete_raw(connection, found)}
            rows |= {table: _delete(connection, table, form, ids) for table in _derived(connection)}
            rows[SEALS] = connection.execute(UNSEAL, (form, sorted(names))).rowcount
            pages = _pages(connection, landing, form, bare)
            if dry_run:
                raise psycopg.Rollback
            connection.execute(
                "insert into ops.kobo_erased (root_sha256, form) values (%s, %s) on conflict do nothing", (root_hash(bare), form)
            )
            for uid, n_before in n_live.items():
                n_gone = n_before - raw.n_live(connection, uid)
                connection.execute(
                    "update ops.kobo_cursor set n_live = n_live - %s, counter_gap = counter_gap + %s where asset_uid = %s",
                    (n_gone, n_gone, uid),
                )
            gone = erased(connection, form)
            replaced = [page for page in pages if _replace_page(connection, landing, form, page, gone)]
        if not dry_run:
            for _, uri, _ in replaced:
                with contextlib.suppress(NotLanded):
                    landing.remove(uri)
    return ErasureReport(form, tuple(ids), {table: n for table, n in rows.items() if n}, len(pages), dry_run)


def _submissions(connection: psycopg.Connection, form: str, bare: str) -> list[tuple[str, int]]:
    """(project's uid, id) of every submission that ever had the root uuid, in whichever project of the form; one of an older server may
    have it as its first uuid only."""
    return connection.execute(
        "select distinct asset_uid, submission_id from raw.kobo_submission where form = %s and"
        " (root_uuid = any(%s) or (root_uuid is null and uuid = any(%s))) order by asset_uid, submission_id",
        (form, [bare, f"uuid:{bare}"], [bare, f"uuid:{bare}"]),
    ).fetchall()


# Two servers number their submissions alike, so that an id alone may be another person's.
OF_THESE = "(asset_uid, submission_id) in (select * from unnest(%s::text[], %s::bigint[]))"


def _names(connection: psycopg.Connection, found: Sequence[tuple[str, int]]) -> set[str]:
    """What the submissions were ever called, without `uuid:`; their number is the last resort."""
    statement = f"select root_uuid, uuid from raw.kobo_submission where {OF_THESE}"  # nosec B608  # a constant
    rows = connection.execute(statement, _apart(found))
    return {name.removeprefix("uuid:") for row in rows for name in row if name} | {str(number) for _, number in found}


def _apart(found: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [uid for uid, _ in found], [number for _, number in found]


def _delete_raw(connection: psycopg.Connection, found: Sequence[tuple[str, int]]) -> int:
    return connection.execute(f"delete from {RAW} where {OF_THESE}", _apart(found)).rowcount  # nosec B608  # a constant


def _derived(connection: psycopg.Connection) -> list[str]:
    """Tables made from raw's that still name submissions."""
    derived = connection.execute(
        "select table_schema || '.' || table_name from information_schema.columns join information_schema.tables"
        " using (table_schema, table_name) where table_schema = any(%s) and table_type = 'BASE TABLE'"
        " and column_name in ('form', 'submission_id') group by 1 having count(*) = 2 order by 1",
        (list(DERIVED),),
    )
    return [row[0] for row in derived]


def _delete(connection: psycopg.Connection, table: str, form: str, ids: Sequence[int]) -> int:
    statement = sql.SQL("delete from {} where form = %s and submission_id = any(%s)").format(sql.Identifier(*table.split(".")))
    return connection.execute(statement, (form, list(ids))).rowcount


def _pages(connection: psycopg.Connection, landing: Landing, form: str, bare: str) -> list[tuple[str, str, str]]:
    """(name, uri, hash) of the form's landed pages that speak of the root uuid; torn ones too, of which nothing else can be read."""
    landed = connection.execute(
        "select name, uri, content_sha256 from ops.landing_file where source = %s order by name", (f"kobo/{form}",)
    )
    return [page for page in landed.fetchall() if bare.encode() in _bytes_of(landing, page)]


def _bytes_of(landing: Landing, page: tuple[str, str, str]) -> bytes:
    try:
        return landing.get_as_it_is(page[1], page[0])
    except NotLanded:  # what is not there holds nobody
        return b""


def _replace_page(connection: psycopg.Connection, landing: Landing, form: str, page: tuple[str, str, str], gone: Erased) -> bool:
    """Land the page anew without the record; whether the old one is now to go."""
    name, uri, digest = page
    try:
        answer = json.loads(landing.get(uri, name))
    except TornFile:  # nothing of it can be kept apart: it goes whole, and a pull that needs it asks for it again
        _forget_page(connection, form, digest)
        return True
    redacted = gone.redact(answer["results"])
    if redacted == answer["results"]:
        return False
    body = json.dumps(answer | {"results": redacted}).encode()
    landed = landing.put(f"kobo/{form}", name, body)
    _forget_page(connection, form, digest)
    record(connection, landed)
    connection.execute("update ops.kobo_pull set uri = %s where uri = %s", (landed.uri, uri))
    return True


def _forget_page(connection: psycopg.Connection, form: str, digest: str) -> None:
    connection.execute("delete from ops.landing_file where source = %s and content_sha256 = %s", (f"kobo/{form}", digest))
