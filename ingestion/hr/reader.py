"""Opens a staff file as its contract says and hands out its tables as text cells; nothing is guessed.

Limits: CSV (also .gz) and XLSX; a table is read whole into memory.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract

Cell = str | dt.date
EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
TITLE_LINES = 30


@dataclass(frozen=True)
class Table:
    """One table of a file: its header, and its rows with their numbers (1-based) as a spreadsheet shows them."""

    sheet: str | None
    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    first_lines: list[list[Cell]]
    is_workbook: bool = False
    is_1904: bool = False


def read_tables(body: bytes, file: str, contract: HrContract) -> Iterator[Table]:
    """The tables of the file of that name and content. Raises FileRefused."""
    if contract.format == "csv":
        yield _csv_table(_unpacked(body, file), file, contract)
    else:
        yield from _workbook_tables(body, file, contract)


def _unpacked(body: bytes, file: str) -> bytes:
    if not file.endswith(".gz"):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise FileRefused(file, "not readable as gzip", "Send it again: it is damaged or cut short.") from None


def _csv_table(body: bytes, file: str, contract: HrContract) -> Table:
    try:
        text = unicodedata.normalize("NFC", body.decode(contract.encoding))
    except UnicodeError as error:
        position = getattr(error, "start", None)
        line = body[:position].count(b"\n") + 1 if position is not None else None
        raise FileRefused(
            file,
            f"not readable as {contract.encoding}",
            f"Export it again in that encoding, or correct `encoding` in {contract.name}.yml.",
            row=line,
        ) from None
    if "\x00" in text:
        raise FileRefused(file, "holds NUL characters, so it is no text file", "Export it as CSV again.")
    lines: list[list[Cell]] = []
    try:
        # strict: a quote that is never closed would otherwise swallow the people after it into one cell
        lines.extend(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=contract.delimiter, strict=True))
    except csv.Error:
        raise FileRefused(
            file,
            "a quotation mark in or after this row is not closed, or stands within a cell",
            "Export it as CSV again: a quotation mark within a cell is written twice.",
            row=len(lines) + 1,
        ) from None
    return _table(file, contract, None, lines)


def _workbook_tables(body: bytes, file: str, contract: HrContract) -> Iterator[Table]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        wanted = book.sheet_names if contract.sheets == "*" else contract.sheets
        missing = set(wanted) - set(book.sheet_names)
        if missing:
            raise FileRefused(
                file,
                f"has no sheet '{min(missing)}' (it has {', '.join(book.sheet_names)})",
                f"Rename the sheet, or correct `sheets` in {contract.name}.yml.",
            )
        is_1904 = _counts_from_1904(body)
        for sheet in wanted:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            lines = [[_cell(value) for value in row] for row in rows]
            yield _table(file, contract, sheet, lines, is_workbook=True, is_1904=is_1904)
    except (CalamineError, zipfile.BadZipFile, zlib.error) as error:
        raise FileRefused(
            file,
            f"not readable as an Excel workbook ({type(error).__name__})",
            "Open it in Excel and save it as .xlsx without a password.",
        ) from None


def _counts_from_1904(body: bytes) -> bool:
    """Whether the workbook's serial numbers count days from 1904 rather than 1900."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return False
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        with archive.open("xl/workbook.xml") as file:
            return re.search(rb'date1904="(1|true)"', file.read(1_000_000)) is not None


def _cell(value: Any) -> Cell:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float) and abs(value) >= 10**EXACT_DIGITS:
        return f"{value:E}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)) if value is not None else ""


def _table(
    file: str,
    contract: HrContract,
    sheet: str | None,
    lines: list[list[Cell]],
    *,
    is_workbook: bool = False,
    is_1904: bool = False,
) -> Table:
    if len(lines) < contract.header_row:
        raise FileRefused(
            file,
            f"ends before its header row ({contract.header_row})",
            f"Send the whole file, or correct `header_row` in {contract.name}.yml.",
            sheet=sheet,
        )
    header = [unicodedata.normalize("NFC", str(cell)).strip() for cell in lines[contract.header_row - 1]]
    rows = [
        (number, line)
        for number, line in enumerate(lines[contract.header_row :], start=contract.header_row + 1)
        if any(cell != "" for cell in line)
    ]
    return Table(sheet, header, rows, lines[:TITLE_LINES], is_workbook, is_1904)
