"""What a workbook holds apart from the values that its parser returns: errors, hidden rows, merged cells, formulas without results.

One module for each kind of workbook. Each reads the format itself (XML by a parser, records by their length), so that neither a prefix
of a namespace nor white space hides anything.
"""

from __future__ import annotations

from typing import BinaryIO

from ingestion.hr.behind import ods, xls, xlsb, xlsx
from ingestion.hr.behind.model import Book, archive_of


def look_behind(file: BinaryIO) -> Book:
    """Reads what the parser of cells leaves out of an open workbook of any kind. Raises Damaged."""
    archive = archive_of(file)
    if archive is None:
        return xls.look_behind(file)
    with archive:
        names = set(archive.namelist())
        for part, reader in ((xlsx.BOOK, xlsx), (xlsb.BOOK, xlsb), (ods.BOOK, ods)):
            if part in names:
                return reader.look_behind(archive)
    return Book()
