"""The findings about a workbook that its parser of cells leaves out: the same for each format."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat  # nosec B407  # no document type is let in, see new_parser

from ingestion.hr.container import DAMAGED
from ingestion.hr.sheets import Merged

CHUNK = 1 << 20
# Codes of errors in the binary formats, xls and xlsb.
ERROR_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
ANY_ERROR = "#VALUE!"  # where the format does not say which
Attributes = dict[str, str]


class Damaged(ValueError):
    """The workbook's own description of its cells cannot be read."""


@dataclass
class Area:
    """Cells of one column, one below the other, that hold the same error; rows and columns are counted from 0."""

    first_row: int
    last_row: int
    column: int
    text: str


@dataclass
class Behind:
    """The findings about one sheet. `merged` is None where the parser of the sheet tells merged cells itself.

    `n_all_empty`: its formulas, where the stored result of every one is an empty text.
    """

    n_hidden: int = 0
    n_without_value: int = 0
    n_all_empty: int = 0
    merged: list[Merged] | None = None
    errors: list[Area] = field(default_factory=list)
    _last: dict[tuple[int, str], Area] = field(default_factory=dict)

    def add_error(self, row: int, column: int, text: str, *, n_rows: int = 1) -> None:
        """A cell with an error; cells below each other become one area, so that memory does not grow with the sheet."""
        last = self._last.get((column, text))
        if last is not None and last.last_row == row - 1:
            last.last_row += n_rows
            return
        area = self._last[column, text] = Area(row, row + n_rows - 1, column, text)
        self.errors.append(area)


@dataclass
class Book:
    """`is_1904`: days are counted from 1904; `sheets`: title → what stands behind it."""

    is_1904: bool = False
    sheets: dict[str, Behind] = field(default_factory=dict)


def archive_of(file: BinaryIO) -> zipfile.ZipFile | None:
    """The file as a zip archive; None where it is none. Raises Damaged."""
    try:
        return zipfile.ZipFile(file) if zipfile.is_zipfile(file) else None
    except DAMAGED:
        raise Damaged from None


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def new_parser() -> expat.XMLParserType:
    """A parser that gives names as `namespace}name` and raises Damaged where it meets a document type."""

    def refuse(*_: object) -> None:
        raise Damaged

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, chunks: Iterator[bytes]) -> None:
    """Give a whole part of an archive to the parser. Raises Damaged."""
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, *DAMAGED):
        raise Damaged from None


def parse_xml(chunks: Iterator[bytes], start: Callable[[str, Attributes], None]) -> None:
    """Tell `start` every element of a part. Raises Damaged."""
    parser = new_parser()
    parser.StartElementHandler = start
    feed(parser, chunks)


def chunks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of an archive, a chunk at a time. Raises Damaged."""
    try:
        with archive.open(part) as body:
            while chunk := body.read(CHUNK):
                yield chunk
    except DAMAGED:
        raise Damaged from None


def holds_any(archive: zipfile.ZipFile, part: str, marks: Collection[bytes]) -> bool:
    """Whether any of the marks stands in a part of XML, or could: where its markup is not written in ASCII, nobody can tell."""
    overlap = max(map(len, marks))
    tail: bytes | None = None
    for chunk in chunks_of(archive, part):
        if tail is None and not _is_ascii(chunk):
            return True
        text = (tail or b"") + chunk
        if any(mark in text for mark in marks):
            return True
        tail = text[-overlap:]
    return False


def _is_ascii(start: bytes) -> bool:
    """Whether markup in XML that begins so is written in ASCII."""
    head = start[:200].removeprefix(b"\xef\xbb\xbf")
    declared = head.partition(b"?>")[0].lower() if head.startswith(b"<?xml") else b""
    return head.lstrip().startswith(b"<") and b"\0" not in head and (b"encoding" not in declared or b"utf-8" in declared)


def targets(archive: zipfile.ZipFile, relations: str) -> dict[str, str]:
    """Id of a relation of the workbook → the part that it names. Raises Damaged."""
    found: Attributes = {}

    def start(name: str, attributes: Attributes) -> None:
        if local(name) == "Relationship":
            target = attributes.get("Target", "")
            found[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    parse_xml(chunks_of(archive, relations), start)
    return found
