"""The deployed versions of a form: their content as sent in the landing; in raw, their questions, and words as far as the contract lists them.

A form names people as well as its answers do: a team as choices, a telephone number in a note. So raw holds the labels and the choices
of listed questions only, and of the others path, type and position. A note whose name KoboToolbox made of its words is called `note`.
What raw held before of a version is written anew wherever other questions are listed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from ingestion.kobo.client import KoboClient
from ingestion.kobo.form import Form, Question, read_form
from ingestion.kobo.mapping import Plan
from ingestion.landing import Landing, NotLanded, TornFile, record
from ingestion.warehouse import copy_rows
from parity.catalogue import KoboContract

QUESTION = ("asset_uid", "version_uid", "position", "path", "name", "type", "list_name", "kuid", "repeats", "labels")
CHOICE = ("asset_uid", "version_uid", "position", "list_name", "code", "labels")
NOTHING_LISTED = ""


@dataclass(frozen=True)
class _Kept:
    """A version in raw. `uri` is None where `content` is whole, as older code left it."""

    asset_uid: str
    form: str
    version_uid: str
    content: dict[str, Any]
    uri: str | None


@dataclass(frozen=True)
class _Versions:
    """The versions of one form's asset, in raw and in the landing."""

    client: KoboClient
    contract: KoboContract
    connection: psycopg.Connection
    uid: str
    landing: Landing

    def known(self, condition: str = "asset_uid = %s") -> list[_Kept]:
        with self.connection.cursor(row_factory=class_row(_Kept)) as cursor:
            return cursor.execute(
                f"select asset_uid, form, version_uid, content, uri from raw.kobo_form where {condition} order by version_no",  # nosec B608  # constants
                (self.uid,) if "%s" in condition else (),
            ).fetchall()

    def add(self, version_uid: str, number: int) -> None:
        content = self.client.version(self.uid, version_uid)["content"]
        form = read_form(version_uid, content)
        self.connection.execute(
            "insert into raw.kobo_form (asset_uid, form, version_uid, version_no, content, uri, listed) values (%s,%s,%s,%s,%s,%s,%s)",
            (
                self.uid,
                self.contract.name,
                version_uid,
                number,
                _outline(form),
                self.land(self.contract.name, version_uid, content),
                NOTHING_LISTED,
            ),
        )

    def land(self, form: str, version_uid: str, content: dict[str, Any]) -> str:
        name, body = f"version {version_uid}", msgspec.json.encode(content)
        landed = self.landing.put(f"kobo/{form}/versions", name, body)
        record(self.connection, landed)
        return landed.uri

    def withdraw(self, kept: _Kept) -> None:
        """Take a whole content out of raw, where older code put it, with all its words."""
        uri = self.land(kept.form, kept.version_uid, kept.content)
        self.connection.execute(
            "update raw.kobo_form set content = %s, uri = %s where (asset_uid, version_uid) = (%s, %s)",
            (_outline(read_form(kept.version_uid, kept.content)), uri, kept.asset_uid, kept.version_uid),
        )
        _forget(self.connection, kept.asset_uid, kept.version_uid)

    def content(self, kept: _Kept) -> dict[str, Any]:
        """The content as the server sent it; asked for again where the landing has lost it, or holds other bytes."""
        try:
            return msgspec.json.decode(self.landing.get(kept.uri or "", f"version {kept.version_uid}"))
        except (NotLanded, TornFile):
            content = self.client.version(self.uid, kept.version_uid)["content"]
            self.connection.execute(
                "update raw.kobo_form set uri = %s where (asset_uid, version_uid) = (%s, %s)",
                (self.land(kept.form, kept.version_uid, content), self.uid, kept.version_uid),
            )
            return content


def load_versions(
    client: KoboClient, contract: KoboContract, connection: psycopg.Connection, asset: dict[str, Any], landing: Landing
) -> list[Form]:
    """Every deployed version, oldest first; nothing is asked of the server where the newest is known.

    Whole contents that older code left in raw go, of every form: one whose contract or project is gone is never synced again.
    """
    uid = asset["uid"]
    versions = _Versions(client, contract, connection, uid, landing)
    whole = versions.known("uri is null")
    for kept in whole:
        versions.withdraw(kept)
    if whole:
        connection.commit()  # they go even where the form stops with a question
    known = {kept.version_uid for kept in versions.known()}
    if asset.get("deployed_version_id") not in known:
        deployed = [version["uid"] for version in client.versions(uid) if version.get("date_deployed")]
        for number, version_uid in enumerate(reversed(deployed), start=1):
            if version_uid not in known:
                versions.add(version_uid, number)
    return [read_form(kept.version_uid, versions.content(kept)) for kept in versions.known()]


