"""Behind the sheets of an .xlsx or .xlsm."""

from __future__ import annotations

import zipfile

from ingestion.hr.behind.model import (
    ANY_ERROR,
    Attributes,
    Behind,
    Book,
    chunks_of,
    feed,
    holds_any,
    local,
    new_parser,
    parse_xml,
    targets,
)

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TRUE = ("1", "true")
# Without any of these a sheet has no hidden row, no formula and no error (#REF!), and need not be parsed: most sheets of staff.
_WORTH_PARSING = (b"#", b"hidden", b"<f", b":f")


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
    """Listens to the parser of one sheet. Text and ends of elements are asked for in cells with an error or a formula alone: they take time."""

    def __init__(self) -> None:
        self.found = Behind()
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.kinds: dict[str, str] = {}  # name of an element → without its namespace
        self.row = self.column = -1
        self.reference: str | None = None
        self.kind = self.value = ""
        self.in_cell = self.in_value = self.has_formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        kind = self.kinds.get(name) or self.kinds.setdefault(name, local(name))
        if kind == "c":
            reference = attributes.get("r")
            if reference is None:  # then it is the next one
                self.column, self.reference = self._column() + 1, None
            else:
                self.reference = reference
            self.kind, self.value, self.has_formula, self.in_cell = attributes.get("t", ""), "", False, True
            if self.kind == "e":
                self._listen()
        elif kind == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() else self.row + 1
            self.column, self.reference, self.in_cell = -1, None, False
            self.found.n_hidden += attributes.get("hidden") in TRUE
        elif kind == "f" and self.in_cell:
            self.has_formula = True
            self._listen()
        else:
            self.in_value = kind in ("v", "t")

    def _column(self) -> int:
        return self.column if self.reference is None else column_of(self.reference)

    def _listen(self) -> None:
        self.in_value = False
        self.parser.CharacterDataHandler, self.parser.EndElementHandler = self.text, self.end

    def text(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def end(self, name: str) -> None:
        self.in_value = False
        if self.kinds[name] != "c":
            return
        self.in_cell = False
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if self.kind == "e":
            self.found.add_error(self.row, self._column(), self.value.strip() or ANY_ERROR)
        # An empty text is a result too, and is stored as an empty value of a cell of type str.
        elif self.has_formula and self.kind != "str" and not self.value.strip():
            self.found.n_without_value += 1


def _sheet(archive: zipfile.ZipFile, part: str) -> Behind:
    cells = _Cells()
    feed(cells.parser, chunks_of(archive, part))
    return cells.found


def column_of(reference: str) -> int:
    """`C12` → 2."""
    number = 0
    for letter in reference.rstrip("0123456789").replace("$", ""):
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1
