"""One row of a staff file under its contract: either a row for raw, or what is wrong with it, never its values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.hr.dates import cell_date, month_end, parse_date, period_of, serial_date
from ingestion.hr.identity import Pseudonyms
from ingestion.hr.reader import Cell, Table
from parity.catalogue import HrContract

NUMBER = re.compile(r"-?\d{1,12}(\.\d+)?", re.ASCII)
Find = Callable[[str, str], None]


@dataclass(frozen=True)
class Finding:
    """A broken rule: where, which, and what kind of value stood there."""

    sheet: str | None
    row_no: int
    column: str
    rule: str
    value_class: str


@dataclass(frozen=True)
class StaffRow:
    sheet: str | None
    row_no: int
    period: dt.date | None
    person_key: str
    sex_code: str
    rank: str | None
    unit: str | None
    function: str | None
    sworn_code: str | None
    hire_date: dt.date | None
    separation_date: dt.date | None
    active_code: str | None
    salary: str | None


def value_class(value: Cell) -> str:
    """What kind of value this is, in words that cannot identify anybody."""
    if isinstance(value, dt.date):
        return "date"
    text = value.strip()
    if not text:
        return "empty"
    return f"number of {len(text)} digits" if text.isdecimal() else f"text of {len(text)} characters"


class RowReader:
    """Applies a contract to rows of a table whose columns stand at `places`."""

    def __init__(
        self,
        contract: HrContract,
        table: Table,
        places: dict[str, int],
        pseudonyms: Pseudonyms,
        sheet_period: dt.date | None,
    ) -> None:
        self.contract, self.table, self.places, self.pseudonyms = contract, table, places, pseudonyms
        self.sheet, self.sheet_period = table.sheet, sheet_period
        self.nameless = [place for place, name in enumerate(table.header) if not name]
        self.coded = {
            "sex": contract.sex_codes.keys(),
            "rank": contract.rank_names,
            "sworn": contract.sworn_codes.keys() | {""},
            "function": contract.functions.keys() | {""},
            "is_active": contract.active_codes.keys(),
        }

    def is_total(self, cells: list[Cell]) -> bool:
        first = next((str(cell).strip() for cell in cells if cell != ""), "")
        return first in self.contract.total_markers

    def read(self, row_no: int, cells: list[Cell]) -> StaffRow | list[Finding]:
        """The row for raw, or every finding about it."""
        if shifted := self._shifted(cells):
            return [Finding(self.sheet, row_no, "", shifted, f"row of {len(cells)} cells")]
        findings: list[Finding] = []
        raw = {name: cells[place] for name, place in self.places.items()}
        text = {name: value.strip() if isinstance(value, str) else str(value) for name, value in raw.items()}

        def find(column: str, rule: str) -> None:
            header = self.contract.columns[column].header
            findings.append(Finding(self.sheet, row_no, header, rule, value_class(raw.get(column, ""))))

        for name, codes in self.coded.items():
            if name in text and text[name] not in codes:
                find(name, "code not in the contract")
        key = ""
        try:
            key = self.pseudonyms.of(text["person_id"])
        except ValueError as error:
            find("person_id", f"unusable identifier: {error}")
        days = {name: self._date(raw, name, find) for name in ("hire_date", "separation_date")}
        period = self._period(raw, find)
        hired, left = days["hire_date"], days["separation_date"]
        if hired and left and left < hired and self.contract.impossible_dates == "quarantine":
            find("separation_date", "before the date of hire")
        if text.get("salary") and not NUMBER.fullmatch(text["salary"]):
            find("salary", "not a number written 1234.56")
        if findings:
            return findings
        return StaffRow(
            self.sheet,
            row_no,
            period,
            key,
            text["sex"],
            text.get("rank"),
            text.get("unit"),
            text.get("function"),
            text.get("sworn"),
            hired,
            left,
            text.get("is_active"),
            text.get("salary") or None,
        )

    def _shifted(self, cells: list[Cell]) -> str | None:
        """Why the cells of a row do not stand under their headers: then even a name could pass for a unit."""
        width = len(self.table.header)
        if len(cells) < width:
            return "fewer cells than the header"
        if any(cell != "" for cell in cells[width:]) or any(cells[place] != "" for place in self.nameless):
            return "a value under no header"
        return None

    def _date(self, raw: dict[str, Cell], name: str, find: Find) -> dt.date | None:
        value = raw.get(name, "")
        try:
            if isinstance(value, dt.date):
                return cell_date(value, self.contract.calendar)
            if not value.strip():
                return None
            if self.table.is_workbook and value.isdecimal():
                return serial_date(int(value), is_1904=self.table.is_1904)
            return parse_date(value, self.contract.date_format, self.contract.calendar)
        except ValueError:
            find(name, f"not a date of the form {self.contract.date_format} ({self.contract.calendar})")
            return None

    def _period(self, raw: dict[str, Cell], find: Find) -> dt.date | None:
        value = raw.get("period")
        if value is None:
            return self.sheet_period
        grain, calendar = self.contract.period.grain, self.contract.calendar
        try:
            if isinstance(value, str):
                return period_of(value, grain, calendar)
            day = cell_date(value, calendar)
            return month_end(day.year, 12 if grain == "year" else day.month)
        except ValueError as error:
            find("period", f"no period: {error}")
            return None
