"""Text with a delimiter, as a spreadsheet saves it: with or without a byte order mark, in UTF-8 or UTF-16, with commas or semicolons.

An older encoding is refused, not guessed: it holds one script only, and a wrong guess would stand in front of respondents.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence

from parity.spreadsheets.errors import NotReadable

DELIMITERS = ",;\t|"
MARKS = (  # UTF-32 first: its mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOST = "\ufffd"
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n?', re.IGNORECASE)  # a first line that Excel understands, and writes
SAVE_AS = "Save it as 'CSV UTF-8', or as a workbook (.xlsx)"


def read_text(body: bytes, n_known: Callable[[Sequence[str]], int]) -> list[list[str]]:
    """The rows. `n_known` counts how many cells of a header are known, by which the delimiter is chosen. Raises NotReadable."""
    encoding = _encoding(body)
    try:
        text, is_whole = body.decode(encoding), True
    except UnicodeDecodeError:
        text, is_whole = body.decode(encoding, errors="replace"), False
    text = text.removeprefix("\ufeff")
    delimiter = _delimiter(text, n_known)
    rows = _rows(text, delimiter)
    if not is_whole:
        raise _other_encoding(rows, encoding)
    if rows and SEPARATOR.fullmatch(delimiter.join(rows[0])):
        rows[0] = []
    return rows


def _encoding(body: bytes) -> str:
    if marked := next((encoding for mark, encoding in MARKS if body.startswith(mark)), None):
        return marked
    # A header begins with a plain letter or a quotation mark: UTF-16 without its mark shows by the zeros.
    start = body[:8]
    if len(start) >= 4 and not any(start[1::2]) and all(start[::2]):
        return "utf-16-le"
    if len(start) >= 4 and not any(start[::2]) and all(start[1::2]):
        return "utf-16-be"
    return "utf-8"


def _other_encoding(rows: list[list[str]], encoding: str) -> NotReadable:
    """The first cell whose letters cannot be read."""
    found = ((number, index) for number, row in enumerate(rows, 1) for index, cell in enumerate(row) if LOST in cell)
    number, index = next(found, (1, 0))
    header = next((row for row in rows if any(row)), [])
    column = header[index] if number > 1 and index < len(header) and LOST not in header[index] else ""
    if encoding.startswith("utf-8"):
        problem = "not readable as UTF-8: it is written in an older encoding of one region, such as cp1252, which Excel's plain 'CSV' is"
    else:
        problem = f"not readable as {encoding.upper()}: it is damaged or cut short"
    remedy = f"{SAVE_AS}, and look at the letters that this encoding lacks: they may stand as '?' by now"
    return NotReadable(problem, f"{remedy}.", row=number, column=column)


def _delimiter(text: str, n_known: Callable[[Sequence[str]], int]) -> str:
    if told := SEPARATOR.match(text):
        return told.group(1)
    return max(DELIMITERS, key=lambda mark: n_known(_header(text, mark)))  # the first of equals, which is the comma


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)), [])
    except csv.Error:
        return []


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
    except csv.Error as error:
        if "limit" in str(error):
            problem = f"a cell has more than {csv.field_size_limit():,} characters: a quotation mark before it is most likely not closed"
        else:
            problem = "a quotation mark in or after this row is not closed, or stands within a cell"
        remedy = f"{SAVE_AS} again: a quotation mark within a cell is written twice."
        raise NotReadable(problem, remedy, row=len(rows) + 1) from None
    return rows
