"""For tests: raw tables filled from plain rows, and `dbt build` run on them in a process of its own.

The catalogue's tables come from the repository's own catalogue. A build costs ten seconds, so cases that do not meet share one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from ingestion.reference import load_catalogue
from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue
from parity.catalogue import load_catalogue as read_catalogue
from parity.database import dbt_environment
from parity.migrate import migrate_warehouse
from stack.postgres import Postgres
from tests.integration.dbt_process import run_dbt

REPOSITORY = Path(__file__).resolve().parents[2]
STAFF = (
    "delivery_no", "agency_code", "sheet", "row_no", "period_date", "person_key", "sex_code", "rank_name",
    "unit_name", "function_name", "sworn_code", "hire_date", "separation_date", "active_code", "salary",
)  # fmt: skip
SUBMISSION = (
    "form", "asset_uid", "submission_id", "root_uuid", "uuid", "submitted_at", "validation_status", "is_deleted",
    "content_hash", "answers",
)  # fmt: skip


PARSED = "partial_parse.msgpack"
_parses = tempfile.TemporaryDirectory(prefix="parity-parses-")  # of this process, by database and variables


@contextmanager
def database(postgres: Postgres, template: str = "template1") -> Iterator[str]:
    """The URL of a database that several tests of a module share: empty, or a copy of another.

    Names come again: dbt takes the parse of an earlier test for one of the same name, and a whole parse costs ten seconds.
    """
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        taken = {name for (name,) in admin.execute("select datname from pg_database")}
        name = next(name for number in count(1) if (name := f"test_{number}") not in taken)
        admin.execute(f'create database "{name}" template "{template}" strategy file_copy')  # half the work of a copy by log
    yield postgres.url(name)
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


def prepare(url: str, *, catalogue: bool = True, edit: Callable[[Catalogue], Catalogue] | None = None) -> None:
    """Make the raw tables and, unless told not to, fill the catalogue's, as `edit` changes it."""
    migrate_warehouse(url, backups=None)
    with psycopg.connect(url) as connection:
        if catalogue:
            read = read_catalogue(REPOSITORY / "catalogue")
            load_catalogue(connection, edit(read) if edit else read)


def deliver(url: str, contract: str, agency: str, rows: Iterable[Mapping[str, Any]], name: str = "file") -> None:
    """One delivery of staff rows; columns that a row does not name are null, and the sex code is blank."""
    delivery = hashlib.sha256(f"{contract}/{name}".encode()).hexdigest()
    with psycopg.connect(url) as connection:
        rows = list(rows)
        last_day = max(str(row.get("period_date") or "1900-01-01") for row in rows)  # a list is sent when its day has come
        (number,) = connection.execute(
            "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows,"
            " n_quarantined, notices) values (%s, %s, %s, '', 'roster', false, greatest(clock_timestamp(), %s::date + 1), %s, 0, '[]') returning delivery_no",
            (contract, name, delivery, last_day, len(rows)),
        ).fetchone()
        copy_rows(
            connection,
            "raw.hr_delivery_period",
            ("delivery_no", "agency_code", "period_date", "n_rows"),
            ((number, agency, day, n) for day, n in Counter(row.get("period_date") or "1900-01-01" for row in rows).items()),
        )
        fixed = {"delivery_no": number, "agency_code": agency}
        copy_rows(
            connection,
            "raw.hr_staff",
            STAFF,
            (
                tuple({"sex_code": "", **row, **fixed, "row_no": number}.get(column) for column in STAFF)
                for number, row in enumerate(rows, 1)
            ),
        )


def respond(url: str, form: str, people: Sequence[Mapping[str, Any]], *, first_id: int = 1, year: int = 2025) -> None:
    """One submission a person; a person is a mapping of canonical fields to values."""
    asset = f"a{form}"
    with psycopg.connect(url) as connection:
        copy_rows(
            connection,
            "raw.kobo_submission",
            SUBMISSION,
            (
                (
                    form,
                    asset,
                    number,
                    f"{form}-{number}",
                    f"{form}-{number}",
                    f"{year}-06-01T00:00:00Z",
                    None,
                    False,
                    "h",
                    answers,
                )
                for number, answers in enumerate(map(document, people), first_id)
            ),
        )


def document(person: Mapping[str, Any]) -> str:
    return json.dumps({field: str(value) for field, value in person.items()})


def build(url: str, target: Path, *arguments: str, deliveries: str = "newest") -> str:
    """What `dbt build` without unit tests, which do not hang on the data, prints; fails the test where dbt fails."""
    return dbt("build", url, target, "--exclude", "test_type:unit", *arguments, deliveries=deliveries)


def build_models(url: str, target: Path, *arguments: str, deliveries: str = "newest") -> None:
    """The models without the data tests, which cost as much again and run where the samples and the real data are built."""
    dbt("run", url, target, *arguments, deliveries=deliveries)


def dbt(
    command: str, url: str, target: Path, *arguments: str, deliveries: str = "newest", project: Path = REPOSITORY / "dbt"
) -> str:
    """What a command of dbt prints; fails the test, with dbt's own words, where dbt fails.

    The newest deliveries count, so that no test of a model needs closed years; with `deliveries` "effective", those that Parity decided on.
    """
    parsed = Path(_parses.name) / hashlib.sha256(f"{url} {deliveries} {project}".encode()).hexdigest()
    target.mkdir(parents=True, exist_ok=True)
    if parsed.exists() and not (target / PARSED).exists():
        shutil.copyfile(parsed, target / PARSED)
    said = run_dbt(
        words(command, target, *arguments, deliveries=deliveries, project=project), environment(url), target / "said.txt"
    )
    if not parsed.exists():
        shutil.copyfile(target / PARSED, parsed)
    return said


def words(
    command: str, target: Path, *arguments: str, deliveries: str = "newest", project: Path = REPOSITORY / "dbt"
) -> list[str]:
    """The words of a command of dbt on the project."""
    return [
        *command.split(), "--project-dir", str(project), "--profiles-dir", str(project),
        "--target-path", str(target), "--log-path", str(target / "logs"), "--vars", f"{{deliveries: {deliveries}}}", *arguments,
    ]  # fmt: skip


def environment(url: str) -> dict[str, str]:
    """The environment of a command of dbt on the warehouse.

    A log of every statement and an account of every node cost a fifth of a build. Who reads the account asks for it by --write-json.
    """
    return {**os.environ, **dbt_environment(url), "DBT_LOG_LEVEL_FILE": "none", "DBT_WRITE_JSON": "false"}


def query(url: str, statement: str, *parameters: Any) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(statement, parameters).fetchall()
