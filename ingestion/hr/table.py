"""A table of a file: its header, and its rows in batches, with their numbers as a spreadsheet shows them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion.hr.cells import plain
from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract

Batch = tuple[int, list[list[str]]]  # the number of the first row, counted from 1, and the rows' cells
Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column) of a merged cell, counted from 0
TITLE_LINES = 30
BATCH = 20_000


@dataclass(frozen=True)
class Table:
    """`header` has a name a column, '' where there is none; `notices` tell what a reader of the file should know and may not see."""

    file: str
    sheet: str | None
    header: list[str]
    head: list[list[str]]
    first_lines: list[list[str]]
    batches: Iterator[Batch]
    is_workbook: bool = False
    is_1904: bool = False
    notices: list[str] = field(default_factory=list)


def table(
    file: str,
    contract: HrContract,
    sheet: str | None,
    lines: Iterator[list[str]],
    *,
    merged: list[Merged] | None = None,
    is_workbook: bool = False,
    is_1904: bool = False,
    notices: list[str] | None = None,
) -> Table:
    """The table whose lines these are. Raises FileRefused where they end before its header does."""
    first = contract.header_row + contract.header_rows  # the number of the first row below the header
    head = list(itertools.islice(lines, max(first - 1, TITLE_LINES)))
    if len(head) < first - 1:
        raise FileRefused(
            file,
            f"ends before its header row ({contract.header_row})",
            f"Send the whole file, or correct `header_row` in {contract.name}.yml.",
            sheet=sheet,
        )
    header = joined_header(head[contract.header_row - 1 : first - 1], contract.header_row - 1, merged or [])
    return Table(
        file,
        sheet,
        header,
        head[: first - 1],
        head[:TITLE_LINES],
        _batches(first, itertools.chain(head[first - 1 :], lines)),
        is_workbook,
        is_1904,
        notices or [],
    )


def raw_lines(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Every line of the table with its number, titles and header included; it can be read once."""
    yield from enumerate(table.head, start=1)
    for first, rows in table.batches:
        yield from enumerate(rows, start=first)


def joined_header(rows: list[list[str]], first_row: int, merged: list[Merged]) -> list[str]:
    """One name a column from header rows on top of each other: `2023 / F`. A merged cell names every column that it spans."""
    grid = [[plain(cell) for cell in row] for row in rows]
    for (top, left), (bottom, right) in merged:
        if first_row <= top < first_row + len(grid) and left < len(grid[top - first_row]):
            name = grid[top - first_row][left]
            for column in range(left, min(right + 1, len(grid[top - first_row]))):
                grid[top - first_row][column] = name
            for row in range(top - first_row + 1, min(bottom - first_row + 1, len(grid))):
                grid[row][left : right + 1] = [""] * (right + 1 - left)
    names = [" / ".join(part for part in parts if part) for parts in itertools.zip_longest(*grid, fillvalue="")]
    while names and not names[-1]:
        names.pop()
    return names


def _batches(first: int, lines: Iterator[list[str]]) -> Iterator[Batch]:
    while rows := list(itertools.islice(lines, BATCH)):
        yield first, rows
        first += len(rows)
