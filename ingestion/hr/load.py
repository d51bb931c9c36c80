"""One staff file into raw: whole or not at all, once per content, names and ids left behind.

`check` reads and judges a file without a database; `load_file` lands, checks and loads it in one transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ingestion.hr.dates import common_year, month_end, month_number
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import matches
from ingestion.hr.header import positions
from ingestion.hr.identity import Pseudonyms
from ingestion.hr.reader import Table, read_tables
from ingestion.hr.rules import Finding, RowReader, StaffRow
from ingestion.landing import Landing, record
from ingestion.warehouse import copy_rows, ensure_schemas
from parity.catalogue import HrContract


@dataclass(frozen=True)
class LoadReport:
    """What became of a file; `status` is 'loaded' or 'already loaded'."""

    contract: str
    file: str
    status: str
    n_rows: int
    n_quarantined: int


@dataclass(frozen=True)
class Checked:
    """A file that its contract accepts: its rows, and the findings about rows left out."""

    rows: list[StaffRow]
    findings: list[Finding]

    @property
    def n_bad(self) -> int:
        return len({(finding.sheet, finding.row_no) for finding in self.findings})


def check(path: Path, contract: HrContract, hr_key: bytes) -> Checked:
    """Read the file under its contract. Raises FileRefused where it cannot be used or too many rows are bad."""
    return check_content(content_of(path), path.name, contract, hr_key)


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(path.name, f"not readable ({error.strerror})", "Put it back, or let its owner open it.") from None


def check_content(body: bytes, file: str, contract: HrContract, hr_key: bytes) -> Checked:
    """As `check`, for a file of that name and content."""
    if not matches(file, contract.file_pattern):
        raise FileRefused(
            file,
            f"does not match the names that {contract.name} expects ({contract.file_pattern})",
            "Rename it, or drop it into the folder of its own contract.",
        )
    pseudonyms = Pseudonyms(hr_key, contract.agency)
    rows: list[StaffRow] = []
    findings: list[Finding] = []
    for table in read_tables(body, file, contract):
        places = positions(table, contract, file)
        reader = RowReader(contract, table, places, pseudonyms, _sheet_period(file, table, contract))
        for number, cells in table.rows:
            if reader.is_total(cells):
                continue
            result = reader.read(number, cells)
            if isinstance(result, StaffRow):
                rows.append(result)
            else:
                findings += result
    checked = Checked(rows, findings)
    total = len(rows) + checked.n_bad
    if not total:
        raise FileRefused(file, "holds no row of staff", "Send the file again with its rows.")
    if checked.n_bad > contract.max_bad_share * total:
        first = findings[0]
        column = f"column '{first.column}', " if first.column else ""
        raise FileRefused(
            file,
            f"{checked.n_bad} of {total} rows break the contract, here: {column}{first.rule}",
            f"Mend them, or correct {contract.name}.yml; up to {contract.max_bad_share:.0%} are quarantined.",
            sheet=first.sheet,
            row=first.row_no,
        )
    return checked


def _sheet_period(file: str, table: Table, contract: HrContract) -> dt.date | None:
    if not contract.period.sheet_pattern:
        return None
    found = re.fullmatch(contract.period.sheet_pattern, table.sheet or "")
    try:
        if found is None:
            raise ValueError("it does not match sheet_pattern")
        return month_end(common_year(int(found["year"]), contract.calendar), month_number(found["month"]))
    except ValueError as error:
        raise FileRefused(
            file,
            f"the sheet's name tells no period: {error}",
            f"Name the sheet as {contract.name}.yml expects, or leave it out of `sheets`.",
            sheet=table.sheet,
        ) from None


def load_file(connection: psycopg.Connection, landing: Landing, contract: HrContract, path: Path, hr_key: bytes) -> LoadReport:
    """Land, check and load a file. Raises FileRefused; then nothing of it stands in raw."""
    path = Path(path)
    body = content_of(path)  # once, so that what is parsed is what landed
    ensure_schemas(connection)
    landed = landing.put(f"hr/{contract.name}", path.name, body)
    record(connection, landed)
    connection.commit()
    delivery = hashlib.sha256(f"{contract.name}/{landed.sha256}".encode()).hexdigest()
    if connection.execute("select 1 from raw.hr_delivery where delivery_id = %s", (delivery,)).fetchone():
        return LoadReport(contract.name, path.name, "already loaded", 0, 0)
    checked = check_content(body, path.name, contract, hr_key)
    with connection.transaction():
        if not _insert(connection, delivery, landed.sha256, contract, path.name, checked):
            return LoadReport(contract.name, path.name, "already loaded", 0, 0)
    return LoadReport(contract.name, path.name, "loaded", len(checked.rows), checked.n_bad)


def _insert(
    connection: psycopg.Connection, delivery: str, sha256: str, contract: HrContract, name: str, checked: Checked
) -> bool:
    """False where another task loaded the same content meanwhile."""
    periods = [row.period for row in checked.rows if row.period]
    inserted = connection.execute(
        "insert into raw.hr_delivery (delivery_id, contract, agency_code, file_name, content_sha256, n_rows, n_quarantined,"
        " period_from, period_to) values (%s,%s,%s,%s,%s,%s,%s,%s,%s) on conflict do nothing returning 1",
        (
            delivery,
            contract.name,
            contract.agency,
            name,
            sha256,
            len(checked.rows),
            checked.n_bad,
            min(periods, default=None),
            max(periods, default=None),
        ),
    ).fetchone()
    if inserted is None:
        return False
    copy_rows(
        connection,
        "raw.hr_staff",
        (
            "delivery_id",
            "contract",
            "agency_code",
            "sheet",
            "row_no",
            "period_date",
            "person_key",
            "sex_code",
            "rank_name",
            "unit_name",
            "function_name",
            "sworn_code",
            "hire_date",
            "separation_date",
            "active_code",
            "salary",
        ),
        (
            (
                delivery,
                contract.name,
                contract.agency,
                r.sheet,
                r.row_no,
                r.period,
                r.person_key,
                r.sex_code,
                r.rank,
                r.unit,
                r.function,
                r.sworn_code,
                r.hire_date,
                r.separation_date,
                r.active_code,
                r.salary,
            )
            for r in checked.rows
        ),
    )
    copy_rows(
        connection,
        "quarantine.hr_row",
        ("delivery_id", "file_name", "sheet", "row_no", "column_name", "rule", "value_class"),
        ((delivery, name, f.sheet, f.row_no, f.column, f.rule, f.value_class) for f in checked.findings),
    )
    return True
