"""The sheets of a workbook of any kind (xlsx, xlsm, xlsb, xls, ods), and what stands in them that nobody sees on the screen.

Hidden rows and sheets hold people like any other: they are read, and counted in a notice. A formula whose result was never stored has
no value to read, so the file is refused. An error in a cell stays an error, and a merged cell has its value in every row that it spans.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import BinaryIO

from ingestion.hr.behind import look_behind
from ingestion.hr.behind.model import Behind, Book, Damaged
from ingestion.hr.errors import FileRefused
from ingestion.hr.patches import patched
from ingestion.hr.sheets import Sheet, Sheets, Unreadable
from ingestion.hr.table import Table, table
from parity.catalogue import HrContract
from parity.counted import counted


def workbook_tables(file: BinaryIO, name: str, contract: HrContract) -> Iterator[Table]:
    """A table a sheet that the contract wants. Raises FileRefused."""
    try:
        with Sheets(file, contract.sheets) as sheets:
            book = _behind(file, name)
            titles = sheets.titles()
            _has_wanted(titles, name, contract)
            if any("\0" in title for title in titles):
                raise _damaged(name)  # no database takes it
            for sheet in sheets:
                if not sheet.head and contract.sheets == "*":
                    continue  # the empty Sheet2 and Sheet3 of older Excels
                if book.sheets and sheet.title not in book.sheets:
                    raise _damaged(name)  # nobody could say what stands behind it
                behind = book.sheets.get(sheet.title, Behind())
                notices = _notices(sheet, behind, name)
                merged = sheet.merged if behind.merged is None else behind.merged
                chunks = itertools.chain([sheet.head], sheet.columns)
                yield table(
                    name,
                    contract,
                    sheet.title,
                    patched(chunks, behind.errors, merged, contract.header_row + contract.header_rows - 1),
                    merged=merged,
                    is_workbook=True,
                    is_1904=book.is_1904,
                    notices=notices,
                )
    except Unreadable as error:
        if error.is_too_large:
            raise FileRefused(
                name,
                "asks for more memory or time than any staff list: most likely a cell stands far outside the table",
                "Delete the empty rows and columns behind the table, save the file, and send it again.",
            ) from None
        raise _damaged(name) from None


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        name, "not readable as a workbook: it is damaged", "Open it in Excel and save it as .xlsx without a password."
    )


def _has_wanted(titles: list[str], name: str, contract: HrContract) -> None:
    if contract.sheets != "*" and (missing := set(contract.sheets) - {*titles}):
        raise FileRefused(
            name,
            f"has no sheet '{min(missing)}' (it has {', '.join(titles)})",
            f"Rename the sheet, or correct `sheets` in {contract.name}.yml.",
        )
    wanted = titles if contract.sheets == "*" else contract.sheets
    if twice := [title for title in dict.fromkeys(wanted) if titles.count(title) > 1]:
        raise FileRefused(
            name,
            f"has {titles.count(twice[0])} sheets with the title '{twice[0]}', of which only one can be read",
            "Give each sheet a title of its own, save the file, and send it again.",
        )


def _notices(sheet: Sheet, behind: Behind, name: str) -> list[str]:
    if behind.n_without_value:
        raise FileRefused(
            name,
            f"{counted(behind.n_without_value, 'formula holds', 'formulas hold')} no stored result",
            "Open the file in Excel, let it calculate, save it, and send it again.",
            sheet=sheet.title,
        )
    notices = [] if sheet.is_visible else [f"sheet '{sheet.title}' is hidden: its rows are read"]
    if behind.n_hidden:
        notices.append(
            f"sheet '{sheet.title}' has {counted(behind.n_hidden, 'hidden or filtered row: it is', 'hidden or filtered rows: they are')} read"
        )
    if behind.n_all_empty:
        notices.append(
            f"sheet '{sheet.title}' has {counted(behind.n_all_empty, 'formula')}, all with an empty result: where Excel shows values, save it in Excel"
        )
    return notices


def _behind(file: BinaryIO, name: str) -> Book:
    try:
        return look_behind(file)
    except Damaged:
        raise _damaged(name) from None
