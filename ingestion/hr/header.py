"""What is mapped must be there, once, and what is there must be mapped: anything else stops the file with a suggestion.

A cell of the file is quoted only where its row is surely the header: a row taken for it by mistake holds a person.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re

from ingestion.hr.cells import plain
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Table
from parity.catalogue import HrContract


def positions(table: Table, contract: HrContract, period: dt.date | None = None) -> dict[str, int]:
    """Canonical column → its position in the table; `period` of the table, where its name tells it.

    Raises FileRefused with the difference and the likeliest match.
    """
    found: dict[str, int] = {}
    missing: list[str] = []
    for canonical, column in contract.columns.items():
        places = [place for place, name in enumerate(table.header) if name in column.names]
        if len(places) > 1:
            raise _refused(
                table,
                contract,
                f"column '{column.header}' stands there {len(places)} times",
                "Leave one of them: one table a sheet.",
            )
        if places:
            found[canonical] = places[0]
        elif column.is_due(period):
            missing.append(column.header)
    measures = [measure.header for measure in contract.measures]
    named = {name for column in contract.columns.values() for name in column.names} | {*measures}
    n_found = len(found) + len({*table.header} & {*measures})
    if len(missing) > n_found or not n_found:
        raise _refused(
            table,
            contract,
            f"this row is not the header: of {len(missing) + n_found} columns it names {n_found}",
            _where_it_may_be(table, named, contract),
        )
    unknown = [name for name in table.header if name and name not in named | {*contract.identifying, *contract.ignored}]
    if any(_is_value(name, contract) for name in unknown):
        raise _refused(
            table,
            contract,
            f"this row holds values of staff beside the names of {n_found} columns",
            "Send the file again with its header in a line of its own: a line break was lost.",
        )
    if missing or unknown:
        raise _refused(
            table, contract, _difference(missing, unknown), f"Rename the column in the file, or map it in {contract.name}.yml."
        )
    return found


def _refused(table: Table, contract: HrContract, what: str, remedy: str) -> FileRefused:
    return FileRefused(table.file, what, remedy, sheet=table.sheet, row=contract.header_row)


def _where_it_may_be(table: Table, known: set[str], contract: HrContract) -> str:
    named = [len(known & {plain(cell) for cell in line}) for line in table.first_lines]
    likeliest = max(range(len(named)), key=named.__getitem__)
    if named[likeliest] * 2 > len(contract.columns):
        return f"Row {likeliest + 1} looks like it: put it back to row {contract.header_row}, or correct `header_row` in {contract.name}.yml."
    if encoding := _encoding_that_fits(table, known, contract):
        return f"Read as {encoding} it would be: export the file as {contract.encoding}, or correct `encoding` in {contract.name}.yml."
    return f"Send the file with its header, as {contract.name}.yml describes it."


def _encoding_that_fits(table: Table, known: set[str], contract: HrContract) -> str | None:
    """The encoding under which the row would be the header: the file was saved in another one, or converted twice."""
    for wrong in (contract.encoding, "cp1252", "latin-1"):
        for right in ("utf-8", "cp874", "cp1258", "cp1252", "gb18030"):
            try:
                names = {plain(name.encode(wrong).decode(right)) for name in table.header}
            except UnicodeError:
                continue
            if len(names & known) * 2 > len(contract.columns):
                return right if wrong == contract.encoding else f"{right} converted twice"
    return None


def _is_value(name: str, contract: HrContract) -> bool:
    """Whether a person's row has run into the header: a number, a day or a code is no column's name, but a year may be."""
    return bool(re.fullmatch(r"\W*\d[\d\W]*", name) and not re.fullmatch(r"(1[89]|2[0-6])\d\d", name)) or any(
        name in codes for codes in (contract.sex_codes, contract.rank_names, contract.active_codes, contract.sworn_codes)
    )


def _difference(missing: list[str], unknown: list[str]) -> str:
    parts = []
    for name in missing:
        near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.5)
        parts.append(f"column '{name}' is missing" + (f" (is it '{near[0]}'?)" if near else ""))
    parts += [f"column '{name}' is not in the contract" for name in unknown]
    return "; ".join(parts)
