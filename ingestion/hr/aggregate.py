"""Tables of counts stay counts: a line a row and measure, with the least and the most people that its cell stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ingestion.hr.block import Block, Rows
from ingestion.hr.cells import describe
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Table
from ingestion.hr.values import NULL, Judged, Values, copy_text
from parity.catalogue import HrContract
from parity.catalogue.hr_contract import Measure

UNSAID = "- -"


class Counts:
    """Reads the counts of one aggregate table: a column n_staff beside a column of sex, or a column a measure."""

    def __init__(self, contract: HrContract, table: Table, places: Mapping[str, int], values: Values) -> None:
        self.contract = contract
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

    def lines(self, block: Block, out: dict[str, list[str]]) -> Rows:
        """The block's counts for raw; rows whose parts exceed their total are findings."""
        if self.measures:
            counts = [
                (measure, block.apply(self.judged[measure.multiplier], measure.header, block.cells[place]))
                for place, measure in self.measures
            ]
            self._compare_with_total(block, [(measure, column) for measure, column in counts])
        else:
            counts = [(None, block.apply(self.judged[1], "n_staff", block.at["n_staff"]))]
        block.report()
        lines: list[str] = []
        periods: Counter[tuple[str, str]] = Counter()
        nothing = [NULL] * len(block)
        for place in range(len(block)):
            if place in block.bad:
                continue
            agency, period = out["agency"][place], out["period"][place]
            periods[agency, period] += 1
            for measure, column in counts:
                if column[place] == UNSAID or (measure and measure.gender == "all" and len(counts) > 1):
                    continue
                gender = measure.gender if measure else self._gender(out, place)
                sworn = (measure.sworn or NULL) if measure else self._sworn(out, place)
                low, high = column[place].split()
                labels = (out.get(name, nothing)[place] for name in ("rank", "unit", "function"))
                lines.append("\t".join((out["row_no"][place], agency, period, gender, sworn, *labels, low, high)))
        return Rows(lines, sum(periods.values()), periods)

    def _gender(self, out: dict[str, list[str]], place: int) -> str:
        return self.contract.sex_codes[out["sex"][place]] if "sex" in out else "all"

    def _sworn(self, out: dict[str, list[str]], place: int) -> str:
        code = out["sworn"][place] if "sworn" in out else NULL
        return NULL if code == NULL else copy_text(self.contract.sworn_codes[code])

    def _compare_with_total(self, block: Block, counts: list[tuple[Measure, list[str]]]) -> None:
        """Women and men and the others are everybody: the parts' bounds must hold the total's."""
        totals = [column for measure, column in counts if measure.gender == "all"]
        parts = [column for measure, column in counts if measure.gender != "all"]
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
