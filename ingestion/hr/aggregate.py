"""Tables of counts stay counts: a line a row and measure, with the least and the most people that its cell stands for."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from ingestion.hr.block import NULL, Block, Column, Rows
from ingestion.hr.cells import describe
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Findings
from ingestion.hr.table import Table
from ingestion.hr.values import Judged, Values
from parity.catalogue import HrContract
from parity.catalogue.hr_contract import Measure

UNSAID = "- -"


class Counts:
    """Reads the counts of one aggregate table: a column n_staff beside a column of sex, or a column a measure."""

    def __init__(self, contract: HrContract, table: Table, values: Values, findings: Findings) -> None:
        self.contract, self.findings = contract, findings
        self.measures: list[tuple[int, Measure]] = []
        for measure in contract.measures:
            if table.header.count(measure.header) != 1:
                raise FileRefused(
                    table.file,
                    f"the column of counts '{measure.header}' stands there {table.header.count(measure.header)} times",
                    f"Name it in the file as {contract.name}.yml does, once.",
                    sheet=table.sheet,
                    row=contract.header_row,
                )
            self.measures.append((table.header.index(measure.header), measure))
        self.judged = {
            multiplier: Judged(lambda cell, times=multiplier: _pair(values.count(cell, times)))
            for multiplier in {1, *(measure.multiplier for measure in contract.measures)}
        }

    def lines(self, block: Block, out: dict[str, Column], start: str) -> Rows:
        """The block's counts for raw; rows whose parts exceed their total are findings."""
        counts: list[tuple[Measure | None, list[str]]] = [
            (measure, block.apply(self.judged[measure.multiplier], measure.header, block.cells[place]).to_pylist())
            for place, measure in self.measures
        ] or [(None, block.apply(self.judged[1], "n_staff", block.at["n_staff"]).to_pylist())]
        self._compare_with_total(block, counts)
        for place in sorted(block.bad):
            self.findings.add_row(block.bad[place])
        said = {
            name: column.to_pylist() if isinstance(column, pa.Array) else [column.as_py()] * len(block)
            for name, column in out.items()
        }
        lines: list[str] = []
        periods: Counter[tuple[str, str | None]] = Counter()
        for place in range(len(block)):
            if place in block.bad:
                continue
            row = {name: column[place] for name, column in said.items()}
            periods[row["agency"], row["period"]] += 1
            for measure, column in counts:
                if column[place] == UNSAID or (measure and measure.gender == "all" and len(counts) > 1):
                    continue
                cells = (
                    start,
                    row["row_no"],
                    row["agency"],
                    row["period"],
                    measure.gender if measure else self._gender(row),
                    measure.sworn if measure else self.contract.sworn_codes.get(row.get("sworn") or ""),
                    *(row.get(name) for name in ("rank", "unit", "function")),
                    *column[place].split(),
                )
                lines.append("\t".join(NULL if cell is None else cell for cell in cells) + "\n")
        return Rows("".join(lines).encode(), sum(periods.values()), periods)

    def _gender(self, row: dict[str, str | None]) -> str:
        return self.contract.sex_codes[row["sex"] or ""] if "sex" in row else "all"

    def _compare_with_total(self, block: Block, counts: list[tuple[Measure | None, list[str]]]) -> None:
        """Women and men and the others are everybody: the parts' bounds must hold the total's."""
        totals = [column for measure, column in counts if measure and measure.gender == "all"]
        parts = [column for measure, column in counts if measure and measure.gender != "all"]
        if len(totals) != 1 or not parts:
            return
        for place, total in enumerate(totals[0]):
            said = [column[place] for column in parts]
            if place in block.bad or UNSAID in (total, *said):
                continue
            low, high = map(int, total.split())
            if sum(int(n.split()[0]) for n in said) > high or sum(int(n.split()[1]) for n in said) < low:
                block.find(place, "", "the parts do not add up to the total", describe(str(high)))


def _pair(count: tuple[int, int] | None) -> str:
    return UNSAID if count is None else f"{count[0]} {count[1]}"
