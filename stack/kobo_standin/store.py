"""What the stand-in server remembers, in one SQLite file: forms with their versions, submissions, and the project history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists asset (
    uid text primary key, name text not null, deployment_uuid text, is_active integer not null default 1);
create table if not exists version (
    uid text primary key, asset_uid text not null references asset, number integer not null, content text not null,
    date_deployed text);
create table if not exists submission (
    id integer primary key autoincrement, asset_uid text not null references asset, root_uuid text not null,
    uuid text not null, body text not null);
create index if not exists submission_asset on submission (asset_uid, id);
create table if not exists history (
    id integer primary key autoincrement, asset_uid text not null, action text not null, date_created text not null,
    metadata text not null);
"""


class Store:
    """Forms, versions, submissions and history. One connection; the server is a single process with one event loop."""

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode = wal")
        self.db.executescript(SCHEMA)

    def seed(self, folder: Path) -> bool:
        """Load a form's asset.json and submissions.jsonl, whole, unless the form is already there."""
        asset = json.loads((folder / "asset.json").read_text(encoding="utf-8"))
        if self.asset(asset["uid"]):
            return False
        self.db.execute("begin")
        self.db.execute(
            "insert into asset (uid, name, deployment_uuid) values (?, ?, ?)",
            (asset["uid"], asset["name"], f"{asset['uid'][:8]}-0000-4000-a000-000000000000"),
        )
        for number, version in enumerate(asset["versions"], start=1):
            self.db.execute(
                "insert into version (uid, asset_uid, number, content, date_deployed) values (?, ?, ?, ?, ?)",
                (
                    version["uid"],
                    asset["uid"],
                    number,
                    json.dumps(version["content"], ensure_ascii=False),
                    version["date_deployed"],
                ),
            )
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
        root = record["meta/rootUuid"].removeprefix("uuid:")
        return record["_id"], asset_uid, root, record["_uuid"], json.dumps(record, ensure_ascii=False)

    def assets(self) -> list[sqlite3.Row]:
        return self.db.execute("select * from asset order by rowid").fetchall()

    def asset(self, uid: str) -> sqlite3.Row | None:
        return self.db.execute("select * from asset where uid = ?", (uid,)).fetchone()

    def versions(self, uid: str) -> list[sqlite3.Row]:
        """Newest first."""
        return self.db.execute("select * from version where asset_uid = ? order by number desc", (uid,)).fetchall()

    def count(self, uid: str, after: int = 0) -> int:
        rows = self.db.execute("select count(*) from submission where asset_uid = ? and id > ?", (uid, after))
        return rows.fetchone()[0]

    def bodies(self, uid: str, after: int = 0, limit: int = -1, start: int = 0) -> list[str]:
        """The submissions' JSON texts, `_id` ascending."""
        rows = self.db.execute(
            "select body from submission where asset_uid = ? and id > ? order by id limit ? offset ?",
            (uid, after, limit, start),
        )
        return [row[0] for row in rows]

    def records(self, uid: str) -> Iterator[dict[str, Any]]:
        return (json.loads(body) for body in self.bodies(uid))

    def find(self, uid: str, key: str) -> dict[str, Any] | None:
        """A submission by `_id`, root uuid or current uuid."""
        row = self.db.execute(
            "select body from submission where asset_uid = ? and (id = ? or root_uuid = ? or uuid = ?)",
            (uid, key if key.isdecimal() else -1, key, key),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def save(self, uid: str, record: dict[str, Any]) -> None:
        """Overwrite a submission by its `_id`."""
        self.db.execute(
            "update submission set uuid = ?, body = ? where asset_uid = ? and id = ?",
            (record["_uuid"], json.dumps(record, ensure_ascii=False), uid, record["_id"]),
        )

    def delete(self, uid: str, number: int) -> None:
        self.db.execute("delete from submission where asset_uid = ? and id = ?", (uid, number))

    def log(self, uid: str, action: str, at: str, metadata: dict[str, Any]) -> None:
        self.db.execute(
            "insert into history (asset_uid, action, date_created, metadata) values (?, ?, ?, ?)",
            (uid, action, at, json.dumps(metadata)),
        )

    def history(self, uid: str) -> list[sqlite3.Row]:
        """Newest first."""
        return self.db.execute("select * from history where asset_uid = ? order by id desc", (uid,)).fetchall()
