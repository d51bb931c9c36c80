"""What the stand-in server remembers, in one SQLite file: accounts, forms with their versions, submissions, history."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import sqlite3
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.kobo_standin.clock import moment, now

SCHEMA = """
create table if not exists account (name text primary key, token text not null unique, restricted integer not null default 0);
create table if not exists asset (
    uid text primary key, name text not null, owner text not null default 'owner', deployment_uuid text,
    deployed_version text, is_active integer not null default 1, date_created text, date_modified text,
    last_submission_time text);
create table if not exists permission (
    uid text primary key, asset_uid text not null references asset on delete cascade, account text not null,
    codename text not null, filters text, unique (asset_uid, account, codename));
create table if not exists version (
    uid text primary key, asset_uid text not null references asset on delete cascade, number integer not null,
    content text not null, date_deployed text, date_modified text);
create table if not exists import (uid text primary key, account text not null, date_created text not null, answer text not null);
create table if not exists submission (
    id integer primary key autoincrement, asset_uid text not null references asset on delete cascade,
    root_uuid text not null, uuid text not null, body text not null, xml_hash text, unique (asset_uid, root_uuid));
create index if not exists submission_asset on submission (asset_uid, id);
create index if not exists submission_uuid on submission (asset_uid, uuid);
create table if not exists former_uuid (asset_uid text not null, uuid text not null, primary key (asset_uid, uuid));
create table if not exists media (uid text primary key, asset_uid text not null, mimetype text not null, content blob not null);
create table if not exists history (
    id integer primary key autoincrement, asset_uid text not null, action text not null, date_created text not null,
    username text not null, metadata text not null);
create index if not exists history_asset on history (asset_uid, id);
create table if not exists lost as select * from submission where false;
create table if not exists setting (name text primary key, value integer not null);
"""
LIFESPAN_DAYS = 744  # of the project history, as the real server has it unless told otherwise
ALPHABET = string.ascii_letters + string.digits


def new_uid(prefix: str) -> str:
    """An identifier in KoboToolbox's form: a letter for its kind and 21 letters or digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(21))


def bare(uuid: str) -> str:
    """An identifier without its `uuid:` prefix; one of another scheme is whole."""
    return uuid.removeprefix("uuid:")


