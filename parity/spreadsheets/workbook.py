"""A workbook (.xlsx, .xlsm), whatever its name says, as sheets of text. Bounded: it may come from anywhere.

A cell that the spreadsheet made a day, or of which it stored no result, keeps a mark: nobody could say what was typed.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import warnings
import zipfile
from typing import Any

from parity.spreadsheets.errors import NotReadable

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MAX_MEMBERS, MAX_BYTES = 1_000, 64 << 20
MAX_ROWS, MAX_COLUMNS = 20_000, 1_000
DAY, NO_RESULT = "\x1d", "\x1e"  # no sheet can hold them: XML has no such characters


def read_workbook(body: bytes, wanted: frozenset[str]) -> dict[str, list[list[str]]]:
    """The sheets by their titles in small letters: those wanted, or the only one there is. Raises NotReadable."""
    _refuse_what_is_none(body)
    try:
        values, formulas = (_book(body, data_only=data_only) for data_only in (True, False))
        titles = [sheet.title for sheet in values.worksheets]
        keys = [title.strip().lower() for title in titles]
        if twice := next((key for key in keys if key in wanted and keys.count(key) > 1), None):
            raise NotReadable(f"has several sheets named '{twice}'", "Give each sheet a title of its own.")
        chosen = [index for index, key in enumerate(keys) if key in wanted] or ([0] if len(keys) == 1 else [])
        return {keys[index]: _sheet(values.worksheets[index], formulas.worksheets[index], titles[index]) for index in chosen}
    except NotReadable:
        raise
    except Exception:  # the library raises whatever a broken file leads it to
        raise NotReadable(
            "not readable as a workbook: it is damaged", "Open it in Excel or LibreOffice, and save it as .xlsx again."
        ) from None


def _book(body: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook  # its import takes longer than reading every questionnaire

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it does not read: colours, drop-down lists
        return load_workbook(io.BytesIO(body), read_only=True, data_only=data_only)


def _refuse_what_is_none(body: bytes) -> None:
    if body.startswith(COMPOUND):
        raise NotReadable("is a workbook of before 2007, or has a password", "Save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
    except Exception:  # as above
        raise NotReadable("not readable as a workbook: it is damaged", "Save it as .xlsx again.") from None
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise NotReadable("is no Excel workbook, whatever its name says", "Save it as .xlsx, or as 'CSV UTF-8'.")
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise NotReadable("unpacks to far more than any questionnaire holds", "Copy its cells into a new workbook.")


def _sheet(values: Any, formulas: Any, title: str) -> list[list[str]]:
    rows: list[list[str]] = []
    values.reset_dimensions()  # what the file says of its size is no promise
    formulas.reset_dimensions()
    for number, (row, typed) in enumerate(itertools.zip_longest(values.iter_rows(), formulas.iter_rows(), fillvalue=()), 1):
        cells = [_text(cell.value, typed[index] if index < len(typed) else None) for index, cell in enumerate(row)]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS or number > MAX_ROWS:
            raise NotReadable(
                f"the sheet '{title}' has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns",
                "Delete the empty rows and columns behind the table.",
                row=number,
            )
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _text(value: object, typed: Any) -> str:
    if value is None:
        return NO_RESULT if typed is not None and typed.data_type == "f" else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return DAY + str(value)
    return str(value)
