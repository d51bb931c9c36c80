"""Which rows of a table are staff. Titles, totals, headers printed again and signatures are not; a row that fits nothing is a finding."""

from __future__ import annotations

import re

from ingestion.hr.cells import plain
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.table import Batch, Table
from parity.catalogue import HrContract


class RowSorter:
    """Sorts the batches of one table, in order."""

    def __init__(self, contract: HrContract, table: Table, findings: Findings) -> None:
        self.contract, self.table, self.findings = contract, table, findings
        self.width = len(table.header)
        self.watched = {"", table.header[0], *contract.total_markers, *contract.end_markers}
        self.has_ended = False
        self.n_since_total = self.n_staff = 0

    def staff(self, batch: Batch) -> tuple[list[int] | range, list[list[str]]]:
        """The numbers and cells of the rows of staff, each as wide as the header."""
        first, rows = batch
        strip, width, watched = str.strip, self.width, self.watched
        unusual = [n for n, row in enumerate(rows) if len(row) != width or strip(row[0]) in watched or self.has_ended]
        left_out: set[int] = set()
        done = 0
        for n in unusual:
            self._count(n - done)
            done = n + 1
            if self._is_staff(first + n, rows[n]):
                self._count(1)
            else:
                left_out.add(n)
            if self.has_ended:
                left_out |= {m for m in range(done, len(rows)) if not self._is_staff(first + m, rows[m])}
                done = len(rows)
                break
        self._count(len(rows) - done)
        if not unusual:
            return range(first, first + len(rows)), rows
        kept = [n for n in range(len(rows)) if n not in left_out]
        return [first + n for n in kept], [rows[n][:width] for n in kept]

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
        if texts[: self.width] == self.table.header:
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
        finding = Finding(self.table.file, self.table.sheet, row_no, "", rule, f"row of {len(row)} cells")
        self.findings.add_row([finding])

    def _compare_total(self, row_no: int, texts: list[str]) -> None:
        """Rows that an agency leaves out (a special branch) still stand in its total: then the difference is said."""
        numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,9}", text)]
        if self.contract.grain == "roster" and len(numbers) == 1 and numbers[0] not in (self.n_since_total, self.n_staff):
            place = f"sheet '{self.table.sheet}', " if self.table.sheet else ""
            self.findings.totals_off.append(
                f"{place}row {row_no} says {numbers[0]:,}, and {self.n_since_total:,} rows stand there"
            )
        self.n_since_total = 0
