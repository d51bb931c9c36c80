"""One row of a staff file under its contract: either a row for raw, or what is wrong with it, never its values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ingestion.hr.dates import parse_date, period_of
from ingestion.hr.identity import Pseudonyms
from ingestion.hr.reader import Cell
from parity.catalogue import HrContract


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

    def __init__(self, contract: HrContract, places: dict[str, int], pseudonyms: Pseudonyms, sheet: str | None,
                 sheet_period: dt.date | None) -> None:
        self.contract, self.places, self.pseudonyms = contract, places, pseudonyms
        self.sheet, self.sheet_period = sheet, sheet_period
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
        findings: list[Finding] = []
        raw = {
            name: cells[place] if place < len(cells) else "" for name, place in self.places.items()
        }
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
        period = self._period(text, find)
        hired, left = days["hire_date"], days["separation_date"]
        if hired and left and left < hired and self.contract.impossible_dates == "quarantine":
            find("separation_date", "before the date of hire")
        if "salary" in text and text["salary"]:
            try:
                float(text["salary"])
            except ValueError:
                find("salary", "not a number")
        if findings:
            return findings
        return StaffRow(
            self.sheet, row_no, period, key, text["sex"], text.get("rank"), text.get("unit"), text.get("function"),
            text.get("sworn"), hired, left, text.get("is_active"), text.get("salary") or None,
        )

    def _date(self, raw: dict[str, Cell], name: str, find) -> dt.date | None:
        value = raw.get(name, "")
        if isinstance(value, dt.date):
            return value
        if not value.strip():
            return None
        try:
            return parse_date(value, self.contract.date_format, self.contract.calendar)
        except ValueError:
            find(name, f"not a date of the form {self.contract.date_format} ({self.contract.calendar})")
            return None

    def _period(self, text: dict[str, str], find) -> dt.date | None:
        if "period" not in text:
            return self.sheet_period
        try:
            return period_of(text["period"], self.contract.period.grain, self.contract.calendar)
        except ValueError as error:
            find("period", f"no period: {error}")
            return None
