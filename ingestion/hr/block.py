"""A batch of rows as columns of text, and what is wrong in it. Columns are mapped by their distinct values, however many rows hold them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.cells import LONGEST, describe, plain
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.table import Table
from ingestion.hr.values import UNKNOWN_CODE, Meanings
from parity.catalogue import HrContract

NULL = "\\N"  # COPY's
Column: TypeAlias = pa.Array | pa.Scalar  # of text; a scalar is the same in every row


@dataclass(frozen=True)
class Rows:
    """Lines for COPY, how many rows of the file they are, and how many of each (agency, period)."""

    lines: bytes | memoryview
    n_rows: int
    n_by_period: Counter[tuple[str, str | None]]

    @classmethod
    def none(cls) -> Rows:
        return cls(b"", 0, Counter())


class Block:
    """`at`: canonical column → its cells; `numbers`: the rows' numbers in the file."""

    def __init__(
        self,
        contract: HrContract,
        table: Table,
        findings: Findings,
        numbers: np.ndarray,
        cells: Sequence[pa.Array],
        positions: Mapping[str, int],
    ) -> None:
        self.contract, self.table, self.findings, self.numbers, self.cells = contract, table, findings, numbers, cells
        self.at = {name: cells[index] for name, index in positions.items()}
        self.bad: dict[int, list[Finding]] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def is_good(self) -> np.ndarray:
        """True for each row without a finding."""
        good = np.ones(len(self), dtype=bool)
        good[list(self.bad)] = False
        return good

    def find(self, index: int, column: str, rule: str, value_class: str) -> None:
        """A finding about row `index` of the block; `column` is a canonical name or a header. A cell has one: the first."""
        if column and any(finding.column == self._header(column) for finding in self.bad.get(int(index), ())):
            return
        finding = Finding(self.table.file, self.table.sheet, int(self.numbers[index]), self._header(column), rule, value_class)
        self.bad.setdefault(int(index), []).append(finding)

    def _header(self, column: str) -> str:
        return self.contract.columns[column].header if column in self.contract.columns else column

    def apply(self, judged: Meanings[Any], column: str, *raw: Column) -> pa.Array:
        """The cells of a column, or of several side by side, through `judged`; bad values become findings about `column`."""
        values, codes = _distinct(raw, len(self))
        texts = pa.array(list(map(judged.__getitem__, values)), pa.string())
        if judged.bad and (bad := {code: value for code, value in enumerate(values) if value in judged.bad}):
            for index in np.flatnonzero(np.isin(codes, list(bad))).tolist():
                value = bad[codes[index]]
                cell = value if isinstance(value, str) else value[0]
                self.find(index, column, judged.bad[value], describe(cell))
                if judged.bad[value] == UNKNOWN_CODE:
                    self.findings.unknown[self._header(column), plain(cell)] += 1
        return texts.take(pa.array(codes))

    def extract(self, column: str, pattern: re.Pattern[str]) -> None:
        """Leave of each cell of a column what the pattern's group `value` finds in it; cells that do not match become findings."""
        values, codes = _distinct((self.at[column],), len(self))
        found = [pattern.fullmatch(text) if len(text := plain(cell)) <= LONGEST else None for cell in values]
        texts = [match["value"] or "" if match else "" for match in found]
        bad = [code for code, match in enumerate(found) if match is None and plain(values[code])]
        for index in np.flatnonzero(np.isin(codes, bad)).tolist() if bad else ():
            self.find(index, column, "does not match the column's `pattern`", describe(values[codes[index]]))
        self.at[column] = pa.array(texts, pa.string()).take(pa.array(codes))

    def joined(self, columns: Sequence[Column], agency: Column, period: Column) -> Rows:
        """The rows without findings, `columns` side by side; the others' findings are handed in."""
        for index in sorted(self.bad):
            self.findings.add_row(self.bad[index])
        good = len(self) - len(self.bad)
        if not good:
            return Rows.none()
        # The lines stand one behind the other in Arrow's buffer, which is what COPY reads.
        last = pc.binary_join_element_wise(columns[-1], "", "\n", null_handling="replace", null_replacement=NULL)
        lines = pc.binary_join_element_wise(*columns[:-1], last, "\t", null_handling="replace", null_replacement=NULL)
        values, codes = _distinct((agency, period), len(self))
        if self.bad:
            lines, codes = lines.filter(pa.array(self.is_good)), codes[self.is_good]
        counts = np.bincount(codes, minlength=len(values))
        _, offsets, text = lines.buffers()
        end = np.frombuffer(offsets, dtype=np.int32)[len(lines)]
        periods = Counter({value: int(n) for value, n in zip(values, counts, strict=True) if n})
        return Rows(memoryview(text)[:end], good, periods)


def _distinct(columns: Sequence[Column], n: int) -> tuple[list[Any], np.ndarray]:
    """The distinct values of a column (tuples of them for several), and the index of each row's value among them."""
    parts = [_encoded(column, n) for column in columns]
    values, codes = parts[0]
    if len(parts) == 1:
        return values, codes
    together: list[tuple[str | None, ...]] = [(value,) for value in values]
    for more, its_codes in parts[1:]:
        pairs = codes.astype(np.int64) * len(more) + its_codes
        found = pc.dictionary_encode(pa.array(pairs))
        together = [(*together[pair // len(more)], more[pair % len(more)]) for pair in found.dictionary.to_pylist()]
        codes = found.indices.to_numpy()
    return together, codes


def _encoded(column: Column, n: int) -> tuple[list[str | None], np.ndarray]:
    if isinstance(column, pa.Scalar):
        return [column.as_py()], np.zeros(n, dtype=np.int32)
    found = pc.dictionary_encode(column, null_encoding="encode")
    return found.dictionary.to_pylist(), found.indices.to_numpy()
