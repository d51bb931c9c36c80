"""Tables of counts stay counts: a line a row and measure, with the least and the most people that its cell stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from ingestion.hr.block import NULL, Block, Column, Rows
from ingestion.hr.cells import describe
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Findings
from ingestion.hr.table import Table
from ingestion.hr.values import Judge, Meanings, Values
from parity.catalogue import HrContract
from parity.catalogue.hr_parts import Measure
from parity.counted import times

UNSAID = "- -"
STAGES = {"n_staff": None, "n_applied": "applied", "n_hired": "hired"}


@dataclass(frozen=True)
class _Counted:
    """A column of counts: its cells as 'least most', and of whom they are."""

    column: list[str]
    stage: str | None
    measure: Measure | None = None

    @property
    def gender(self) -> str | None:
        """None where a column of the row tells it."""
        return self.measure.gender if self.measure else None

    @property
    def is_total(self) -> bool:
        return self.gender == "all"


class Counts:
    """Reads the counts of one table: columns of counts with a column of sex, or one column for each measure."""

    def __init__(self, contract: HrContract, table: Table, values: Values, findings: Findings) -> None:
        self.contract, self.findings = contract, findings
        self.measures: list[tuple[int, Measure]] = []
        for measure in contract.measures:
            if table.header.count(measure.header) != 1:
                raise FileRefused(
                    table.file,
                    f"the column of counts '{measure.header}' stands there {times(table.header.count(measure.header))}",
                    f"Name it in the file as {contract.name}.yml does, once.",
                    sheet=table.sheet,
                    row=contract.header_row,
                )
            self.measures.append((table.header.index(measure.header), measure))
        multipliers = {1, *(measure.multiplier for measure in contract.measures)}
        self.judged = {multiplier: Meanings(_judge(values, multiplier)) for multiplier in multipliers}

    def lines(self, block: Block, out: dict[str, Column], start: str) -> Rows:
        """The block's counts for raw; rows whose parts exceed their total are findings."""
        counts = list(self._counted(block))
        self._compare_with_total(block, counts)
        self._compare_hired_with_applied(block, counts)
        for index in sorted(block.bad):
            self.findings.add_row(block.bad[index])
        said = {
            name: column.to_pylist() if isinstance(column, pa.Array) else [column.as_py()] * len(block)
            for name, column in out.items()
        }
        lines: list[str] = []
        periods: Counter[tuple[str, str | None]] = Counter()
        for index in range(len(block)):
            if index in block.bad:
                continue
            row = {name: column[index] for name, column in said.items()}
            periods[row["agency"], row["period"]] += 1
            for counted in counts:
                if counted.column[index] == UNSAID or (counted.is_total and len(counts) > 1):
                    continue
                gender = counted.measure.gender if counted.measure else self._gender(row)
                cells = (start, row["row_no"], row["agency"], row["period"], gender, *self._of_whom(counted, row))
                lines.append(
                    "\t".join(NULL if cell is None else cell for cell in (*cells, *counted.column[index].split())) + "\n"
                )
        return Rows("".join(lines).encode(), sum(periods.values()), periods)

    def _counted(self, block: Block) -> Iterator[_Counted]:
        for column_index, measure in self.measures:
            column = block.apply(self.judged[measure.multiplier], measure.header, block.cells[column_index])
            yield _Counted(column.to_pylist(), measure.stage, measure)
        for name, stage in STAGES.items():
            if name in block.at:
                yield _Counted(block.apply(self.judged[1], name, block.at[name]).to_pylist(), stage)

    def _gender(self, row: dict[str, str | None]) -> str:
        return self.contract.sex_codes[row["sex"] or ""] if "sex" in row else "all"

    def _of_whom(self, counted: _Counted, row: dict[str, str | None]) -> tuple[str | None, ...]:
        """What stands between gender and counts in the line of a table of staff, or of applicants."""
        if counted.stage:
            return counted.stage, row.get("round")
        sworn = counted.measure.sworn if counted.measure else self.contract.sworn_codes.get(row.get("sworn") or "")
        return sworn, *(row.get(name) for name in ("rank", "unit", "function"))

    def _compare_with_total(self, block: Block, counts: list[_Counted]) -> None:
        """Women and men and the others are everybody: the parts' bounds must hold the total's."""
        for stage in {counted.stage for counted in counts}:
            totals = [counted.column for counted in counts if counted.stage == stage and counted.is_total]
            parts = [counted.column for counted in counts if counted.stage == stage and counted.measure and not counted.is_total]
            if len(totals) != 1 or not parts:
                continue
            for index, total in enumerate(totals[0]):
                said = [column[index] for column in parts]
                if index in block.bad or UNSAID in (total, *said):
                    continue
                low, high = map(int, total.split())
                if sum(int(n.split()[0]) for n in said) > high or sum(int(n.split()[1]) for n in said) < low:
                    block.find(index, "", "the parts do not add up to the total", describe(str(high)))

    def _compare_hired_with_applied(self, block: Block, counts: list[_Counted]) -> None:
        for gender in {counted.gender for counted in counts if counted.stage == "hired"}:
            alike = [counted for counted in counts if counted.gender == gender]
            if [counted.stage for counted in alike] not in (["applied", "hired"], ["hired", "applied"]):
                continue
            pair = {counted.stage: counted.column for counted in alike}
            for index, (few, many) in enumerate(zip(pair["hired"], pair["applied"], strict=True)):
                if index not in block.bad and UNSAID not in (few, many) and int(few.split()[0]) > int(many.split()[1]):
                    block.find(index, "", "more hired than applied", describe(few.split()[0]))


def _judge(values: Values, multiplier: int) -> Judge:
    def judge(cell: str) -> str:
        count = values.count(cell, multiplier)
        return UNSAID if count is None else f"{count[0]} {count[1]}"

    return judge
