"""What an example of a staff file looks like before anybody has written a contract for it: its rows as text, and how they were read."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import charset_normalizer

from ingestion.hr.cells import LONGEST, plain, without_marks
from ingestion.hr.container import Part, parts
from ingestion.hr.errors import FileRefused
from ingestion.hr.heading import Heading, Vocabulary, heading, is_printed_again
from ingestion.hr.sheets import Sheets, Unreadable
from ingestion.hr.table import TITLE_LINES, rows_of
from parity.catalogue.hr_words import HrWords

MAX_BYTES, MAX_ROWS = 32 << 20, 100_000
MAX_COLUMNS = 1_000  # each is compared with every word that Parity knows
ENCODINGS = ("cp874", "cp1258", "cp1252", "gb18030", "utf-16-le", "utf-16-be", "shift_jis", "mac_roman")
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Specimen:
    """`rows` from the first line on, with the header that was found in them.

    `sheets`: titles of those with that header; `other_sheets`: of those that hold something else; `totals`: words that mark a total.
    """

    file: str
    format: Literal["csv", "workbook"]
    encoding: str
    delimiter: str
    heading: Heading
    rows: list[list[str]]
    sheets: list[str]
    other_sheets: list[str]
    member: str | None
    totals: frozenset[str]

    @property
    def header(self) -> list[str]:
        return self.heading.names

    @cached_property
    def below(self) -> list[list[str]]:
        """Every row below the header."""
        return self.rows[self.heading.row - 1 + self.heading.n_rows :]

    @cached_property
    def body(self) -> list[list[str]]:
        """The rows that look like those of a table: no totals, no headers again, no lines of a title or a signature."""
        least = max(2, sum(map(bool, self.header)) // 3)
        return [row for row in self.below if self._is_of_table(row, least)]

    def _is_of_table(self, row: list[str], least: int) -> bool:
        texts = [text for cell in row if (text := plain(cell))]
        return len(texts) >= least and not is_total(texts[0], self.totals) and not is_printed_again(row, self.header)

    def column(self, header: str) -> list[str]:
        """The cells below that header in the table, as the file has them, blank where a row is short."""
        index = self.header.index(header)
        return [row[index] if index < len(row) else "" for row in self.body]


def is_total(text: str, totals: frozenset[str]) -> bool:
    return text.lower().rstrip(":. ") in totals


def specimen(path: Path, words: HrWords, password: str | None = None) -> Specimen:
    """Read an example. Raises FileRefused, also where no line of it is a header: nothing tells then what is a name of a person."""
    vocabulary = Vocabulary.of(words)
    try:
        with path.open("rb") as file:
            part = next(parts(file, path.name, password=password))
            if part.kind == "csv":
                encoding, delimiter, rows = _text(part, vocabulary)
                found = heading(rows, [], vocabulary)
                sheets: list[str] = []
                others: list[str] = []
            else:
                encoding, delimiter = "utf-8", ","
                found, rows, sheets, others = _workbook(part, vocabulary)
    except OSError as error:
        raise FileRefused(path.name, f"not readable ({error.strerror})", "Put it back, or let its owner open it.") from None
    if not any(plain(cell) for row in rows for cell in row):
        raise FileRefused(path.name, "holds no row", "Choose a file with staff in it.")
    if found is None:
        raise FileRefused(
            path.name,
            f"no row of the first {TITLE_LINES} names the columns of a staff list",
            "Put names above the columns (number, sex, rank and so on), or add the words of its header to catalogue/hr_words.yml.",
        )
    member = part.name.partition("/")[2] or None
    totals = frozenset(words.totals)
    return Specimen(path.name, part.kind, encoding, delimiter, found, rows, sheets, others, member, totals)


def _text(part: Part, vocabulary: Vocabulary) -> tuple[str, str, list[list[str]]]:
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
    read = [(encoding, *_rows(text, part.name)) for encoding in candidates if (text := _decoded(body, encoding)) is not None]
    if not read:
        raise FileRefused(part.name, "readable in no encoding that staff files have", "Export it as CSV in UTF-8.")
    # The encoding in which most columns have a name that is known; else the likeliest.
    return max(read, key=lambda one: max((vocabulary.n_known(row) for row in one[2][:TITLE_LINES]), default=0))


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return without_marks(codecs.getincrementaldecoder(encoding)().decode(body).removeprefix("\ufeff"))
    except UnicodeError:
        return None


def _rows(text: str, name: str) -> tuple[str, list[list[str]]]:
    lines = text.splitlines()[:200]
    # The delimiter that parts most lines into the same number of cells, of which there are several.
    widths = {mark: sorted(line.count(mark) for line in lines) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: widths[mark][len(lines) // 2] if lines else 0)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(_short(row, name))
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:
        raise FileRefused(
            name, "not readable as CSV: a cell has no end", "Export it as CSV again, or send a workbook.", row=len(rows) + 1
        ) from None
    return delimiter, rows


def _short(row: list[str], name: str) -> list[str]:
    """The row down to its last filled cell, none of them longer than what a staff list says. Raises FileRefused."""
    width = len(row)
    while width > MAX_COLUMNS and not row[width - 1]:
        width -= 1
    if width > MAX_COLUMNS:
        raise FileRefused(
            name,
            f"a row has more than {MAX_COLUMNS:,} cells",
            "Delete the columns that are not of the staff list, or write the contract by hand.",
        )
    return [cell[:LONGEST] for cell in row[:width]]


def _workbook(part: Part, vocabulary: Vocabulary) -> tuple[Heading | None, list[list[str]], list[str], list[str]]:
    """The header and rows of the sheet that most looks like a staff list, the titles of all with that header, and those of others."""
    headings: dict[str, Heading | None] = {}
    chosen: Heading | None = None
    chosen_rows: list[list[str]] = []
    most = -2
    try:
        with Sheets(part.file, "*") as sheets:
            sheets.titles()
            for sheet in sheets:
                if not sheet.head:
                    continue
                rows = [_short(row, part.name) for row in sheet.head]
                for chunk in sheet.columns:
                    if len(rows) < MAX_ROWS:
                        rows += [_short(row, part.name) for row in rows_of(chunk)]
                found = headings[sheet.title] = heading(rows, sheet.merged, vocabulary)
                # The first of equal sheets: months stand in their order.
                n_known = found.n_known if found else -1
                if n_known > most:
                    most, chosen, chosen_rows = n_known, found, rows
    except Unreadable:
        raise FileRefused(
            part.name, "not readable as a workbook: it is damaged", "Open it in Excel and save it as .xlsx."
        ) from None
    same = [title for title, found in headings.items() if found and chosen and _is_same(found, chosen)]
    return chosen, chosen_rows, same, [title for title in headings if title not in same]


def _is_same(one: Heading, other: Heading) -> bool:
    return (one.row, one.n_rows, one.names) == (other.row, other.n_rows, other.names)
