"""Which migrations a database still needs, from its own record and the files of this code. Pure: no connection is opened here.

A database is behind, current, or refused: newer than the code, run by a file that was edited since, or with a gap.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("migrations")
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


class MigrationRefused(RuntimeError):
    """This code must not touch this database; the message says why and what to do."""


@dataclass(frozen=True)
class Migration:
    """A file of `parity/migrations/`."""

    number: int
    name: str
    sha256: str
    text: str


@dataclass(frozen=True)
class Applied:
    """A row of ops.migration."""

    number: int
    name: str
    sha256: str
    applied_at: dt.datetime
    code_version: str


@dataclass(frozen=True)
class Plan:
    """Where the database stands, what the code needs, and the migrations between."""

    database: int
    code: int
    pending: tuple[Migration, ...]


@cache
def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of this code in order. Raises MigrationRefused where a number is missing, twice there, or a name is none."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        if not NAME.fullmatch(path.name):
            raise MigrationRefused(f"{path.name} is no name of a migration: call it like 0014_what_for.sql.")
        body = path.read_bytes()
        found.append(Migration(int(path.name[:4]), path.name, hashlib.sha256(body).hexdigest(), body.decode("utf-8")))
    for expected, migration in enumerate(found, 1):
        if migration.number != expected:
            raise MigrationRefused(f"Migration {expected:04} is missing or there twice: {migration.name} stands in its place.")
    return tuple(found)


def plan(known: Sequence[Migration], applied: Sequence[Applied]) -> Plan:
    """What is still to run. Raises MigrationRefused."""
    files = {migration.number: migration for migration in known}
    applied = sorted(applied, key=lambda row: row.number)
    if applied and applied[-1].number > len(known):
        last = applied[-1]
        raise MigrationRefused(
            f"The database is newer than this code: {last.name} ran on {_day(last)} with Parity {last.code_version}, and this code "
            f"ends with {known[-1].name if known else 'no migration'}. Install that version of Parity, or restore the dump made before it."
        )
    for expected, row in enumerate(applied, 1):
        if row.number != expected:
            raise MigrationRefused(
                f"The database has a gap: migration {expected:04} never ran, but {row.name} did on {_day(row)}. Restore a dump from before "
                f"that day, then run `parity migrate`."
            )
        if row.sha256 != files[expected].sha256:
            raise MigrationRefused(
                f"{files[expected].name} was edited after it ran here on {_day(row)} (as {row.name}, with Parity {row.code_version}). Undo the "
                f"edit and write a new migration, {len(known) + 1:04}_….sql, for what should change."
            )
    return Plan(len(applied), len(known), tuple(known[len(applied) :]))


def _day(row: Applied) -> str:
    return f"{row.applied_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
