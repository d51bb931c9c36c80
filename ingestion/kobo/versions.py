"""The deployed versions of a form in raw: their content as sent, and their questions, choices and labels as data."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ingestion.kobo.client import KoboClient
from ingestion.kobo.form import Form, read_form
from ingestion.warehouse import copy_rows
from parity.catalogue import KoboContract

QUESTION = ("asset_uid", "version_uid", "position", "path", "name", "type", "list_name", "kuid", "repeats", "labels")
CHOICE = ("asset_uid", "version_uid", "position", "list_name", "code", "labels")


def load_versions(
    client: KoboClient, contract: KoboContract, connection: psycopg.Connection, asset: dict[str, Any]
) -> list[Form]:
    """Every deployed version, oldest first; nothing is asked of the server where the newest is known."""
    uid = asset["uid"]
    known = {row[0] for row in connection.execute("select version_uid from raw.kobo_form where asset_uid = %s", (uid,))}
    if asset.get("deployed_version_id") not in known:
        deployed = [version["uid"] for version in client.versions(uid) if version.get("date_deployed")]
        for number, version_uid in enumerate(reversed(deployed), start=1):
            if version_uid not in known:
                content = client.version(uid, version_uid)["content"]
                connection.execute(
                    "insert into raw.kobo_form (asset_uid, form, version_uid, version_no, content) values (%s,%s,%s,%s,%s)",
                    (uid, contract.name, version_uid, number, Jsonb(content)),
                )
    return _with_questions(connection, uid)


def _with_questions(connection: psycopg.Connection, uid: str) -> list[Form]:
    rows = connection.execute(
        "select version_uid, content, exists (select from raw.kobo_question question where question.asset_uid = form.asset_uid"
        " and question.version_uid = form.version_uid) from raw.kobo_form form where asset_uid = %s order by version_no",
        (uid,),
    )
    forms = []
    for version_uid, content, is_spelt_out in rows.fetchall():
        form = read_form(version_uid, content)
        if not is_spelt_out:
            _spell_out(connection, uid, form)
        forms.append(form)
    return forms


def _spell_out(connection: psycopg.Connection, uid: str, form: Form) -> None:
    copy_rows(
        connection,
        "raw.kobo_question",
        QUESTION,
        (
            (uid, form.version_uid, position, q.path, q.name, q.type, q.list_name, q.kuid, list(q.repeats), Jsonb(dict(q.labels)))
            for position, q in enumerate(form.questions, 1)
        ),
    )
    copy_rows(
        connection,
        "raw.kobo_choice",
        CHOICE,
        (
            (uid, form.version_uid, position, choice.list_name, choice.code, Jsonb(dict(choice.labels)))
            for choices in form.choices.values()
            for position, choice in enumerate(choices, 1)
        ),
    )
