"""Which rows of a table are staff. Titles, totals, headers printed again and signatures are not; a row that fits nothing is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.cells import plain
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.table import Batch, Table, rows_of, told_apart
from parity.catalogue import HrContract
from parity.counted import counted


class RowSorter:
    """Sorts the batches of one table, in order."""

    def __init__(self, contract: HrContract, table: Table, findings: Findings) -> None:
        self.contract, self.table, self.findings = contract, table, findings
        self.width = len(table.header)
        self.watched = {"", table.header[0], *contract.repeated_headers, *contract.total_markers}
        self.has_ended = False
        self.n_since_total = self.n_staff = 0

    def staff(self, batch: Batch) -> tuple[np.ndarray, list[pa.Array]]:
        """The numbers of the rows of staff, and their cells in as many columns as the header has."""
        first, chunk = batch
        if isinstance(chunk, pa.Table) and (self.has_ended or not self._is_as_wide(chunk)):
            chunk = rows_of(chunk)
        if isinstance(chunk, list):
            unusual = [n for n, row in enumerate(chunk) if self.has_ended or len(row) != self.width or self._is_watched(row[0])]
            left_out = self._left_out(first, len(chunk), unusual, chunk.__getitem__)
            rows = [row[: self.width] for n, row in enumerate(chunk) if n not in left_out]
            cells = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        else:
            start = pc.dictionary_encode(chunk.column(0).chunk(0))
            watched = [code for code, cell in enumerate(start.dictionary.to_pylist()) if self._is_watched(cell)]
            unusual = np.flatnonzero(np.isin(start.indices.to_numpy(), watched)).tolist() if watched else []
            left_out = self._left_out(first, len(chunk), unusual, lambda n: [c[n].as_py() for c in chunk.columns])
            cells = [column.chunk(0) for column in chunk.columns[: self.width]]
        numbers = np.arange(first, first + len(chunk))
        if left_out:
            keep = np.ones(len(chunk), dtype=bool)
            keep[list(left_out)] = False
            numbers = numbers[keep]
            if not isinstance(chunk, list):
                cells = [column.filter(pa.array(keep)) for column in cells]
        return numbers, cells

    def _is_as_wide(self, chunk: pa.Table) -> bool:
        """Whether no cell stands beyond the header."""
        beyond = chunk.columns[self.width :]
        return chunk.num_columns >= self.width and all(pc.max(column).as_py() == "" for column in beyond)

    def _is_watched(self, cell: str) -> bool:
        text = cell.strip()
        return text in self.watched or text.startswith(tuple(self.contract.end_markers))

    def _left_out(self, first: int, n_rows: int, unusual: list[int], row_at: Callable[[int], list[str]]) -> set[int]:
        """Places of the rows that are no staff; totals are compared, and misfits become findings."""
        left_out: set[int] = set()
        done = 0
        for n in unusual:
            self._count(n - done)
            done = n + 1
            if self._is_staff(first + n, row_at(n)):
                self._count(1)
            else:
                left_out.add(n)
            if self.has_ended:
                left_out |= {m for m in range(done, n_rows) if not self._is_staff(first + m, row_at(m))}
                return left_out
        self._count(n_rows - done)
        return left_out

    def _count(self, n: int) -> None:
        self.n_since_total += n
        self.n_staff += n

    def _is_staff(self, row_no: int, row: list[str]) -> bool:
        texts = [plain(cell) for cell in row]
        start = next(filter(None, texts), "")
        if not start:
            return False
        if self.has_ended:
            if sum(map(bool, texts)) >= max(3, self.width // 2):
                self._misfit(row_no, row, "a row below the end of the table")
            return False
        if start.startswith(tuple(self.contract.end_markers)):
            self.has_ended = True
            return False
        if start in self.contract.total_markers:
            self._compare_total(row_no, texts)
            return False
        if told_apart(texts[: self.width], self.contract.repeated_headers) == self.table.header:
            return False  # printed again at the top of a page
        if len(row) < self.width:
            self._misfit(row_no, row, "fewer cells than the header")
            return False
        if any(texts[self.width :]):
            self._misfit(row_no, row, "a value under no header")
            return False
        return True

    def _misfit(self, row_no: int, row: list[str], rule: str) -> None:
        """The cells do not stand under their headers: then even a name could pass for a unit."""
        finding = Finding(self.table.file, self.table.sheet, row_no, "", rule, f"row of {counted(len(row), 'cell')}")
        self.findings.add_row([finding])

    def _compare_total(self, row_no: int, texts: list[str]) -> None:
        """Rows that an agency leaves out (a special branch) still stand in its total: then the difference is said."""
        numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,9}", text)]
        if self.contract.grain == "roster" and len(numbers) == 1 and numbers[0] not in (self.n_since_total, self.n_staff):
            where = f"sheet '{self.table.sheet}', " if self.table.sheet else ""
            self.findings.totals_off.append(
                f"{where}row {row_no} says {numbers[0]:,}, and {counted(self.n_since_total, 'row stands', 'rows stand')} there"
            )
        self.n_since_total = 0
