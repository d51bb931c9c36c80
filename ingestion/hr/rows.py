"""Rows of a table under its contract, a batch at a time: lines for COPY, and findings about the rows left out.

A column is mapped by the distinct values that it holds, each judged once, so the cost of a row is a few look-ups in Arrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.aggregate import Counts
from ingestion.hr.block import NULL, Block, Column, Rows
from ingestion.hr.cells import plain
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Findings
from ingestion.hr.identity import NumberRule, is_filler, pseudonym, sex_by_nip
from ingestion.hr.mixed_dates import MixedDates
from ingestion.hr.people import People
from ingestion.hr.sorting import RowSorter
from ingestion.hr.table import Batch, Table
from ingestion.hr.values import Meanings, Values, copy_text
from parity.catalogue import HrContract
from parity.counted import counted

NOTHING = pa.scalar(None, pa.string())
TABLES = {
    "roster": "staff",
    "spells": "staff",
    "events": "event",
    "aggregate": "aggregate",
    "training": "training",
    "complaints": "complaint",
    "applicants": "applicant",
}
# Columns of raw.hr_<table> in the order of the lines, behind those of START, and where each comes from.
START = ("delivery_no", "member", "sheet")
RAW_COLUMNS: dict[str, dict[str, str]] = {
    "staff": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "person_key": "person_key",
        "sex_code": "sex",
        "rank_name": "rank",
        "unit_name": "unit",
        "function_name": "function",
        "sworn_code": "sworn",
        "hire_date": "hire_date",
        "separation_date": "separation_date",
        "active_code": "is_active",
        "salary": "salary",
        "birth_year": "birth_year",
        "age_band": "age_band",
    },
    "event": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "person_key": "person_key",
        "sex_code": "sex",
        "event_code": "event",
        "event_date": "event_date",
        "rank_name": "rank",
        "unit_name": "unit",
        "from_unit_name": "from_unit",
    },
    "aggregate": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "gender": "gender",
        "sworn_status": "sworn",
        "rank_name": "rank",
        "unit_name": "unit",
        "function_name": "function",
        "n_low": "n_low",
        "n_high": "n_high",
    },
    "training": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "person_key": "person_key",
        "course_code": "course",
        "completed_date": "completed_date",
        "hours": "hours",
    },
    "complaint": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "complaint_code": "complaint_type",
        "opened_date": "opened_date",
        "closed_date": "closed_date",
        "sex_code": "sex",
    },
    "applicant": {
        "row_no": "row_no",
        "agency_code": "agency",
        "period_date": "period",
        "gender": "gender",
        "stage": "stage",
        "round_name": "round",
        "n_low": "n_low",
        "n_high": "n_high",
    },
}
# Days without which a row tells nothing, and days of which the second may not come before the first.
DATED = {
    "event_date": "an event without its date",
    "completed_date": "a course without its date",
    "opened_date": "a complaint without its date",
}
DATES = ("hire_date", "separation_date", "birth_date", *DATED)
# Days that nobody can know before they come, unlike those of a separation or an event, which may be announced.
NOT_AHEAD = ("hire_date", "completed_date", "opened_date", "closed_date")
IN_ORDER = (
    ("hire_date", "separation_date", "before the date of hire"),
    ("opened_date", "closed_date", "before the day on which it was opened"),
)


class RowReader:
    """Applies a contract to the batches of a table whose columns stand at `positions`; `keys`: agency → its secret key."""

    def __init__(
        self,
        contract: HrContract,
        table: Table,
        positions: Mapping[str, int],
        keys: Mapping[str, bytes],
        table_period: str | None,
        findings: Findings,
        delivery_no: int,
        people: People,
        rules: Callable[[str], NumberRule],
    ) -> None:
        self.contract, self.table, self.positions, self.findings = contract, table, positions, findings
        self.people = people
        people.add_table(table.file, table.member, table.sheet)
        self.table_period = pa.scalar(table_period, pa.string())
        self.table_has_period = table_period is not None or "period" in positions
        self.extracted = pa.scalar(contract.extract_date.isoformat() if contract.extract_date else None, pa.string())
        sheet = NULL if table.sheet is None else copy_text(table.sheet)
        member = copy_text(table.member) if table.member else NULL
        self.start = f"{delivery_no}\t{member}\t{sheet}"
        self.sorter = RowSorter(contract, table, findings)
        self.nameless = [index for index, name in enumerate(table.header) if not name]
        self.n_sex_differs = 0
        self.dates = MixedDates(contract.date_format)
        values = Values(contract, table.file, is_workbook=table.is_workbook, is_1904=table.is_1904)
        judges: dict[str, Callable[[str], str | None]] = {
            "agency": self._agency(values),
            **({} if "month" in positions else {"period": values.period}),
            "sex": values.code(contract.sex_codes, may_be_blank=False),
            "rank": values.code(contract.rank_names),
            "unit": values.words,
            "from_unit": values.words,
            "function": values.code(contract.functions),
            "sworn": values.code(contract.sworn_codes),
            "is_active": values.code(contract.active_codes, may_be_blank=False),
            "event": values.code(contract.event_codes, may_be_blank=False),
            "hire_date": values.date,
            "separation_date": values.date,
            "birth_year": values.year_of_birth,
            "event_date": values.date,
            "completed_date": values.date,
            "opened_date": values.date,
            "closed_date": values.date,
            "salary": values.number,
            "hours": values.hours,
            "course": values.code(contract.course_codes, may_be_blank=False),
            "complaint_type": values.code(contract.complaint_codes, may_be_blank=False),
            "round": values.words,
        }
        self.judged = {name: Meanings(judge) for name, judge in judges.items() if name in positions}
        rule_of = {agency: rules(agency) for agency in contract.agencies}

        def number(cell: str, agency: str) -> str:
            rule = rule_of[agency]
            if is_filler(cell):  # whether it is a number, the whole list tells
                rule = replace(rule, takes_anything=True)
            return pseudonym(keys[agency], values.sound(cell), rule)

        self.numbers = Meanings[str](lambda cell: number(cell, contract.agency))
        self.numbers_of_several = Meanings[tuple[str, str]](lambda pair: number(*pair))
        self.births, self.ages = Meanings(values.birth_year), Meanings(values.age_band)
        self.ages_by_year, self.periods_of_two = Meanings(values.age_band_by_year), Meanings(values.period_of_two)
        self.patterns = {
            str(name): re.compile(column.pattern)
            for name, column in contract.columns.items()
            if column.pattern is not None and name in positions
        }
        self.ranks_then = Meanings(self._rank_then)
        self.counts = Counts(contract, table, values, findings) if contract.grain in ("aggregate", "applicants") else None

    def read(self, batch: Batch) -> Rows:
        """The batch's rows for raw; what is wrong goes to the findings."""
        numbers, cells = self.sorter.staff(batch)
        if not len(numbers):
            return Rows.none()
        block = Block(self.contract, self.table, self.findings, numbers, cells, self.positions)
        for index in self.nameless:
            if pc.max(cells[index]).as_py() != "":
                for row, cell in enumerate(cells[index].to_pylist()):
                    if plain(cell):
                        block.find(row, "", "a value under no header", f"row of {counted(len(cells), 'cell')}")
        for name, pattern in self.patterns.items():
            block.extract(name, pattern)
        if self.table.is_workbook:
            for name in block.at.keys() & {*DATES}:
                self.dates.look_at(name, block.at[name])
        out: dict[str, Column] = {name: block.apply(judged, name, block.at[name]) for name, judged in self.judged.items()}
        out["row_no"] = pa.array(numbers).cast(pa.string())
        out.setdefault("agency", pa.scalar(self.contract.agency))
        if "month" in block.at:
            out["period"] = block.apply(self.periods_of_two, "period", block.at["period"], block.at["month"])
        out.setdefault("period", self.table_period)
        if self.contract.has_dated_ranks and "rank" in out:
            block.apply(self.ranks_then, "rank", out["rank"], out.get("event_date", out["period"]))
        if self.counts:
            return self.counts.lines(block, out, self.start)
        if "person_id" in block.at:
            self._person(block, out)
        self._age(block, out)
        self._contradictions(block, out)
        if "person_key" in out:
            self.people.add(numbers, block.at["person_id"], out, block.is_good)
        columns = [pa.scalar(self.start)] + [out.get(name, NOTHING) for name in RAW_COLUMNS[TABLES[self.contract.grain]].values()]
        return block.joined(columns, out["agency"], out["period"])

    def finish(self) -> None:
        """Note what only the whole table tells. Raises FileRefused."""
        self._judge_dates()
        self.findings.notices += self.table.notices
        if self.n_sex_differs:
            where = f"sheet '{self.table.sheet}': " if self.table.sheet else ""
            self.findings.notices.append(
                f"{where}in {counted(self.n_sex_differs, 'row')} the sex differs from the one in the person's number: ask which is right"
            )

    def _judge_dates(self) -> None:
        headers: dict[str, str] = {name: column.header for name, column in self.contract.columns.items()}
        where = f"sheet '{self.table.sheet}': "  # dates are looked at in workbooks alone
        for name, n_days, n_texts, is_swapped in self.dates.suspects():
            said = f"column '{headers[name]}' holds {counted(n_days, 'true date')} and {counted(n_texts, 'date')} as text"
            if not is_swapped or self.contract.mixed_dates == "keep":
                self.findings.notices.append(f"{where}{said}: check that Excel has not exchanged day and month in the true dates")
                continue
            raise FileRefused(
                self.table.file,
                f"{said}, as Excel leaves them where it opens a CSV and exchanges day and month: no true date has a day above 12, each text has one",
                "Export the file from the system that made it and send that, without opening it in Excel. If the dates are right, set "
                f"`mixed_dates: keep` in {self.contract.name}.yml.",
                sheet=self.table.sheet,
            )

    def _agency(self, values: Values) -> Callable[[str], str | None]:
        code = values.code(self.contract.agency_codes, may_be_blank=False)
        return lambda cell: self.contract.agency_codes[code(cell) or ""]

    def _rank_then(self, pair: tuple[str | None, str | None]) -> str | None:
        name, day = pair
        if (
            name is None
            or day is None
            or any(
                copy_text(rank.name) == name and rank.valid_from.isoformat() <= day <= rank.valid_to.isoformat()
                for rank in self.contract.ranks
            )
        ):
            return None
        raise ValueError("a rank that the contract knows for other dates only")

    def _person(self, block: Block, out: dict[str, Column]) -> None:
        cells = block.at["person_id"]
        if "agency" not in block.at:
            out["person_key"] = block.apply(self.numbers, "person_id", cells)
        else:
            out["person_key"] = block.apply(
                self.numbers_of_several, "person_id", cells, out["agency"].fill_null(self.contract.agency)
            )
        if self.contract.sex_digit and "sex" in out:
            pairs = zip(cells.to_pylist(), out["sex"].to_pylist(), strict=True)
            self.n_sex_differs += sum(self._sex_differs(cell, code) for cell, code in pairs)

    def _sex_differs(self, cell: str, code: str | None) -> bool:
        try:
            by_number = sex_by_nip(cell)
        except ValueError:
            return False
        said = self.contract.sex_codes.get(code or "")
        return by_number is not None and said in ("man", "woman") and said != by_number

    def _age(self, block: Block, out: dict[str, Column]) -> None:
        if "birth_year" in block.at:
            out["age_band"] = block.apply(self.ages_by_year, "birth_year", out["birth_year"], out["period"])
        if "birth_date" not in block.at:
            return
        cells = block.at["birth_date"]
        out["birth_year"] = block.apply(self.births, "birth_date", cells)
        readable = pc.if_else(out["birth_year"].is_valid(), cells, "")
        out["age_band"] = block.apply(self.ages, "birth_date", readable, out["period"])

    def _contradictions(self, block: Block, out: dict[str, Column]) -> None:
        for first, second, rule in IN_ORDER:
            if first in out and second in out and self.contract.impossible_dates == "quarantine":
                for index in _where(pc.less(out[second], out[first])):
                    block.find(index, second, rule, "date")
        limit = out["period"] if self.table_has_period else self.extracted
        for column in NOT_AHEAD if self.contract.impossible_dates == "quarantine" else ():
            if column in out:
                for index in _where(pc.greater(out[column], limit)):
                    block.find(index, column, "after the day of the list", "date")
        for column, rule in DATED.items():
            if column in out:
                for index in _where(out[column].is_null()):
                    if int(index) not in block.bad:
                        block.find(index, column, rule, "empty")


def _where(condition: pa.BooleanArray) -> np.ndarray:
    return np.flatnonzero(condition.fill_null(False).to_numpy(zero_copy_only=False))
