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

from defusedxml import ElementTree

from ingestion.hr.container import DAMAGED
from ingestion.hr.errors import FileRefused
from ingestion.hr.sheets import Sheet, Sheets, Unreadable
from ingestion.hr.table import Table, table
from parity.catalogue import HrContract

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
        with Sheets(file, contract.sheets) as sheets:
            is_1904, unseen = _look_behind(file, name)
            _has_wanted(sheets.titles(), name, contract)
            for sheet in sheets:
                if not sheet.head and contract.sheets == "*":
                    continue  # the empty Sheet2 and Sheet3 of older Excels
                notices = _notices(sheet, unseen.get(sheet.title, _Unseen()), name)
                yield table(
                    name,
                    contract,
                    sheet.title,
                    itertools.chain([sheet.head], sheet.columns),
                    merged=sheet.merged,
                    is_workbook=True,
                    is_1904=is_1904,
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


def _notices(sheet: Sheet, behind: _Unseen, name: str) -> list[str]:
    if behind.n_without_value:
        raise FileRefused(
            name,
            f"{behind.n_without_value} formulas hold no stored result",
            "Open the file in Excel, let it calculate, save it, and send it again.",
            sheet=sheet.title,
        )
    notices = [] if sheet.is_visible else [f"sheet '{sheet.title}' is hidden: its rows are read"]
    if behind.n_hidden:
        notices.append(f"sheet '{sheet.title}' has {behind.n_hidden} hidden or filtered rows: they are read")
    return notices


def _look_behind(file: BinaryIO, name: str) -> tuple[bool, dict[str, _Unseen]]:
    """Whether days are counted from 1904, and what is unseen in each sheet; nothing for kinds other than xlsx and xlsm."""
    try:
        if not zipfile.is_zipfile(file):
            return False, {}
        with zipfile.ZipFile(file) as archive:
            return _inside(archive) if "xl/workbook.xml" in archive.namelist() else (False, {})
    except (*DAMAGED, ElementTree.ParseError):
        raise _damaged(name) from None


def _inside(archive: zipfile.ZipFile) -> tuple[bool, dict[str, _Unseen]]:
    unseen: dict[str, _Unseen] = {}
    is_1904 = False
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            is_1904 = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            identity = next((value for key, value in element.items() if key.endswith("}id")), None)
            path = targets.get(identity, "")
            path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            if path in archive.namelist():
                unseen[element.get("name", "")] = _scan(archive, path)
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
