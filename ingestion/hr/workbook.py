"""The sheets of a workbook of any kind (xlsx, xlsm, xlsb, xls, ods), and what stands in them that nobody sees on the screen.

Hidden rows and sheets hold people like any other: they are read, and counted in a notice. A formula whose result was never stored has
no value to read, so the file is refused.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingestion.hr.cells import from_spreadsheet
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import HEAD, Chunk, Table, table
from parity.catalogue import HrContract

BATCH = 20_000
CHUNK, OVERLAP = 1 << 22, 1 << 10
_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
# An empty text is a result too, and is stored as an empty value of a cell of type str.
_NO_VALUE = re.compile(rb'<c (?:(?!t="str")[^>])*>(?:<f[^>]*/>|<f[^<]*</f>)(?:<v ?/>|<v></v>)?</c>')


@dataclass(frozen=True)
class _Unseen:
    """Of one sheet: its hidden rows, and its formulas without a stored result."""

    n_hidden: int = 0
    n_without_value: int = 0


def workbook_tables(file: BinaryIO, name: str, contract: HrContract) -> Iterator[Table]:
    """A table a sheet that the contract wants. Raises FileRefused."""
    try:
        is_1904, unseen = _look_behind(file)
        book = CalamineWorkbook.from_filelike(file)
        states = {sheet.name: sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet}
        for title in _wanted(list(states), name, contract):
            sheet = book.get_sheet_by_name(title)
            if sheet.start is None and contract.sheets == "*":
                continue  # the empty Sheet2 and Sheet3 of older Excels
            behind = unseen.get(title, _Unseen())
            if behind.n_without_value:
                raise FileRefused(
                    name,
                    f"{behind.n_without_value} formulas hold no stored result",
                    "Open the file in Excel, let it calculate, save it, and send it again.",
                    sheet=title,
                )
            notices = []
            if states[title].visible != SheetVisibleEnum.Visible:
                notices.append(f"sheet '{title}' is hidden: its rows are read")
            if behind.n_hidden:
                notices.append(f"sheet '{title}' has {behind.n_hidden} hidden or filtered rows: they are read")
            merged = sheet.merged_cell_ranges or []
            yield table(name, contract, title, _chunks(sheet), merged=merged, is_workbook=True, is_1904=is_1904, notices=notices)
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, OSError, KeyError) as error:
        raise FileRefused(
            name,
            f"not readable as a workbook ({type(error).__name__})",
            "Open it in Excel and save it as .xlsx without a password.",
        ) from None


def _wanted(titles: list[str], name: str, contract: HrContract) -> list[str]:
    if contract.sheets == "*":
        return titles
    if missing := set(contract.sheets) - {*titles}:
        raise FileRefused(
            name,
            f"has no sheet '{min(missing)}' (it has {', '.join(titles)})",
            f"Rename the sheet, or correct `sheets` in {contract.name}.yml.",
        )
    return list(contract.sheets)


def _chunks(sheet: CalamineSheet) -> Iterator[Chunk]:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows = (left + [value if type(value) is str else from_spreadsheet(value) for value in row] for row in sheet.iter_rows())
    yield list(itertools.islice(rows, HEAD))
    while chunk := list(itertools.islice(rows, BATCH)):
        # Every row of a sheet is as wide as its widest.
        columns = [pa.array(column, pa.string()) for column in zip(*chunk, strict=True)]
        yield pa.Table.from_arrays(columns, list(map(str, range(len(columns)))))


def _look_behind(file: BinaryIO) -> tuple[bool, dict[str, _Unseen]]:
    """Whether days are counted from 1904, and what is unseen in each sheet; nothing for kinds other than xlsx and xlsm."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return False, {}
    unseen: dict[str, _Unseen] = {}
    is_1904 = False
    with zipfile.ZipFile(file) as archive:
        if "xl/workbook.xml" in (inside := archive.namelist()):
            root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            targets = {
                relation.get("Id"): relation.get("Target", "")
                for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            }
            for element in root.iter():
                tag = element.tag.rpartition("}")[2]
                if tag == "workbookPr":
                    is_1904 = element.get("date1904") in ("1", "true")
                elif tag == "sheet":
                    identity = next((value for key, value in element.items() if key.endswith("}id")), None)
                    path = targets.get(identity, "")
                    path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
                    if path in inside:
                        unseen[element.get("name", "")] = _scan(archive, path)
    file.seek(0)
    return is_1904, unseen


def _scan(archive: zipfile.ZipFile, path: str) -> _Unseen:
    n_hidden = n_without_value = 0
    with archive.open(path) as sheet:
        tail = b""
        while chunk := sheet.read(CHUNK):
            text = tail + chunk
            cut = text.rfind(b">", 0, -1) + 1 if len(text) > OVERLAP else 0
            # A row's or a cell's tags stand close together: what the cut parts is looked at with the next chunk.
            last_cell = max(text.rfind(b"</c>", 0, cut) + 4, 0)
            seen, tail = (text[:last_cell], text[last_cell:]) if last_cell > 3 else (b"", text)
            n_hidden += len(_HIDDEN_ROW.findall(seen)) if b"hidden" in seen else 0
            n_without_value += len(_NO_VALUE.findall(seen)) if b"<f" in seen else 0
        n_hidden += len(_HIDDEN_ROW.findall(tail))
        n_without_value += len(_NO_VALUE.findall(tail))
    return _Unseen(n_hidden, n_without_value)
