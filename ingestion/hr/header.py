"""What is mapped must be there, once, and what is there must be mapped: anything else stops the file with a suggestion.

A cell of the file is quoted only where its row is surely the header: a row taken for it by mistake holds a person.
"""

from __future__ import annotations

import difflib

from ingestion.hr.errors import FileRefused
from ingestion.hr.reader import Table
from parity.catalogue import HrContract


def positions(table: Table, contract: HrContract, file: str) -> dict[str, int]:
    """Canonical column → its position in the table. Raises FileRefused with the difference and the likeliest match."""
    found: dict[str, int] = {}
    missing: list[str] = []
    for canonical, column in contract.columns.items():
        places = [place for place, name in enumerate(table.header) if name in (column.header, *column.old_names)]
        if len(places) > 1:
            raise FileRefused(
                file,
                f"column '{column.header}' stands there {len(places)} times",
                "Leave one of them.",
                sheet=table.sheet,
                row=contract.header_row,
            )
        if places:
            found[canonical] = places[0]
        elif column.required:
            missing.append(column.header)
    known = {name for column in contract.columns.values() for name in (column.header, *column.old_names)}
    if len(missing) > len(found):
        raise FileRefused(
            file,
            f"this row is not the header: of {len(missing) + len(found)} columns it names {len(found)}",
            _where_it_may_be(table, known, contract),
            sheet=table.sheet,
            row=contract.header_row,
        )
    unknown = [name for name in table.header if name and name not in known | {*contract.identifying, *contract.ignored}]
    if missing or unknown:
        raise FileRefused(
            file,
            _difference(missing, unknown),
            f"Rename the column in the file, or map it in {contract.name}.yml.",
            sheet=table.sheet,
            row=contract.header_row,
        )
    return found


def _where_it_may_be(table: Table, known: set[str], contract: HrContract) -> str:
    named = [len(known & {str(cell).strip() for cell in line}) for line in table.first_lines]
    likeliest = max(range(len(named)), key=named.__getitem__)
    if named[likeliest] * 2 <= len(contract.columns):
        return f"Send the file with its header, as {contract.name}.yml describes it."
    return f"Row {likeliest + 1} looks like it: put it back to row {contract.header_row}, or correct `header_row` in {contract.name}.yml."


def _difference(missing: list[str], unknown: list[str]) -> str:
    parts = []
    for name in missing:
        near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.5)
        parts.append(f"column '{name}' is missing" + (f" (is it '{near[0]}'?)" if near else ""))
    parts += [f"column '{name}' is not in the contract" for name in unknown]
    return "; ".join(parts)
