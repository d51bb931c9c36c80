"""Behind the sheets of an .xls: a stream of records, each with its kind and length in front ([MS-XLS])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

import msoffcrypto

from ingestion.hr.behind.model import ANY_ERROR, ERROR_CODES, Behind, Book, Damaged

FORMULA, END, DATE_MODE, SHEET, CELL_ERROR, ROW, BEGIN = 0x06, 0x0A, 0x22, 0x85, 0x205, 0x208, 0x809
HIDDEN, TO_CALCULATE, UNICODE_FROM = 0x20, 0x02, 0x0600
NO_NUMBER = b"\xff\xff"  # the last two bytes of a result that is no number; its first byte says what it is
IS_ERROR, IS_EMPTY = 2, 3


def look_behind(file: BinaryIO) -> Book:
    """Raises Damaged."""
    try:
        file.seek(0)
        shell = msoffcrypto.OfficeFile(file)  # it closes its stream once nobody holds it
        body = shell.data.workbook.read()
        book = Book()
        version = 0
        for kind, record in _records(body, 0):
            if kind == BEGIN:
                version = int.from_bytes(record[:2], "little")
            elif kind == DATE_MODE:
                book.is_1904 = record[:1] == b"\x01"
            elif kind == SHEET and record[5] == 0:  # a worksheet, no chart
                book.sheets[_title(record, version)] = _sheet(body, int.from_bytes(record[:4], "little"))
    except Exception:  # the library below raises whatever a broken container leads it to
        raise Damaged from None
    return book


def _title(record: bytes, version: int) -> str:
    length = record[6]
    if version < UNICODE_FROM:
        return record[7 : 7 + length].decode("cp1252", "replace")
    return record[8 : 8 + 2 * length].decode("utf-16-le") if record[7] & 1 else record[8 : 8 + length].decode("latin-1")


def _sheet(body: bytes, start: int) -> Behind:
    found = Behind()
    n_formulas = n_empty = 0
    for kind, record in _records(body, start):
        if kind == ROW:
            found.n_hidden += bool(int.from_bytes(record[12:14], "little") & HIDDEN)
        elif kind == CELL_ERROR and record[7]:
            found.add_error(*_place(record), ERROR_CODES.get(record[6], ANY_ERROR))
        elif kind == FORMULA:
            result = record[6:14]
            if result[6:] == NO_NUMBER and result[0] == IS_ERROR:
                found.add_error(*_place(record), ERROR_CODES.get(result[2], ANY_ERROR))
            n_formulas += 1
            n_empty += result[6:] == NO_NUMBER and result[0] == IS_EMPTY
            # A program that calculates nothing stores 0 and asks Excel to calculate when it opens the file; or it stores an empty text.
            found.n_without_value += not any(result) and bool(record[14] & TO_CALCULATE)
    found.n_all_empty = n_formulas if n_formulas == n_empty else 0
    return found


def _place(record: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", record)
    return row, column


def _records(body: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, from its beginning to its end; charts within it are passed over."""
    depth = 0
    while at + 4 <= len(body):
        kind, size = struct.unpack_from("<HH", body, at)
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 1:
            yield kind, body[at + 4 : at + 4 + size]
        if depth <= 0:
            return
        at += 4 + size
