"""A table of a file: its header, and its rows in batches, with their numbers as a spreadsheet shows them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa

from ingestion.hr.cells import plain
from ingestion.hr.errors import FileRefused
from ingestion.hr.sheets import Merged
from parity.catalogue import HrContract
from parity.counted import times

# Rows as lists of cells, of any length each; or as columns of text, where a quick reader found all rows equally long.
Chunk: TypeAlias = list[list[str]] | pa.Table
Batch = tuple[int, Chunk]  # with the number of its first row, counted from 1
TITLE_LINES = 30


@dataclass(frozen=True)
class Table:
    """`header` has a name a column, '' where there is none; `head` is all lines down to the header, `first_lines` somewhat more.

    `notices` tell what a reader of the file should know and may not see.
    """

    file: str
    sheet: str | None
    header: list[str]
    head: list[list[str]]
    first_lines: list[list[str]]
    batches: Iterator[Batch]
    is_workbook: bool = False
    is_1904: bool = False
    notices: list[str] = field(default_factory=list)

    @property
    def member(self) -> str | None:
        """The file's name within an archive; None where it was delivered by itself."""
        return self.file.partition("/")[2] or None


def table(
    file: str,
    contract: HrContract,
    sheet: str | None,
    chunks: Iterator[Chunk],
    *,
    merged: list[Merged] | None = None,
    is_workbook: bool = False,
    is_1904: bool = False,
    notices: list[str] | None = None,
) -> Table:
    """The table whose rows these are; the chunks with its header are lists. Raises FileRefused where it ends before its header does."""
    first = contract.header_row + contract.header_rows  # the number of the first row below the header
    lines: list[list[str]] = []
    while len(lines) < first - 1 and isinstance(chunk := next(chunks, None), list):
        lines += chunk
    if len(lines) < first - 1:
        raise FileRefused(
            file,
            f"ends before its header row ({contract.header_row})",
            f"Send the whole file, or correct `header_row` in {contract.name}.yml.",
            sheet=sheet,
        )
    header = joined_header(lines[contract.header_row - 1 : first - 1], contract.header_row - 1, merged or [])
    if miscounted := [
        f"column '{name}' stands there {times(n)}, where {contract.name} expects {len(names)}"
        for name, names in contract.repeated_headers.items()
        if (n := header.count(name)) not in (0, len(names))
    ]:
        raise FileRefused(
            file,
            "; ".join(miscounted),
            f"Send all of them, or correct `repeated_headers` in {contract.name}.yml.",
            sheet=sheet,
            row=contract.header_row,
        )
    return Table(
        file,
        sheet,
        told_apart(header, contract.repeated_headers),
        lines[: first - 1],
        lines[:TITLE_LINES],
        _numbered(first, itertools.chain([lines[first - 1 :]], chunks)),
        is_workbook,
        is_1904,
        notices or [],
    )


def raw_lines(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Every line of the table with its number, titles and header included; it can be read once."""
    yield from enumerate(table.head, start=1)
    for first, chunk in table.batches:
        yield from enumerate(rows_of(chunk), start=first)


def rows_of(chunk: Chunk) -> list[list[str]]:
    if isinstance(chunk, list):
        return chunk
    return list(map(list, zip(*(column.to_pylist() for column in chunk.columns), strict=True)))


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


def told_apart(header: list[str], repeated: Mapping[str, Sequence[str]]) -> list[str]:
    """The header with the contract's own names, from left to right, in place of those that several columns share."""
    names = {name: iter(own) for name, own in repeated.items()}
    return [next(names[name], name) if name in names else name for name in header]


def _numbered(first: int, chunks: Iterator[Chunk]) -> Iterator[Batch]:
    for chunk in chunks:
        if len(chunk):
            yield first, chunk
            first += len(chunk)
