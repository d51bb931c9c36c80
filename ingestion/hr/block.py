"""A batch of rows turned into columns, and what is wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from ingestion.hr.cells import describe, plain
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.table import Table
from ingestion.hr.values import UNKNOWN_CODE, Judged
from parity.catalogue import HrContract


@dataclass(frozen=True)
class Rows:
    """Lines for COPY (without a line break), how many rows of the file they are, and how many of each (agency, period)."""

    lines: list[str]
    n_rows: int
    n_by_period: Counter[tuple[str, str]]


class Block:
    """`at`: canonical column → its cells; `numbers`: the rows' numbers in the file."""

    def __init__(
        self,
        contract: HrContract,
        table: Table,
        findings: Findings,
        numbers: Sequence[int],
        rows: list[list[str]],
        places: Mapping[str, int],
    ) -> None:
        self.contract, self.table, self.findings, self.numbers = contract, table, findings, numbers
        self.cells = list(zip(*rows, strict=True))
        self.at = {name: self.cells[place] for name, place in places.items()}
        self.bad: dict[int, list[Finding]] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def find(self, place: int, column: str, rule: str, value_class: str) -> None:
        """A finding about row `place` of the block; `column` is a canonical name or a header."""
        header = self.contract.columns[column].header if column in self.contract.columns else column
        finding = Finding(self.table.file, self.table.sheet, self.numbers[place], header, rule, value_class)
        self.bad.setdefault(place, []).append(finding)

    def apply(self, judged: Judged, column: str, raw: Sequence[Hashable]) -> list[str]:
        """`raw` through `judged`; the rows of its bad values become findings about `column`."""
        texts = list(map(judged.__getitem__, raw))
        if judged.bad:
            for place, value in enumerate(raw):
                if value in judged.bad:
                    cell = value if isinstance(value, str) else value[0]
                    self.find(place, column, judged.bad[value], describe(cell))
                    if judged.bad[value] == UNKNOWN_CODE:
                        self.findings.unknown[self.contract.columns[column].header, plain(cell)] += 1
        return texts

    def joined(self, columns: Sequence[Sequence[str]], agency: Sequence[str], period: Sequence[str]) -> Rows:
        """Rows without findings, `columns` side by side; the others' findings are handed in."""
        self.report()
        lines = map("\t".join, zip(*columns, strict=True))
        pairs = zip(agency, period, strict=True)
        if not self.bad:
            return Rows(list(lines), len(self), Counter(pairs))
        good = [line for place, line in enumerate(lines) if place not in self.bad]
        return Rows(good, len(good), Counter(pair for place, pair in enumerate(pairs) if place not in self.bad))

    def report(self) -> None:
        for place in sorted(self.bad):
            self.findings.add_row(self.bad[place])
