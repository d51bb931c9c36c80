"""Whatever refuses a workbook in one of its sheets names this sheet, and the row where it is about one."""

import datetime as dt
from typing import Any

import pytest

from ingestion.hr.errors import FileRefused
from tests.staff import read
from tests.unit.ingestion.contracts import HEADER, ROW, contract
from tests.unit.ingestion.spreadsheets import without_values, xlsx

HEADERS, PERSON = HEADER.split(","), ROW.split(",")
BAD = [*PERSON[:3], "x", *PERSON[4:]]
SHEET = "North"
OF_COUNTS: dict[str, Any] = {
    "grain": "aggregate", "columns": {"period": {"header": "period"}}, "identifying": [], "sex_codes": {}, "ranks": [],
    "measures": [{"header": "F", "gender": "woman"}],
}  # fmt: skip
TWO_UNITS = {"repeated_headers": {"unit": ["unit", "unit below"]}}
# what refuses → rows of the sheet, changes of the contract, the row that is named
REFUSED: dict[str, tuple[list[list], dict[str, Any], int | None]] = {
    "the sheet ends before its header": ([HEADERS], {"header_row": 5}, None),
    "a header stands there too often": ([[*HEADERS, "unit", "unit"], [*PERSON, "", ""]], TWO_UNITS, 1),
    "a column is missing": ([["Title"], HEADERS[:-3], PERSON[:-3]], {"header_row": 2}, 2),
    "a column of counts stands there twice": ([["Title"], ["period", "F", "F"], ["12/2023", 1, 2]], OF_COUNTS | {"header_row": 2}, 2),
    "too many rows are bad": ([HEADERS, PERSON, BAD], {"max_bad_share": 0}, 3),
    "the sheet's name tells no period": (
        [HEADERS[1:], PERSON[1:]],
        {"period": {"sheet_pattern": r"(?P<year>\d{4})"}, "columns": {k: v for k, v in contract().model_dump(mode="json")["columns"].items() if k != "period" and v}},
        None,
    ),
}  # fmt: skip


def refusal(rows, *, body=lambda it: it, **changes):
    with pytest.raises(FileRefused) as refused:
        read(body(xlsx(rows, sheet=SHEET)), "staff.xlsx", contract(**{"format": "workbook", "sheets": [SHEET], **changes}))
    return refused.value


@pytest.mark.parametrize("why", REFUSED)
def test_a_refusal_names_the_sheet_and_its_row(why):
    rows, changes, row = REFUSED[why]
    refused = refusal(rows, **changes)
    assert (refused.sheet, refused.row) == (SHEET, row)
    place = f", row {row}" if row else ""
    assert str(refused).startswith(f"staff.xlsx, sheet '{SHEET}'{place}: ") and refused.remedy in str(refused)
    assert refused.as_dict() == {"message": str(refused), **vars(refused)}


def test_more_bad_rows_than_are_looked_at_refuse_with_the_first_of_them(monkeypatch):
    monkeypatch.setattr("ingestion.hr.findings.MOST", 2)
    two, three = [HEADERS, PERSON, BAD, BAD], [HEADERS, PERSON, BAD, BAD, BAD]
    assert len(read(xlsx(two, sheet=SHEET), "staff.xlsx", contract(format="workbook", sheets=[SHEET])).findings) == 2
    refused = refusal(three)
    assert (refused.sheet, refused.row) == (SHEET, 3) and "more than 2 rows break the contract" in str(refused)


def test_a_formula_without_a_result_refuses_with_its_sheet():
    refused = refusal([HEADERS, [*PERSON[:-1], "=1+1"]], body=without_values)
    assert (refused.sheet, refused.row) == (SHEET, None) and "1 formula holds no stored result" in str(refused)


def test_a_refusal_of_a_file_without_sheets_names_none():
    with pytest.raises(FileRefused) as refused:
        read(b"period,id\n", "staff.csv", contract(header_row=5))
    assert (refused.value.sheet, refused.value.row) == (None, None)
    assert str(refused.value).startswith("staff.csv: ")


def test_days_that_excel_exchanged_refuse_with_their_sheet():
    days = [dt.date(2001, n % 12 + 1, n) if n <= 12 else f"{n}/03/2001" for n in range(1, 29)]
    refused = refusal([HEADERS, *([*PERSON[:1], str(1000 + n), *PERSON[2:6], day, *PERSON[7:]] for n, day in enumerate(days))])
    assert (refused.sheet, refused.row) == (SHEET, None) and "exchanges day and month" in str(refused)