def spell_out(connection: psycopg.Connection, name: str, uid: str, forms: Sequence[Form], plan: Plan) -> None:
    """Write the words of the plan's questions, and of no other, for each version of which raw holds others.

    `name`: of the contract. A project that was the form's before and is no longer has no words.
    """
    known = _listed(connection, name)
    for place in known.keys() - {(uid, form.version_uid) for form in forms}:
        if known[place]:
            _forget(connection, *place)
    for form in forms:
        listed = {entry.path for entry in plan.fields if entry.holds_in(form.version_uid)}
        digest = _digest(form, listed)
        if known.get((uid, form.version_uid)) == digest:
            continue
        _forget(connection, uid, form.version_uid)
        _write(connection, uid, form, listed)
        connection.execute(
            "update raw.kobo_form set listed = %s where (asset_uid, version_uid) = (%s, %s)", (digest, uid, form.version_uid)
        )


def _listed(connection: psycopg.Connection, name: str) -> dict[tuple[str, str], str]:
    """The hash of the questions whose words raw holds, by asset and version of the form."""
    rows = connection.execute("select asset_uid, version_uid, listed from raw.kobo_form where form = %s", (name,))
    return {(asset_uid, version_uid): listed for asset_uid, version_uid, listed in rows}


def _digest(form: Form, listed: set[str]) -> str:
    here = sorted(question.path for question in form.questions if question.path in listed)
    return hashlib.sha256(json.dumps(here).encode()).hexdigest()


def _outline(form: Form) -> Jsonb:
    """What raw may hold of a form whatever its contract lists: where its questions stand, and of which type they are."""
    return Jsonb({"survey": [{"$xpath": question.shown, "type": question.type} for _, question in _asked(form, set())]})


def _asked(form: Form, listed: set[str]) -> Iterator[tuple[int, Question]]:
    """(position, question) of what is asked, once each; what has one outline, such as the lines of a matrix, is one where it is not listed."""
    seen: set[str] = set()
    for position, question in enumerate(form.questions, 1):
        path = question.path if question.path in listed else question.shown
        if path not in seen:
            seen.add(path)
            yield position, question


def _forget(connection: psycopg.Connection, uid: str, version_uid: str) -> None:
    for table in ("kobo_question", "kobo_choice"):
        statement = f"delete from raw.{table} where (asset_uid, version_uid) = (%s, %s)"  # nosec B608  # one of two names above
        connection.execute(statement, (uid, version_uid))
    connection.execute(
        "update raw.kobo_form set listed = %s where (asset_uid, version_uid) = (%s, %s)", (NOTHING_LISTED, uid, version_uid)
    )


def _write(connection: psycopg.Connection, uid: str, form: Form, listed: set[str]) -> None:
    place = (uid, form.version_uid)
    copy_rows(
        connection,
        "raw.kobo_question",
        QUESTION,
        (
            (*place, position, *(_with_words(question) if question.path in listed else _without_words(question)))
            for position, question in _asked(form, listed)
        ),
    )
    lists = sorted({question.list_name for question in form.questions if question.path in listed and question.list_name})
    copy_rows(
        connection,
        "raw.kobo_choice",
        CHOICE,
        (
            (*place, position, name, choice.code, Jsonb(dict(choice.labels)))
            for name in lists
            for position, choice in enumerate(form.choices.get(name, ()), 1)
        ),
    )


def _with_words(question: Question) -> tuple[object, ...]:
    words = Jsonb(dict(question.labels))
    return (question.path, question.name, question.type, question.list_name, question.kuid, list(question.repeats), words)


def _without_words(question: Question) -> tuple[object, ...]:
    name = question.shown.rpartition("/")[2]
    return (question.shown, name, question.type, None, None, list(question.repeats), Jsonb({}))
