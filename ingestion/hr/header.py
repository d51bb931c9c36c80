"""What is mapped must be there, and what is there must be mapped: anything else stops the file with a suggestion."""

from __future__ import annotations

import difflib

from ingestion.hr.errors import FileRefused
from ingestion.hr.reader import Table
from parity.catalogue import HrContract


def positions(table: Table, contract: HrContract, file: str) -> dict[str, int]:
    """Canonical column → its position in the table. Raises FileRefused with the difference and the likeliest match."""
    place = {name: number for number, name in enumerate(table.header)}
    found: dict[str, int] = {}
    missing: list[str] = []
    for canonical, column in contract.columns.items():
        name = next((name for name in (column.header, *column.old_names) if name in place), None)
        if name is not None:
            found[canonical] = place[name]
        elif column.required:
            missing.append(column.header)
    known = {name for column in contract.columns.values() for name in (column.header, *column.old_names)}
    unknown = [name for name in table.header if name and name not in known | {*contract.identifying, *contract.ignored}]
    if missing or unknown:
        raise FileRefused(
            file, _difference(missing, unknown),
            f"Rename the column in the file, or map it in {contract.name}.yml.",
            sheet=table.sheet, row=contract.header_row,
        )
    return found


def _difference(missing: list[str], unknown: list[str]) -> str:
    parts = []
    for name in missing:
        near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.5)
        parts.append(f"column '{name}' is missing" + (f" (is it '{near[0]}'?)" if near else ""))
    parts += [f"column '{name}' is not in the contract" for name in unknown]
    return "; ".join(parts)
