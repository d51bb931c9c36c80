"""The rows of a sheet with what its parser leaves out: errors of cells, and the value of a merged cell in each row that it spans.

A merged cell that spans several columns is read in its first one, as its first row is. A row with nothing of its own stays empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from ingestion.hr.behind.model import Area
from ingestion.hr.sheets import Merged
from ingestion.hr.table import Chunk

Patch = dict[int, dict[int, str]]  # column → row of the chunk → text


@dataclass
class _Down:
    """A merged cell below the header: its value, once its first row is read, belongs in the rows down to `last_row`."""

    first_row: int
    last_row: int
    column: int
    text: str = ""


def patched(chunks: Iterable[Chunk], errors: list[Area], merged: Iterable[Merged], first_row: int) -> Iterator[Chunk]:
    """The chunks, which begin at the sheet's first row; cells merged from `first_row` on (counted from 0) are filled down."""
    waiting = _downward(merged, first_row)[::-1]
    waiting_errors = sorted(errors, key=lambda area: area.first_row, reverse=True)
    open_errors: list[Area] = []
    open_cells: list[_Down] = []
    start = 0
    for chunk in chunks:
        end = start + len(chunk)
        while waiting_errors and waiting_errors[-1].first_row < end:
            open_errors.append(waiting_errors.pop())
        if open_errors:
            chunk = _with(chunk, _patch(open_errors, start, end))
            open_errors = [area for area in open_errors if area.last_row >= end]
        while waiting and waiting[-1].first_row < end:
            cell = waiting.pop()
            cell.text = _cell(chunk, cell.first_row - start, cell.column)
            open_cells.append(cell)
        if open_cells:
            chunk = _with(chunk, _filled(chunk, open_cells, start, end))
            open_cells = [cell for cell in open_cells if cell.last_row >= end]
        yield chunk
        start = end


def _downward(merged: Iterable[Merged], first_row: int) -> list[_Down]:
    """The merged cells to fill, in order. Of two that overlap, which no spreadsheet makes, the first: so a file cannot ask for endless work."""
    filled_to: dict[int, int] = {}
    found = []
    for (top, left), (bottom, _) in sorted(merged):
        if bottom > top >= first_row and top > filled_to.get(left, -1):
            filled_to[left] = bottom
            found.append(_Down(top, bottom, left))
    return found


def _patch(areas: list[Area], start: int, end: int) -> Patch:
    patch: Patch = defaultdict(dict)
    for area in areas:
        for row in range(max(area.first_row, start), min(area.last_row + 1, end)):
            patch[area.column][row - start] = area.text
    return patch


def _filled(chunk: Chunk, cells: list[_Down], start: int, end: int) -> Patch:
    patch: Patch = defaultdict(dict)
    is_empty: dict[int, bool] = {}
    for cell in cells:
        for row in range(max(cell.first_row + 1, start) - start, min(cell.last_row + 1, end) - start):
            if row not in is_empty:
                is_empty[row] = not any(_row(chunk, row))
            if cell.text and not is_empty[row] and not _cell(chunk, row, cell.column):
                patch[cell.column][row] = cell.text
    return patch


def _row(chunk: Chunk, row: int) -> list[str]:
    return chunk[row] if isinstance(chunk, list) else [column[row].as_py() for column in chunk.columns]


def _cell(chunk: Chunk, row: int, column: int) -> str:
    if isinstance(chunk, list):
        return chunk[row][column] if column < len(chunk[row]) else ""
    return chunk.column(column)[row].as_py() if column < chunk.num_columns else ""


def _with(chunk: Chunk, patch: Patch) -> Chunk:
    for column, texts in patch.items():
        chunk = _with_column(chunk, column, texts)
    return chunk


def _with_column(chunk: Chunk, column: int, texts: dict[int, str]) -> Chunk:
    if isinstance(chunk, list):
        rows = list(chunk)
        for row, text in texts.items():
            cells = rows[row] + [""] * (column + 1 - len(rows[row]))
            rows[row] = [*cells[:column], text, *cells[column + 1 :]]
        return rows
    while chunk.num_columns <= column:
        chunk = chunk.append_column(str(chunk.num_columns), pa.array([""] * len(chunk), pa.string()))
    cells = chunk.column(column).to_pylist()
    for row, text in texts.items():
        cells[row] = text
    return chunk.set_column(column, str(column), pa.array(cells, pa.string()))
