"""For tests: a small agency's contract, its rows, and files of them with one quirk each."""

from __future__ import annotations

import datetime as dt

import pytest

from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract
from tests.staff import read

HEADER = ["period", "id", "name", "sex", "rank", "unit", "hired"]
ROW = ["12/2023", "A1001", "SOMCHAI JAIDEE", "F", "Officer", "North", "01/02/2010"]
OTHER = ["12/2023", "A1002", "MANEE RAKDEE", "M", "Captain", "South", "28/02/2011"]
DAY = dt.date(2010, 2, 1)


def contract(**changes) -> HrContract:
    base = {
        "name": "abc",
        "agency": "ABC-POL",
        "grain": "roster",
        "file_pattern": "*",
        "format": "csv",
        "period": {"column": "period"},
        "date_format": "%d/%m/%Y",
        "columns": {
            "period": {"header": "period"},
            "person_id": {"header": "id"},
            "sex": {"header": "sex"},
            "rank": {"header": "rank"},
            "unit": {"header": "unit"},
            "hire_date": {"header": "hired"},
        },
        "identifying": ["name"],
        "total_markers": ["Total", "Jumlah", "รวม", "Tổng cộng", "សរុប"],
        "sex_codes": {"F": "woman", "M": "man"},
        "ranks": [{"name": "Officer", "grade": 1}, {"name": "Captain", "grade": 5}],
        "max_bad_share": 0.6,
    }
    return HrContract.model_validate(base | changes)


def book(**changes) -> HrContract:
    return contract(format="workbook", **changes)


def text(*rows: list[str], delimiter: str = ",", header: list[str] | None = None) -> str:
    return "\r\n".join(delimiter.join(row) for row in [header or HEADER, *rows]) + "\r\n"


def got(body: bytes | str, name: str = "staff.csv", password: str | None = None, **changes):
    the_contract = changes.pop("of", None) or contract(**changes)
    return read(body.encode() if isinstance(body, str) else body, name, the_contract, password)


def refused(*args, **changes) -> str:
    with pytest.raises(FileRefused) as error:
        got(*args, **changes)
    assert "SOMCHAI" not in str(error.value) and "A1001" not in str(error.value)
    return str(error.value)


def with_cell(column: str, value: object, row: list | None = None) -> list:
    changed = list(row or ROW)
    changed[HEADER.index(column)] = value
    return changed
