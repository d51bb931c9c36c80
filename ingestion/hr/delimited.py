"""Text with a delimiter, read as a stream; a quotation mark that is never closed is an error, as it would swallow the people after it."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Table, table
from parity.catalogue import HrContract

csv.field_size_limit(1 << 20)


def csv_table(file: BinaryIO, name: str, contract: HrContract) -> Table:
    """The table of an open CSV file. Raises FileRefused, also while its rows are read."""
    return table(name, contract, None, _lines(file, name, contract))


def _lines(file: BinaryIO, name: str, contract: HrContract) -> Iterator[list[str]]:
    # Without newline="" a line break within a cell would end its row; utf-8-sig takes the byte order mark away.
    encoding = "utf-8-sig" if codecs.lookup(contract.encoding).name == "utf-8" else contract.encoding
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=contract.delimiter, strict=True)
    number = 0
    try:
        for number, line in enumerate(reader, start=1):
            if number == 1:
                line = [cell.removeprefix("\ufeff") for cell in line]
            yield line
    except UnicodeError:
        raise FileRefused(
            name,
            f"not readable as {contract.encoding}",
            f"Export it again in that encoding, or correct `encoding` in {contract.name}.yml.",
            row=_line_of_error(file, encoding),
        ) from None
    except csv.Error:
        raise FileRefused(
            name,
            "a quotation mark in or after this row is not closed, or stands within a cell",
            "Export it as CSV again: a quotation mark within a cell is written twice.",
            row=number + 1,
        ) from None
    finally:
        with contextlib.suppress(ValueError):  # its owner has closed it
            text.detach()


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
