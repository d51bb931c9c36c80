"""One delivery into raw: whole or not at all, once per content, names and ids left behind.

The file lands first, and what is loaded is read back from the landing and compared with its hash, so that both are one. Rows stream through; nothing is held whole.
They go into PostgreSQL and, where files are named, into a Parquet file of the delivery as well, for an engine that reads files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from ingestion.ahead import ahead
from ingestion.hr.again import deliver_again, delivered_before, note_again, told_ahead
from ingestion.hr.anew import HeldWhole, fingerprint, remove_file, stand_aside, take_place, to_load_anew, told_in_part
from ingestion.hr.block import Rows
from ingestion.hr.check import Delivery, read_rows
from ingestion.hr.continuity.follow import Followed, Numbers, follow
from ingestion.hr.continuity.hold import held_lists
from ingestion.hr.continuity.numbers import landed_cells
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile, open_file
from ingestion.hr.findings import Findings
from ingestion.hr.identity import NumberRule, number_rule
from ingestion.hr.keys import KeyRing, keys_in_use, old_keys
from ingestion.hr.parquet_copy import parquet_copy
from ingestion.hr.revision import Revision, compare
from ingestion.hr.rows import RAW_COLUMNS, START, TABLES
from ingestion.hr.torn import settle
from ingestion.landing import LandedFile, Landing, note_torn, record
from ingestion.raw_files import RawFiles, delivery_file
from ingestion.warehouse import copy_rows
from parity.catalogue import HrContract
from parity.database import first_value, patient
from parity.migrate import require_migrated

NO_PERIOD = "1900-01-01"


@dataclass(frozen=True)
class LoadReport:
    """What became of a file; `status` is 'loaded', 'already loaded' or 'newest again'. `revisions`: periods that it delivered again. `lists`: each list
    against the list before. `held`: what is held, in words."""

    contract: str
    file: str
    status: str
    n_rows: int = 0
    n_people: int = 0
    n_quarantined: int = 0
    notices: list[str] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    lists: list[Followed] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


def load_file(
    connection: psycopg.Connection,
    landing: Landing,
    contract: HrContract,
    file: DropFile,
    ring: KeyRing,
    *,
    options: Mapping[str, Any] | None = None,
    password: str | None = None,
    files: RawFiles | None = None,
) -> LoadReport:
    """Land, check and load a file. Raises FileRefused; then nothing of it stands in raw."""
    if contract.needs_review:
        raise FileRefused(
            file.name,
            f"its contract {contract.name} is a draft",
            f"Go through what {contract.name}.yml marks REVIEW, then remove `needs_review` there.",
        )
    require_migrated(connection)
    with patient(connection):  # places where files wait, and the landing, may be slow
        with open_file(file, options) as source:
            note = note_torn(connection)
            landed = landing.put_file(f"hr/{contract.name}", file.name, source, note=note)
        record(connection, landed)
        connection.commit()
        return _load(connection, landing, contract, file, landed, ring, password, files)


def _load(
    connection: psycopg.Connection,
    landing: Landing,
    contract: HrContract,
    file: DropFile,
    landed: LandedFile,
    ring: KeyRing,
    password: str | None,
    files: RawFiles | None,
) -> LoadReport:
    now = dt.datetime.now(dt.UTC)
    with connection.transaction():
        # A second task with the same content waits here, and then finds it loaded.
        connection.execute("select pg_advisory_xact_lock(hashtext('parity.hr_load'), hashtext(%s))", (contract.name,))
        torn = settle(connection, landing, contract, landed.sha256, password)
        old = torn.replaced or to_load_anew(connection, {contract.name: contract}).get((contract.name, landed.sha256))
        if old is None and (number := delivered_before(connection, contract.name, landed.sha256)) is not None:
            return _again(connection, contract, file, number, now)
        keys = keys_in_use(connection, ring, contract.agencies)
        delivery = Delivery(file.name, contract, Findings(file.name), old_keys=old_keys(connection, contract.agencies))
        delivery.findings.notices += [*torn.notices, *told_ahead(file, now)]
        if old:
            _begin_anew(connection, delivery, landed, file, now, old)
        else:
            _begin(connection, delivery, landed, file, now)
        with landing.open(landed.uri, file.name) as source:
            _copy(connection, delivery, read_rows(delivery, source, keys, password), files)
        if delivery.withdrawn:
            _withdraw(connection, delivery, files)
        revisions = _end(connection, delivery)
        lists = follow(
            connection, delivery.number, contract, _numbers(delivery, landing, landed.uri, keys, password), delivery.people
        )
    if old and files:
        remove_file(files, old)
    report = LoadReport(
        contract.name,
        file.name,
        "loaded",
        delivery.n_rows,
        delivery.n_people,
        delivery.findings.n_bad,
        delivery.findings.notices,
        revisions,
        lists,
        [str(each) for each in lists if each.is_held],
    )
    return report


def _again(connection: psycopg.Connection, contract: HrContract, file: DropFile, number: int, now: dt.datetime) -> LoadReport:
    status, notices, revisions = deliver_again(connection, contract, file, number, now)
    if held := [str(each) for each in held_lists(connection, number)]:
        notices += told_in_part(connection, contract, number)
    return LoadReport(contract.name, file.name, status, notices=notices, revisions=revisions, held=held)


def _numbers(delivery: Delivery, landing: Landing, uri: str, keys: dict[str, bytes], password: str | None) -> Numbers:
    contract = delivery.contract

    def rule(agency: str) -> NumberRule:
        return number_rule(contract, delivery.no_numbers, is_old=agency in delivery.old_keys)

    anything = NumberRule(takes_anything=True)
    return Numbers(lambda: list(landed_cells(landing, uri, delivery.file, contract, password, anything)), keys, rule)


def _begin(connection: psycopg.Connection, delivery: Delivery, landed: LandedFile, file: DropFile, now: dt.datetime) -> None:
    inserted = connection.execute(
        "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, said_written_at,"
        " contract_sha256, n_rows, n_quarantined, notices) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, '[]') returning delivery_no",
        (
            delivery.contract.name,
            file.name,
            landed.sha256,
            landed.uri,
            delivery.contract.grain,
            delivery.is_provisional,
            file.taken_at(now),
            file.delivered_at if file.is_ahead(now) else None,
            fingerprint(delivery.contract),
        ),
    )
    delivery.number = first_value(inserted)


def _begin_anew(
    connection: psycopg.Connection, delivery: Delivery, landed: LandedFile, file: DropFile, now: dt.datetime, old: HeldWhole
) -> None:
    delivery.findings.notices.append(old.notice)
    stand_aside(connection, old)
    _begin(connection, delivery, landed, file, now)
    take_place(connection, old, delivery.number)
    note_again(connection, delivery.contract, file, delivery.number, now)


def _copy(connection: psycopg.Connection, delivery: Delivery, found: Iterator[Rows], files: RawFiles | None) -> None:
    table = TABLES[delivery.contract.grain]
    columns = (*START, *RAW_COLUMNS[table])
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("raw", f"hr_{table}"), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    # The server stores one batch while the next is judged here.
    with (
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
        parquet_copy(files, table, delivery.number) as write_beside,
    ):
        for rows in ahead(found):
            copy.write(rows.lines)
            write_beside(rows.lines)


def _withdraw(connection: psycopg.Connection, delivery: Delivery, files: RawFiles | None) -> None:
    """Take back rows whose numbers turned out to be no one person's, when the whole list was read."""
    table = f"raw.hr_{TABLES[delivery.contract.grain]}"
    members, sheets, numbers = zip(*(row.position for row in delivery.withdrawn), strict=True)
    connection.execute(
        sql.SQL(
            "delete from {} as kept using unnest(%s::text[], %s::text[], %s::int[]) as gone (member, sheet, row_no)"
            " where kept.delivery_no = %s and kept.member is not distinct from gone.member and kept.sheet is not distinct from gone.sheet"
            " and kept.row_no = gone.row_no"
        ).format(sql.Identifier(*table.split("."))),
        (list(members), list(sheets), list(numbers), delivery.number),
    )
    if files:  # `export` writes it again, of the rows that are left
        files.remove(table, delivery_file(delivery.number))


def _end(connection: psycopg.Connection, delivery: Delivery) -> list[Revision]:
    findings, number = delivery.findings, delivery.number
    connection.execute(
        "update raw.hr_delivery set n_rows = %s, n_quarantined = %s, notices = %s, has_repeats = %s where delivery_no = %s",
        (delivery.n_rows, findings.n_bad, json.dumps(findings.notices), delivery.has_repeats, number),
    )
    copy_rows(
        connection,
        "raw.hr_delivery_period",
        ("delivery_no", "agency_code", "period_date", "n_rows"),
        ((number, agency, day or NO_PERIOD, n) for (agency, day), n in delivery.n_by_period.items()),
    )
    copy_rows(
        connection,
        "quarantine.hr_row",
        ("delivery_no", "file", "sheet", "row_no", "column_name", "rule", "value_class"),
        ((number, f.file, f.sheet, f.row_no, f.column, f.rule, f.value_class) for f in findings.all),
    )
    copy_rows(
        connection,
        "quarantine.hr_unknown_code",
        ("delivery_no", "column_name", "code", "n_rows"),
        ((number, *unknown) for unknown in findings.unknown_codes()),
    )
    return compare(connection, number, delivery.contract)
