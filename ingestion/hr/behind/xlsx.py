"""Behind the sheets of an .xlsx or .xlsm."""

from __future__ import annotations

import zipfile

from ingestion.hr.behind.model import ANY_ERROR, Attributes, Behind, Book, chunks_of, holds_any, local, parse_xml, targets

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TRUE = ("1", "true")
# Without any of these a sheet has no hidden row, no formula and no error, and need not be parsed: most sheets of staff.
_WORTH_PARSING = (b"hidden", b"<f", b":f", b'"e"', b"'e'", b'"&', b"'&")


def look_behind(archive: zipfile.ZipFile) -> Book:
    """Raises Damaged."""
    book, titles = Book(), list[tuple[str, str]]()

    def start(name: str, attributes: Attributes) -> None:
        kind = local(name)
        if kind == "workbookPr":
            book.is_1904 = attributes.get("date1904") in TRUE
        elif kind == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            titles.append((attributes.get("name", ""), relation))

    parse_xml(chunks_of(archive, BOOK), start)
    parts, names = targets(archive, RELATIONS), set(archive.namelist())
    for title, relation in titles:
        if (part := parts.get(relation)) in names:
            book.sheets[title] = _sheet(archive, part) if holds_any(archive, part, _WORTH_PARSING) else Behind()
    return book


class _Cells:
    """Listens to the parser of one sheet."""

    def __init__(self) -> None:
        self.found = Behind()
        self.row = self.column = -1
        self.kind = ""
        self.in_cell = self.in_value = self.has_formula = False
        self.value = ""

    def start(self, name: str, attributes: Attributes) -> None:
        kind = local(name)
        if kind == "c":
            place = attributes.get("r")
            self.column = column_of(place) if place else self.column + 1
            self.kind, self.value = attributes.get("t", ""), ""
            self.in_cell, self.has_formula = True, False
        elif kind == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() else self.row + 1
            self.column = -1
            self.found.n_hidden += attributes.get("hidden") in TRUE
        elif self.in_cell:
            self.has_formula |= kind == "f"
            self.in_value = kind in ("v", "t")

    def text(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def end(self, name: str) -> None:
        if local(name) in ("v", "t"):
            self.in_value = False
        elif local(name) == "c":
            self.in_cell = False
            if self.kind == "e":
                self.found.add_error(self.row, self.column, self.value.strip() or ANY_ERROR)
            # An empty text is a result too, and is stored as an empty value of a cell of type str.
            elif self.has_formula and self.kind != "str" and not self.value.strip():
                self.found.n_without_value += 1


def _sheet(archive: zipfile.ZipFile, part: str) -> Behind:
    cells = _Cells()
    parse_xml(chunks_of(archive, part), cells.start, cells.end, cells.text)
    return cells.found


def column_of(place: str) -> int:
    """`C12` → 2."""
    number = 0
    for letter in place.rstrip("0123456789").replace("$", ""):
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1
