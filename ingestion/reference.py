"""Reference data into raw: the catalogue's own tables, and international tables; each replaced whole in one transaction."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ingestion.catalogue_tables import STAFF, TABLES
from ingestion.hr.errors import FileRefused
from ingestion.landing import Landing, record
from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue, ReferenceContract
from parity.database import patient
from parity.migrate import require_migrated


def load_reference(connection: psycopg.Connection, landing: Landing, contract: ReferenceContract, path: Path) -> int:
    """Replace the contract's table by the file's rows; returns how many. Raises FileRefused."""
    path = Path(path)
    body = path.read_bytes()
    require_migrated(connection)
    with patient(connection):
        record(connection, landing.put(f"reference/{contract.name}", path.name, body))
    rows = numbered_rows(body, path.name, contract)
    _refuse_impossible(rows, path.name, contract, _columns_of_numbers(connection, contract.table))
    try:
        with connection.transaction():
            return _replace(connection, contract.table, tuple(contract.columns.values()), [row for _, row in rows])
    except psycopg.DataError as error:
        raise FileRefused(
            path.name,
            f"a value does not fit its column: {error.diag.message_primary} ({error.diag.context})",
            "Send the table as published.",
        ) from None


def numbered_rows(body: bytes, file: str, contract: ReferenceContract) -> list[tuple[int, tuple[str | None, ...]]]:
    """The contract's columns of each row of a published table, with the row's number in the file. Raises FileRefused."""
    try:
        reader = csv.DictReader(io.StringIO(body.decode(contract.encoding).removeprefix("\ufeff"), newline=""), strict=True)
        missing = contract.columns.keys() - set(reader.fieldnames or ())
        if missing:
            raise FileRefused(
                file,
                f"columns missing: {', '.join(sorted(missing))}",
                f"Send the table as published, or correct `columns` in {contract.name}.yml.",
                row=1,
            )
        columns = [(header, contract.names.get(column, {})) for header, column in contract.columns.items()]
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise FileRefused(
                    file, "a row has more or fewer cells than the header", "Send the table as published.", row=reader.line_num
                )
            rows.append((reader.line_num, tuple(_named(row[header], named) for header, named in columns)))
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused(file, f"not readable as CSV in {contract.encoding}", "Save it as such, as published.") from None
    if not rows:
        raise FileRefused(file, "holds no row, and would empty the table", "Send the table as published.")
    return rows


def _named(cell: str, named: Mapping[str, str]) -> str | None:
    return named.get(cell, cell) or None


def _columns_of_numbers(connection: psycopg.Connection, table: str) -> set[str]:
    found = connection.execute(
        "select attname from pg_attribute inner join pg_type on atttypid = pg_type.oid"
        " where attrelid = %s::regclass and attnum > 0 and typcategory = 'N'",
        (f"raw.{table}",),
    )
    return {name for (name,) in found}


def _refuse_impossible(
    rows: Sequence[tuple[int, tuple[str | None, ...]]], file: str, contract: ReferenceContract, numbers: Collection[str]
) -> None:
    """Each number must be one that people can be counted by: what R and pandas write as NaN or Inf is none."""
    numeric = [(index, header) for index, (header, column) in enumerate(contract.columns.items()) if column in numbers]
    for row_no, row in rows:
        for index, header in numeric:
            if (cell := row[index]) is not None and (fault := _fault(cell)):
                raise FileRefused(
                    file,
                    f"column '{header}': {fault}",
                    "Leave the cell empty where nothing is known, or send the table as published.",
                    row=row_no,
                )


def _fault(cell: str) -> str | None:
    try:
        value = float(cell)
    except ValueError:
        return "not a number"
    if not math.isfinite(value):
        return "not a finite number"
    return "a negative number" if value < 0 else None


def _replace(
    connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], kept: Sequence[str] = ()
) -> int:
    """`kept`: contracts whose rows stay."""
    delete = sql.SQL("delete from raw.{}").format(sql.Identifier(table))
    if kept:
        connection.execute(delete + sql.SQL(" where contract <> all(%s)"), (list(kept),))
    else:
        connection.execute(delete)
    return copy_rows(connection, f"raw.{table}", columns, rows)


def load_catalogue(connection: psycopg.Connection, catalogue: Catalogue) -> int:
    """Replace the raw.catalogue_* tables; returns how many rows were written.

    What a contract of staff files said stays where it is a draft now, or has a fault: rows that were loaded under it keep their meaning.
    """
    require_migrated(connection)
    with connection.transaction():
        return sum(
            _replace(
                connection,
                f"catalogue_{table.name}",
                tuple(table.columns),
                table.rows(catalogue),
                catalogue.waiting if table in STAFF else (),
            )
            for table in TABLES
        )
