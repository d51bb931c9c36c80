"""The header of a file against its contract: a mapped column must stand there once, and each column must be mapped. Any difference stops the file; the message suggests a remedy.

A cell of the file is quoted only where its row is surely the header: a row taken for it by mistake holds a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from ingestion.hr.cells import plain
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Table
from ingestion.hr.words import is_named, known_words, likeliest
from parity.catalogue import HrContract
from parity.catalogue.hr_terms import CanonicalColumn
from parity.counted import counted, times

MOST_SAID = 30  # differences; a clerk who mends as many reads the next ones
LONGEST_NAME = 100  # characters of a header that are quoted
_LEAVE_ONE = (
    "Leave one of those that stand there more than once (one table a sheet), or name each under `repeated_headers` in {}.yml."
)


def positions(table: Table, contract: HrContract, period: dt.date | None = None) -> dict[str, int]:
    """Canonical column → its position in the table; `period` of the table, where its name tells it.

    Raises FileRefused with every difference and the likeliest match of each.
    """
    found: dict[str, int] = {}
    missing: dict[CanonicalColumn, str] = {}  # canonical column → header
    doubled: dict[str, int] = {}
    for canonical, column in contract.columns.items():
        indices = [index for index, name in enumerate(table.header) if name in column.names]
        if len(indices) > 1:
            doubled[column.header] = len(indices)
        if indices:
            found[canonical] = indices[0]
        elif column.is_due(period):
            missing[canonical] = column.header
    measures = [measure.header for measure in contract.measures]
    named = {name for column in contract.columns.values() for name in column.names} | {*measures}
    n_found = len(found) + len({*table.header} & {*measures})
    if len(missing) > n_found or not n_found:
        raise _refused(
            table,
            contract,
            f"this row is not the header: of {counted(len(missing) + n_found, 'column')} it names {n_found}",
            _where_it_may_be(table, named, contract),
        )
    unknown = [name for name in table.header if name and name not in named | {*contract.identifying, *contract.ignored}]
    if any(_is_value(name, contract) for name in unknown):
        raise _refused(
            table,
            contract,
            f"this row holds values of staff next to the names of {counted(n_found, 'column')}",
            "Send the file again with its header in a line of its own: a line break was lost.",
        )
    if doubled or missing or unknown:
        remedies = [_LEAVE_ONE.format(contract.name)] if doubled else []
        remedies += [f"Rename the column in the file, or map it in {contract.name}.yml."] if missing or unknown else []
        raise _refused(table, contract, _difference(table, contract, doubled, missing, unknown), " ".join(remedies))
    return found


def unexpected(header: list[str], contract: HrContract) -> set[int]:
    """Indices of the columns of a header that the contract does not know, or that hold what another column holds too."""
    names = {name: canonical for canonical, column in contract.columns.items() for name in column.names}
    known = {*names, *(measure.header for measure in contract.measures), *contract.identifying, *contract.ignored}
    counts = Counter(names[name] for name in header if name in names)
    return {
        index for index, name in enumerate(header) if name and (name not in known or (name in names and counts[names[name]] > 1))
    }


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


def _difference(
    table: Table, contract: HrContract, doubled: dict[str, int], missing: dict[CanonicalColumn, str], unknown: list[str]
) -> str:
    words = known_words()
    parts = [f"column '{name}' stands there {times(n)}" for name, n in doubled.items()]
    left = list(dict.fromkeys(unknown))
    left_out = [name for name in table.header if name in contract.ignored]
    for canonical, name in missing.items():
        part = f"column '{name}' is missing"
        if near := likeliest(name, canonical, left, words):
            left.remove(near)
            part += f" (is it '{_short(near)}'?)"
        elif words and (same := _same(left_out, words.columns.get(canonical, []))):
            part += f" (is it '{same}', which {contract.name}.yml leaves out?)"
        parts.append(part)
    parts += [f"column '{_short(name)}' is not in the contract" for name in dict.fromkeys(unknown)]
    more = [f"and {counted(len(parts) - MOST_SAID, 'column')} more"] if len(parts) > MOST_SAID else []
    return "; ".join([*parts[:MOST_SAID], *more])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def _same(headers: list[str], names: list[str]) -> str | None:
    return next((header for header in headers if is_named(header, names, is_exact=True)), None)
