"""Opens a staff file as its contract says and hands out its tables as text cells; nothing is guessed.

Limits: CSV (also .gz) and XLSX; a table is read whole into memory.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract

Cell = str | dt.date


@dataclass(frozen=True)
class Table:
    """One table of a file: its header, and its rows with their numbers (1-based) as a spreadsheet shows them."""

    sheet: str | None
    header: list[str]
    rows: list[tuple[int, list[Cell]]]


def read_tables(path: Path, contract: HrContract) -> Iterator[Table]:
    """The tables of the file. Raises FileRefused."""
    if contract.format == "csv":
        yield _csv_table(path, contract)
    else:
        yield from _workbook_tables(path, contract)


def _csv_table(path: Path, contract: HrContract) -> Table:
    body = _bytes(path)
    try:
        text = unicodedata.normalize("NFC", body.decode(contract.encoding))
    except UnicodeError as error:
        position = getattr(error, "start", None)
        line = body[:position].count(b"\n") + 1 if position is not None else None
        raise FileRefused(
            path.name, f"not readable as {contract.encoding}", "Export it again in that encoding, or correct `encoding`"
            f" in {contract.name}.yml.", row=line,
        ) from None
    if "\x00" in text:
        raise FileRefused(path.name, "holds NUL characters, so it is no text file", "Export it as CSV again.")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=contract.delimiter))
    return _table(path, contract, None, lines)


def _bytes(path: Path) -> bytes:
    body = path.read_bytes()
    if not path.name.endswith(".gz"):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError):
        raise FileRefused(path.name, "not readable as gzip", "Send it again: it is damaged or cut short.") from None


def _workbook_tables(path: Path, contract: HrContract) -> Iterator[Table]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        wanted = book.sheet_names if contract.sheets == "*" else contract.sheets
        missing = set(wanted) - set(book.sheet_names)
        if missing:
            raise FileRefused(
                path.name, f"has no sheet '{min(missing)}' (it has {', '.join(book.sheet_names)})",
                f"Rename the sheet, or correct `sheets` in {contract.name}.yml.",
            )
        for sheet in wanted:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            yield _table(path, contract, sheet, [[_cell(value) for value in row] for row in rows])
    except CalamineError as error:
        raise FileRefused(
            path.name, f"not readable as an Excel workbook ({error})",
            "Open it in Excel and save it as .xlsx without a password.",
        ) from None


def _cell(value: Any) -> Cell:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)) if value is not None else ""


def _table(path: Path, contract: HrContract, sheet: str | None, lines: list[list[Cell]]) -> Table:
    if len(lines) < contract.header_row:
        raise FileRefused(
            path.name, f"ends before its header row ({contract.header_row})",
            f"Send the whole file, or correct `header_row` in {contract.name}.yml.", sheet=sheet,
        )
    header = [str(cell).strip() for cell in lines[contract.header_row - 1]]
    rows = [
        (number, line)
        for number, line in enumerate(lines[contract.header_row :], start=contract.header_row + 1)
        if any(cell != "" for cell in line)
    ]
    return Table(sheet, header, rows)