class Store:
    """One connection; the server is a single process with one event loop."""

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = off")
        self.db.execute("pragma foreign_keys = on")
        self.db.executescript(SCHEMA)

    def seed(self, folder: Path) -> bool:
        """Load a form's asset.json and submissions.jsonl, whole, unless the form is already there."""
        asset = json.loads((folder / "asset.json").read_text(encoding="utf-8"))
        if self.asset(asset["uid"]):
            return False
        self.db.execute("begin")
        self.add_asset(asset["name"], asset["uid"])
        for version in asset["versions"]:
            self.add_version(asset["uid"], version["content"], version["uid"])
            if version["date_deployed"]:
                self.deploy(asset["uid"], version["uid"], version["date_deployed"])
        # `_id` is one sequence over all forms of a server, so later forms continue after earlier ones.
        offset = self.db.execute("select coalesce(max(id), 0) from submission").fetchone()[0]
        with (folder / "submissions.jsonl").open(encoding="utf-8") as lines:
            self.db.executemany(
                "insert into submission (id, asset_uid, root_uuid, uuid, body) values (?, ?, ?, ?, ?)",
                (self._row(json.loads(line), asset["uid"], offset) for line in lines),
            )
        self.db.execute("commit")
        return True

    @staticmethod
    def _row(record: dict[str, Any], asset_uid: str, offset: int) -> tuple[Any, ...]:
        record["_id"] += offset
        return record["_id"], asset_uid, bare(record["meta/rootUuid"]), record["_uuid"], json.dumps(record, ensure_ascii=False)

    # Accounts and permissions

    def add_account(self, name: str, token: str, restricted: bool = False) -> None:
        """An account; a restricted one must change its password first and is refused everything."""
        self.db.execute("insert or replace into account values (?, ?, ?)", (name, token, restricted))

    def account(self, *, token: str = "", name: str = "") -> sqlite3.Row | None:
        return self.db.execute("select * from account where token = ? or name = ?", (token, name)).fetchone()

    def grant(self, uid: str, account: str, codename: str, filters: list[Any] | None = None) -> str:
        """Give a right on a form; returns the assignment's uid."""
        assignment = new_uid("p")
        self.db.execute(
            "insert or replace into permission values (?, ?, ?, ?, ?)",
            (assignment, uid, account, codename, json.dumps(filters) if filters is not None else None),
        )
        return assignment

    def revoke(self, uid: str, assignment: str) -> bool:
        return self.db.execute("delete from permission where asset_uid = ? and uid = ?", (uid, assignment)).rowcount == 1

    def permissions(self, uid: str) -> list[sqlite3.Row]:
        return self.db.execute("select * from permission where asset_uid = ? order by rowid", (uid,)).fetchall()

    # Forms

    def add_asset(self, name: str, uid: str | None = None, owner: str = "owner") -> str:
        uid = uid or new_uid("a")
        self.db.execute(
            "insert into asset (uid, name, owner, date_created, date_modified) values (?, ?, ?, ?, ?)",
            (uid, name, owner, now(), now()),
        )
        return uid

    def add_version(self, uid: str, content: dict[str, Any], version: str | None = None) -> str:
        """A draft: the newest version, not deployed yet."""
        version = version or new_uid("v")
        number = self.db.execute("select count(*) + 1 from version where asset_uid = ?", (uid,)).fetchone()[0]
        self.db.execute(
            "insert into version values (?, ?, ?, ?, null, ?)",
            (version, uid, number, json.dumps(content, ensure_ascii=False), now()),
        )
        self.db.execute("update asset set date_modified = ? where uid = ?", (now(), uid))
        return version

    def deploy(self, uid: str, version: str, at: str | None = None) -> None:
        at = at or now()
        formhub = hashlib.md5(uid.encode(), usedforsecurity=False).hexdigest()
        self.db.execute("update version set date_deployed = ?, date_modified = ? where uid = ?", (at, at, version))
        self.db.execute(
            "update asset set deployed_version = ?, is_active = 1, date_modified = ?,"
            " deployment_uuid = coalesce(deployment_uuid, ?) where uid = ?",
            (version, at, formhub, uid),
        )

    def set_active(self, uid: str, active: bool) -> None:
        self.db.execute("update asset set is_active = ? where uid = ?", (active, uid))

    def drop_asset(self, uid: str) -> None:
        self.db.execute("delete from asset where uid = ?", (uid,))
        self.db.execute("delete from lost where asset_uid = ?", (uid,))

    def assets(self) -> list[sqlite3.Row]:
        return self.db.execute("select * from asset order by rowid").fetchall()

    def asset(self, uid: str) -> sqlite3.Row | None:
        return self.db.execute("select * from asset where uid = ?", (uid,)).fetchone()

    def versions(self, uid: str) -> list[sqlite3.Row]:
        """Newest first."""
        return self.db.execute("select * from version where asset_uid = ? order by number desc", (uid,)).fetchall()

    # Submissions

    def count(self, uid: str, after: int = 0) -> int:
        rows = self.db.execute("select count(*) from submission where asset_uid = ? and id > ?", (uid, after))
        return rows.fetchone()[0]

    def bodies(self, uid: str, after: int = 0, limit: int = -1, start: int = 0) -> Iterator[str]:
        """Submissions as JSON text, by `_id`."""
        rows = self.db.execute(
            "select body from submission where asset_uid = ? and id > ? order by id limit ? offset ?", (uid, after, limit, start)
        )
        return (row[0] for row in rows)

    def records(self, uid: str) -> Iterator[dict[str, Any]]:
        return (json.loads(body) for body in self.bodies(uid))

    def bodies_of(self, uid: str, column: str, values: list[Any]) -> Iterator[str]:
        """Submissions whose `id` or `root_uuid` is one of `values`, as JSON text, by `_id`."""
        if column not in ("id", "root_uuid"):
            raise ValueError(f"A submission is not found by {column}.")
        rows = self.db.execute(
            f"select body from submission where asset_uid = ? and {column} in (select value from json_each(?)) order by id",  # nosec B608  # one of two columns
            (uid, json.dumps(values)),
        )
        return (row[0] for row in rows)

    def find(self, uid: str, key: str) -> dict[str, Any] | None:
        """A submission by `_id`, root uuid or current uuid."""
        row = self.db.execute(
            "select body from submission where asset_uid = ? and (id = ? or root_uuid = ? or uuid = ?) order by id",
            (uid, key if key.isdecimal() else -1, key, key),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def by_xml(self, uid: str, xml_hash: str) -> dict[str, Any] | None:
        known = "select asset_uid, xml_hash, body from submission union all select asset_uid, xml_hash, body from lost"
        row = self.db.execute(f"select body from ({known}) where asset_uid = ? and xml_hash = ?", (uid, xml_hash)).fetchone()  # nosec B608  # a constant
        return json.loads(row[0]) if row else None

    def is_former(self, uid: str, uuid: str) -> bool:
        """Whether a submission bore this uuid before an edit."""
        query = "select 1 from former_uuid where asset_uid = ? and uuid = ?"
        return self.db.execute(query, (uid, uuid)).fetchone() is not None

    def add(self, uid: str, record: dict[str, Any], xml_hash: str | None = None) -> dict[str, Any]:
        """Store a new submission under the next `_id`."""
        cursor = self.db.execute(
            "insert into submission (asset_uid, root_uuid, uuid, body, xml_hash) values (?, ?, ?, '', ?)",
            (uid, bare(record["meta/rootUuid"]), record["_uuid"], xml_hash),
        )
        record = {"_id": cursor.lastrowid} | record
        self.save(uid, record)
        self.db.execute("update asset set last_submission_time = ? where uid = ?", (record.get("_submission_time"), uid))
        return record

    def save(self, uid: str, record: dict[str, Any], xml_hash: str | None = None) -> None:
        """Overwrite a submission by its `_id`; the uuid that it leaves is remembered."""
        self.db.execute(
            "insert or ignore into former_uuid select asset_uid, uuid from submission where id = ? and uuid <> ?",
            (record["_id"], record["_uuid"]),
        )
        self.db.execute(
            "update submission set uuid = ?, body = ?, xml_hash = coalesce(?, xml_hash) where asset_uid = ? and id = ?",
            (record["_uuid"], json.dumps(record, ensure_ascii=False), xml_hash, uid, record["_id"]),
        )

    def delete(self, uid: str, number: int, username: str = "owner") -> None:
        """As somebody deletes on the server: the history tells it."""
        row = self.db.execute("select body, root_uuid from submission where asset_uid = ? and id = ?", (uid, number)).fetchone()
        self.db.execute("delete from submission where asset_uid = ? and id = ?", (uid, number))
        if row is not None:
            about = {"root_uuid": row["root_uuid"], "submitted_by": json.loads(row["body"]).get("_submitted_by")}
            self.log(uid, "delete-submission", username, {"submission": about})

    def lose(self, uid: str, numbers: Iterable[int]) -> None:
        """As the real server's MongoDB loses rows: they are not sent, while the counter and the history know nothing of it."""
        for number in numbers:
            self.db.execute("insert into lost select * from submission where asset_uid = ? and id = ?", (uid, number))
            self.db.execute("delete from submission where asset_uid = ? and id = ?", (uid, number))

    def remongo(self, uid: str) -> None:
        """As an administrator brings the lost rows back."""
        self.db.execute("insert into submission select * from lost where asset_uid = ?", (uid,))
        self.db.execute("delete from lost where asset_uid = ?", (uid,))

    def counter(self, uid: str) -> int:
        """Submissions that there are, whether they are sent or lost."""
        return self.count(uid) + self.db.execute("select count(*) from lost where asset_uid = ?", (uid,)).fetchone()[0]

    # History

    def log(self, uid: str, action: str, username: str, metadata: dict[str, Any] | None = None) -> None:
        self.db.execute(
            "insert into history (asset_uid, action, date_created, username, metadata) values (?, ?, ?, ?, ?)",
            (uid, action, now(), username, json.dumps(metadata or {})),
        )

    def history(self, uid: str) -> list[sqlite3.Row]:
        """Newest first, as far as the server remembers, or the account's plan lets it tell."""
        days = min(self.lifespan_days, self.setting("lookback_days", LIFESPAN_DAYS))
        oldest = f"{moment() - dt.timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        asked = "select * from history where asset_uid = ? and date_created >= ? order by id desc"
        return self.db.execute(asked, (uid, oldest)).fetchall()

    def forget(self, uid: str, before: str | None = None) -> None:
        """As the daily clean-up of the history does: rows before the moment are gone, or all of them."""
        self.db.execute("delete from history where asset_uid = ? and date_created < ?", (uid, before or "9999"))

    @property
    def lifespan_days(self) -> int:
        """How long the history is kept, as `/environment/` tells; `lookback_days` is the plan's, of which nobody tells."""
        return self.setting("lifespan_days", LIFESPAN_DAYS)

    # Settings

    def setting(self, name: str, default: int) -> int:
        row = self.db.execute("select value from setting where name = ?", (name,)).fetchone()
        return default if row is None else row["value"]

    def set(self, name: str, value: int) -> None:
        self.db.execute("insert or replace into setting values (?, ?)", (name, value))
