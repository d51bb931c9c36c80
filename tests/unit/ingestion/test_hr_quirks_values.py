"""What agency files really do, a case a quirk: each is read exactly as meant, or refused in words that a clerk can act on.

Dates and digits. The numbers are those of the catalogue of quirks.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.quirks import DAY, HEADER, OTHER, ROW, book, contract, got, text, with_cell

# 4 Dates

# Without a column of periods, which a Buddhist contract would read as Buddhist too.
SPELLS = {
    "grain": "spells",
    "period": {},
    "ignored": ["period"],
    "columns": {name: column for name, column in contract().model_dump()["columns"].items() if name != "period"},
}


@pytest.mark.parametrize(
    ("cell", "changes", "day"),
    [
        ("01/02/2553", {"calendar": "buddhist"}, DAY),
        ("29/02/2563", {"calendar": "buddhist"}, dt.date(2020, 2, 29)),
        ("01/02/53", {"calendar": "buddhist", "date_format": "%d/%m/%y", "two_digit_years_from": 2480}, DAY),
        ("1 ก.พ. 2553", {"calendar": "buddhist", "date_format": "%d %b %Y"}, DAY),
        ("1 กุมภาพันธ์ ๒๕๕๓", {"calendar": "buddhist", "date_format": "%d %b %Y"}, DAY),
        ("1 Februari 2010", {"date_format": "%d %b %Y"}, DAY),
        ("1 Mac 2010", {"date_format": "%d %b %Y"}, dt.date(2010, 3, 1)),
        ("1 tháng 2 2010", {"date_format": "%d %b %Y"}, DAY),
        ("٠١/٠٢/٢٠١٠", {}, DAY),
        ("02/01/2010", {"date_format": "%m/%d/%Y"}, DAY),
    ],
)
def test_04_dates_are_read_as_the_contract_says(cell, changes, day):
    assert got(text(with_cell("hired", cell)), **SPELLS | changes).rows[0].hire_date == day


@pytest.mark.parametrize("cell", ["31/09/2010", "00/00/0000", "01/01/1900", "2010", "5 years", "29/02/2010", "01/02/10"])
def test_04_a_date_that_is_none_is_a_finding(cell):
    result = got(text(OTHER, with_cell("hired", cell)))
    assert [(f.row_no, f.column) for f in result.findings] == [(3, "hired")] and cell not in str(result.findings)


def test_04_months_first_where_days_first_are_agreed_is_told():
    result = got(text(ROW, OTHER, with_cell("hired", "02/28/2010")))
    assert result.findings[0].rule == "not a date of the form %d/%m/%Y, though one of the form %m/%d/%Y (gregorian)"


def test_04_a_buddhist_leap_day_that_never_was():
    result = got(text(with_cell("hired", "29/02/2562"), [*OTHER[:6], ""]), **SPELLS, calendar="buddhist")
    assert [f.column for f in result.findings] == ["hired"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_04_serial_numbers_of_both_systems_as_numbers_and_text(is_1904):
    serial = (DAY - (dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30))).days
    body = make.xlsx([HEADER, with_cell("hired", serial), with_cell("hired", str(serial), OTHER)], date_1904=is_1904)
    assert [row.hire_date for row in got(body, of=book()).rows] == [DAY, DAY]


def test_04_two_digits_of_a_year_need_the_contract_to_say_which():
    with pytest.raises(ValueError, match="two_digit_years_from must say the first year"):
        contract(date_format="%d/%m/%y")


# 5 Digits


@pytest.mark.parametrize("digits", ["๑๐๐๑", "១០០១", "໑໐໐໑", "၁၀၀၁", "١٠٠١", "1001"])
def test_05_digits_of_every_script_are_one_number(digits):
    rows = got(text(with_cell("id", digits), with_cell("id", "1001"))).rows
    assert rows[0].person_key == rows[1].person_key


@pytest.mark.parametrize(
    ("cell", "marks", "value"),
    [
        ("1.234.567,5", {"thousands_mark": ".", "decimal_mark": ","}, "1234567.5"),
        ("1,234,567.5", {"thousands_mark": ","}, "1234567.5"),
        ("1 234", {"thousands_mark": " "}, "1234"),
        ("-", {"blank_values": ["-", "nil"]}, None),
        ("nil", {"blank_values": ["-", "nil"]}, None),
    ],
)
def test_05_numbers_in_the_marks_of_the_country(cell, marks, value):
    columns = contract().model_dump()["columns"] | {"salary": {"header": "pay"}}
    body = text([*ROW, cell], header=[*HEADER, "pay"], delimiter=";")
    assert got(body, of=contract(columns=columns, delimiter=";", **marks)).rows[0].salary == value


@pytest.mark.parametrize(
    ("cell", "marks"),
    [
        ("1.234", {"decimal_mark": ","}),
        ("1,23", {"thousands_mark": ","}),
        ("12.34.5", {"thousands_mark": ".", "decimal_mark": ","}),
    ],
)
def test_05_marks_in_the_wrong_place_are_findings_and_no_other_number(cell, marks):
    columns = contract().model_dump()["columns"] | {"salary": {"header": "pay"}}
    result = got(
        text([*ROW, cell], [*OTHER, "1"], header=[*HEADER, "pay"], delimiter=";"),
        of=contract(columns=columns, delimiter=";", **marks),
    )
    assert [f.column for f in result.findings] == ["pay"]
