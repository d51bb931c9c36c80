"""What an example of a staff file looks like before anybody has written a contract for it: its rows as text, and how they were read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import charset_normalizer

from ingestion.hr.cells import plain
from ingestion.hr.container import Part, parts
from ingestion.hr.errors import FileRefused
from ingestion.hr.sheets import Sheets, Unreadable
from ingestion.hr.table import rows_of

MAX_BYTES, MAX_ROWS, TITLE_LINES = 32 << 20, 100_000, 30
ENCODINGS = ("cp874", "cp1258", "cp1252", "gb18030", "utf-16-le", "utf-16-be", "shift_jis", "mac_roman")
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Specimen:
    """`rows` from the first line on, the header at `header_row` (counted from 1); `sheets`: titles of all sheets that hold anything."""

    file: str
    format: Literal["csv", "workbook"]
    encoding: str
    delimiter: str
    header_row: int
    rows: list[list[str]]
    sheets: list[str]
    member: str | None

    @property
    def header(self) -> list[str]:
        return [plain(cell) for cell in self.rows[self.header_row - 1]]

    def column(self, header: str) -> list[str]:
        """The cells below that header, as the file has them, blank where a row is short."""
        place = self.header.index(header)
        return [row[place] if place < len(row) else "" for row in self.rows[self.header_row :]]


def specimen(path: Path, words: Collection[str], password: str | None = None) -> Specimen:
    """Read an example; `words`: lower-case names that columns may have. Raises FileRefused."""
    with path.open("rb") as file:
        part = next(parts(file, path.name, password=password))
        if part.kind == "csv":
            sheets: list[str] = []
            encoding, delimiter, rows = _text(part, words)
        else:
            encoding, delimiter = "utf-8", ","
            sheets, rows = _workbook(part)
    member = part.name.partition("/")[2] or None
    if not rows:
        raise FileRefused(path.name, "holds no row", "Choose a file with staff in it.")
    header_row = max(range(min(TITLE_LINES, len(rows))), key=lambda n: (_n_known(rows[n], words), _n_filled(rows[n]), -n)) + 1
    return Specimen(path.name, part.kind, encoding, delimiter, header_row, rows, sheets, member)


def _text(part: Part, words: Collection[str]) -> tuple[str, str, list[list[str]]]:
    body = part.file.read(MAX_BYTES)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(body)
            candidates = ["utf-8"]
        except UnicodeDecodeError:
            best = charset_normalizer.from_bytes(body[: 1 << 16], cp_isolation=list(ENCODINGS)).best()
            candidates = [*([best.encoding] if best else []), *ENCODINGS]
    read = [(encoding, *_rows(text)) for encoding in candidates if (text := _decoded(body, encoding)) is not None]
    if not read:
        raise FileRefused(part.name, "readable in no encoding that staff files have", "Export it as CSV in UTF-8.")
    # The encoding in which most columns have a name that is known; else the likeliest.
    return max(read, key=lambda one: max((_n_known(row, words) for row in one[2][:TITLE_LINES]), default=0))


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(body).removeprefix("\ufeff")
    except UnicodeError:
        return None


def _rows(text: str) -> tuple[str, list[list[str]]]:
    lines = text.splitlines()[:200]
    # The delimiter that parts most lines into the same number of cells, of which there are several.
    widths = {mark: sorted(line.count(mark) for line in lines) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: widths[mark][len(lines) // 2] if lines else 0)
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        rows.append(row)
        if len(rows) >= MAX_ROWS:
            break
    return delimiter, rows


def _workbook(part: Part) -> tuple[list[str], list[list[str]]]:
    titles: list[str] = []
    rows: list[list[str]] = []
    try:
        with Sheets(part.file, "*") as sheets:
            sheets.titles()
            for sheet in sheets:
                if sheet.head:
                    titles.append(sheet.title)
                if sheet.head and not rows:
                    rows = list(sheet.head)
                    for chunk in sheet.columns:
                        rows += rows_of(chunk)
    except Unreadable:
        raise FileRefused(
            part.name, "not readable as a workbook: it is damaged", "Open it in Excel and save it as .xlsx."
        ) from None
    return titles, rows


def _n_known(row: list[str], words: Collection[str]) -> int:
    return len({plain(cell).lower() for cell in row} & {*words})


def _n_filled(row: list[str]) -> int:
    return sum(bool(plain(cell)) for cell in row)
