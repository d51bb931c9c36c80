"""Text with a delimiter, read as a stream; a quotation mark that is never closed is an error, as it would swallow the people after it.

A stretch of lines without any quotation mark, all as wide as the header, is read by Arrow; every other by Python's own strict reader,
which takes several times as long.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ingestion.hr.cells import without_marks
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Chunk, Table, table
from parity.catalogue import HrContract

FIRST_STRETCH, STRETCH, LONGEST_STRETCH = 1 << 16, 1 << 22, 1 << 26  # bytes
LONGEST_CELL = 1 << 20  # characters
csv.field_size_limit(LONGEST_CELL)


def csv_table(file: BinaryIO, name: str, contract: HrContract) -> Table:
    """The table of an open CSV file. Raises FileRefused, also while its rows are read."""
    return table(name, contract, None, _chunks(file, name, contract))


def _chunks(file: BinaryIO, name: str, contract: HrContract) -> Iterator[Chunk]:
    number = 0  # of rows handed out
    width, text, chunk = None, "", list[list[str]]()
    try:
        for text in _stretches(file, contract.encoding):
            if width and (columns := _columns(text, contract.delimiter, width)):
                yield columns
                number += len(columns)
                continue
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=contract.delimiter, strict=True):
                chunk.append(row)
            if width is None and len(chunk) >= contract.header_row:
                width = len(chunk[contract.header_row - 1])
            yield chunk
            number += len(chunk)
            chunk = []
    except UnicodeError:
        raise FileRefused(
            name,
            f"not readable as {contract.encoding}",
            f"Export it again in that encoding, or correct `encoding` in {contract.name}.yml.",
            row=_line_of_error(file, contract.encoding),
        ) from None
    except csv.Error as error:
        raise _unended(name, number + len(chunk) + 1, has_quotation='"' in text or "limit" not in str(error)) from None


def _unended(name: str, row: int, *, has_quotation: bool) -> FileRefused:
    if has_quotation:
        what = "a quotation mark in or after this row is not closed, or stands within a cell"
        return FileRefused(name, what, "Export it as CSV again: a quotation mark within a cell is written twice.", row=row)
    what = f"a cell of this row has more than {LONGEST_CELL:,} characters"
    return FileRefused(name, what, "Export it as CSV again, with a line break behind each row.", row=row)


def _stretches(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in stretches that end with a line and within no quotation. Raises UnicodeError; csv.Error where none ends."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding)()
    rest, size, is_first = "", FIRST_STRETCH, True
    while body := file.read(size):
        text = rest + without_marks(decoder.decode(body))
        if is_first:
            text, is_first = text.removeprefix("\ufeff"), not text
        size = STRETCH
        end = text.rfind("\n") + 1
        if end and text.count('"', 0, end) % 2 == 0:
            yield text[:end]
            rest = text[end:]
        elif len(text) > LONGEST_STRETCH:
            raise csv.Error("field limit" if '"' not in text else "no end of a quotation")
        else:
            rest = text
    if rest := rest + without_marks(decoder.decode(b"", final=True)):
        yield rest


def _columns(text: str, delimiter: str, width: int) -> pa.Table | None:
    """The lines as columns, or None where they need the strict reader."""
    if '"' in text or (width == 1 and "\n\n" in text.replace("\r", "")):
        return None
    names = [str(index) for index in range(width)]
    try:
        read = arrow_csv.read_csv(
            pa.BufferReader(text.encode()),
            arrow_csv.ReadOptions(column_names=names),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    return read.combine_chunks()


def _line_of_error(file: BinaryIO, encoding: str) -> int:
    """The line, counted from 1, in which the file cannot be decoded."""
    file.seek(0)
    decoder, n_lines = codecs.getincrementaldecoder(encoding)(), 1
    try:
        while chunk := file.read(1 << 16):
            n_lines += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        n_lines += error.object[: error.start].decode(encoding, errors="replace").count("\n")
    except UnicodeError:  # a byte order mark is missing
        pass
    return n_lines
