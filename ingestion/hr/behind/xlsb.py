"""Behind the sheets of an .xlsb: a stream of records, each with its kind and length in front ([MS-XLSB])."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from ingestion.hr.behind.model import ANY_ERROR, ERROR_CODES, Behind, Book, Damaged, targets
from ingestion.hr.container import DAMAGED
from ingestion.hr.sheets import Merged

BOOK, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
ROW, CELL_ERROR, WORKBOOK, SHEET, MERGED = 0, 3, 153, 156, 176
# A formula's kind of record says of which kind its stored result is.
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_TRUTH, FORMULA_ERROR = 8, 9, 10, 11
FORMULAS = range(FORMULA_TEXT, FORMULA_ERROR + 1)
HIDDEN, DAYS_FROM_1904, TO_CALCULATE = 0x10, 0x01, 0x02  # bits of a row's, of the workbook's and of a formula's flags
RESULT = 8  # where a cell's value begins, behind its column and style
NOTHING = bytes(8)  # the number 0


def look_behind(archive: zipfile.ZipFile) -> Book:
    """Raises Damaged."""
    try:
        book, parts, names = Book(), targets(archive, RELATIONS), set(archive.namelist())
        for kind, body in _records(archive.read(BOOK)):
            if kind == WORKBOOK:
                book.is_1904 = bool(body[0] & DAYS_FROM_1904)
            elif kind == SHEET:
                relation, end = _text(body, 8)
                title, _ = _text(body, end)
                if (part := parts.get(relation)) in names:
                    book.sheets[title] = _sheet(archive.read(part))
    except (*DAMAGED, IndexError):
        raise Damaged from None
    return book


def _sheet(body: bytes) -> Behind:
    found, merged = Behind(), list[Merged]()
    row = n_formulas = n_empty = 0
    for kind, record in _records(body):
        if kind == ROW:
            row = int.from_bytes(record[:4], "little")
            found.n_hidden += bool(record[11] & HIDDEN)
        elif kind in (CELL_ERROR, FORMULA_ERROR):
            found.add_error(row, int.from_bytes(record[:4], "little"), ERROR_CODES.get(record[8], ANY_ERROR))
        elif kind == FORMULA_TEXT:
            n_empty += not any(record[RESULT : RESULT + 4])
        elif kind == FORMULA_NUMBER:
            # A program that calculates nothing stores 0 and asks Excel to calculate when it opens the file; or it stores an empty text.
            found.n_without_value += record[RESULT : RESULT + 8] == NOTHING and bool(record[RESULT + 8] & TO_CALCULATE)
        elif kind == MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            merged.append(((top, left), (bottom, right)))
        n_formulas += kind in FORMULAS
    found.merged = merged
    found.n_all_empty = n_formulas if n_formulas == n_empty else 0
    return found


def _text(body: bytes, at: int) -> tuple[str, int]:
    """The text at that place, and where it ends."""
    length = int.from_bytes(body[at : at + 4], "little")
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _records(body: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(body)
    while at < end:
        kind = body[at]
        at += 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (body[at] & 0x7F) << 7, at + 1
        size = shift = 0
        while True:
            byte = body[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, body[at : at + size]
        at += size
