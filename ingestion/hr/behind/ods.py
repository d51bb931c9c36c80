"""Behind the sheets of an .ods: errors are cells whose formula shows one, whatever value is stored with it."""

from __future__ import annotations

import zipfile

from ingestion.hr.behind.model import ANY_ERROR, Attributes, Behind, Book, chunks_of, feed, holds_any, local, new_parser
from ingestion.hr.cells import is_sheet_error
from ingestion.hr.sheets import Merged

BOOK = "content.xml"
DAYS_FROM_1904 = "1904-01-01"
# Without any of these words no sheet has anything behind it.
_WORTH_PARSING = (b"formula", b"error", b"spanned", b"visibility", b"null-date")
_CELLS = ("table-cell", "covered-table-cell")


def look_behind(archive: zipfile.ZipFile) -> Book:
    """Raises Damaged."""
    if not holds_any(archive, BOOK, _WORTH_PARSING):
        return Book()
    listener = _Cells()
    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
    parser.CharacterDataHandler = listener.text
    feed(parser, chunks_of(archive, BOOK))
    return listener.book


class _Cells:
    """Listens to the parser of the whole book."""

    def __init__(self) -> None:
        self.book, self.sheet = Book(), Behind()
        self.merged: list[Merged] = []
        self.path: list[str] = []
        self.n_tables = 0
        self.row = self.column = 0  # the next row, and the next cell of the row that is open
        self.n_rows = 1
        self.cell: Attributes = {}
        self.shown = ""
        self.is_error = self.is_hidden = self.is_filled = False

    def start(self, name: str, attributes: Attributes) -> None:
        kind = local(name)
        self.path.append(kind)
        said = {local(key): value for key, value in attributes.items()} if kind in _CELLS or kind.startswith("table") else {}
        if kind == "null-date":
            self.book.is_1904 = any(value == DAYS_FROM_1904 for value in attributes.values())
        elif kind == "table":
            self.n_tables += 1
            if self.n_tables == 1:
                self.sheet, self.merged, self.row = Behind(), [], 0
                self.sheet.merged = self.merged
                self.book.sheets[said.get("name", "")] = self.sheet
        elif self.n_tables != 1:
            return  # a table within a cell
        elif kind == "table-row":
            self.n_rows, self.column = _times(said, "number-rows-repeated"), 0
            self.is_hidden, self.is_filled = said.get("visibility", "visible") != "visible", False
        elif kind in _CELLS:
            self.cell, self.shown = said, ""
            # LibreOffice says `string` in one namespace and `error` in another.
            self.is_error = any(local(key) == "value-type" and value == "error" for key, value in attributes.items())

    def text(self, text: str) -> None:
        if "p" in self.path[-3:] and "annotation" not in self.path:
            self.shown += text

    def end(self, name: str) -> None:
        kind = self.path.pop()
        if kind == "table":
            self.n_tables -= 1
        elif self.n_tables != 1:
            return
        elif kind == "table-row":
            self.row += self.n_rows
            self.sheet.n_hidden += self.n_rows if self.is_hidden and self.is_filled else 0
        elif kind in _CELLS:
            self._cell()

    def _cell(self) -> None:
        cell, shown, n_columns = self.cell, self.shown.strip(), _times(self.cell, "number-columns-repeated")
        self.is_filled |= bool(shown)
        if self.is_error or ("formula" in cell and is_sheet_error(shown)):
            for column in range(self.column, self.column + min(n_columns, 1 << 14)):
                self.sheet.add_error(self.row, column, shown if is_sheet_error(shown) else ANY_ERROR, n_rows=self.n_rows)
        elif "formula" in cell and "value-type" not in cell and not shown:
            self.sheet.n_without_value += n_columns * self.n_rows
        rows, columns = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            self.merged.append(((self.row, self.column), (self.row + rows - 1, self.column + columns - 1)))
        self.column += n_columns


def _times(said: Attributes, name: str) -> int:
    number = said.get(name, "1")
    return max(int(number), 1) if number.isdecimal() else 1
