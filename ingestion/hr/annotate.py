"""A copy of a staff file for the clerk who sent it: bad cells marked, and a sheet that lists what is wrong and what to do.

It holds what the file holds, names too: only its owner can read it, and it is written where the clerk says and nowhere else. A formula in a
text file stays text.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from pathlib import Path

import xlsxwriter

from ingestion.hr.cells import DAY, NUMBER, plain
from ingestion.hr.check import check
from ingestion.hr.draft.text import one_line
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import open_local
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.header import unexpected
from ingestion.hr.reader import read_tables
from ingestion.hr.table import Table, raw_lines
from parity.catalogue import HrContract
from parity.counted import counted

SHEET = "Parity findings"
COLUMNS = (("File", 28), ("Sheet", 18), ("Row", 8), ("Column", 24), ("What is wrong", 60), ("What stands there", 24))
FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
MOST_ROWS = 1_048_000  # a sheet ends at 2^20
MOST_COLUMNS = 1 << 14
LONGEST_TITLE = 31
PRIVATE = 0o600


def annotated_copy(
    path: Path,
    target: Path,
    contract: HrContract,
    *,
    findings: Findings | None = None,
    refusal: FileRefused | None = None,
    password: str | None = None,
) -> None:
    """Write `target` (.xlsx). Tables that cannot be opened are left out; the sheet of findings then says why."""
    found = findings or _findings_of_all(path, contract, password)
    target.touch(mode=PRIVATE)
    target.chmod(PRIVATE)  # it may have been there
    with xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        wrong = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        _list(book, found, refusal, bold)
        by_table: dict[tuple[str, str | None], dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
        for finding in found.all:
            by_table[finding.file, finding.sheet][finding.row_no].append(finding)
        try:
            with open_local(path) as source:
                for table in read_tables(source, path.name, contract, password):
                    _table(
                        book, table, contract, by_table[table.file, table.sheet], wrong, _refused_places(table, contract, refusal)
                    )
        except FileRefused as error:
            if refusal is None:
                raise error


def _findings_of_all(path: Path, contract: HrContract, password: str | None) -> Findings:
    """Every bad row, also of a file that has too many of them; none where its rows cannot be read."""
    try:
        return check(path, contract.model_copy(update={"max_bad_share": 1}), password).findings
    except FileRefused:
        return Findings(path.name)


def _refused_places(table: Table, contract: HrContract, refusal: FileRefused | None) -> dict[int, set[int]]:
    """Row → the columns to mark, where this table is the refused one: of a header what differs, of another row everything."""
    if refusal is None or refusal.row is None or (refusal.file, refusal.sheet) != (table.file, table.sheet):
        return {}
    everything = set(range(MOST_COLUMNS))
    if refusal.row != contract.header_row:
        return {refusal.row: everything}
    columns_to_mark = unexpected(table.header, contract) or everything
    return dict.fromkeys(range(refusal.row, refusal.row + contract.header_rows), columns_to_mark)


def _list(book: xlsxwriter.Workbook, findings: Findings, refusal: FileRefused | None, bold: object) -> None:
    sheet = book.add_worksheet(SHEET)
    for index, (_, width) in enumerate(COLUMNS):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 0)
    for index, (title, _) in enumerate(COLUMNS):
        sheet.write_string(0, index, title, bold)
    lines: list[tuple[object, ...]] = []
    if refusal:
        lines.append((refusal.file, refusal.sheet, refusal.row, None, f"{refusal.what}. {refusal.remedy}", None))
    lines += [(f.file, f.sheet, f.row_no, f.column, f.rule, f.value_class) for f in findings.all]
    lines += [
        (findings.file, None, None, column, f"'{code}' is no code that the contract knows", counted(n, "row"))
        for column, code, n in findings.unknown_codes()
    ]
    lines += [(findings.file, None, None, None, f"note: {notice}", None) for notice in findings.notices]
    for number, line in enumerate(lines[:MOST_ROWS], start=1):
        for index, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, index, value)
            elif value:
                sheet.write_string(number, index, str(value))


def _table(
    book: xlsxwriter.Workbook,
    table: Table,
    contract: HrContract,
    bad: dict[int, list[Finding]],
    wrong: object,
    refused: dict[int, set[int]],
) -> None:
    sheet = book.add_worksheet(_free_title(book, table.sheet or "Data"))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row_no, cells in raw_lines(table):
        if row_no > MOST_ROWS:
            break
        marked = {finding.column for finding in bad.get(row_no, ())}
        unfit = refused.get(row_no, ())
        if not (marked or unfit or any(cells)):
            continue
        for index, cell in enumerate(cells):
            name = table.header[index] if index < len(table.header) else ""
            is_wrong = "" in marked or (name and marked and _is_marked(name, marked, contract)) or index in unfit
            style = wrong if is_wrong else None
            _write(sheet, row_no - 1, index, cell, style, day)


def _free_title(book: xlsxwriter.Workbook, wanted: str) -> str:
    """The title, or one like it, where a sheet has it already or Excel allows no such title."""
    start = one_line(wanted.translate(FORBIDDEN_IN_TITLES))[:LONGEST_TITLE].strip("'") or "Data"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    endings = itertools.chain([""], (f" ({number})" for number in itertools.count(2)))
    titles = (start[: LONGEST_TITLE - len(ending)] + ending for ending in endings)
    return next(title for title in titles if title.casefold() not in taken)


def _is_marked(name: str, marked: set[str], contract: HrContract) -> bool:
    return name in marked or any(name in column.names and column.header in marked for column in contract.columns.values())


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, index: int, cell: str, style: object, day: object) -> None:
    text = plain(cell)
    if cell.startswith(NUMBER) and math.isfinite(float(text)):
        sheet.write_number(row, index, float(text), style)
    elif text:
        sheet.write_string(row, index, text, style or (day if cell.startswith(DAY) else None))
    elif style:
        sheet.write_blank(row, index, None, style)
