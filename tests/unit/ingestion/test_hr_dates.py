"""Dates that cannot be are findings, and dates that a spreadsheet has changed are read or named."""

from __future__ import annotations

import datetime as dt
import random

import pytest
import yaml

from ingestion.hr.cells import DAY, from_spreadsheet
from ingestion.hr.dates import serial_date
from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract
from tests.staff import Read, read
from tests.unit.ingestion import spreadsheets as make

HEADER = ["id", "sex", "hired", "left"]
THE_DAY = dt.date(2010, 3, 15)
BASE = {
    "name": "abc",
    "agency": "ABC-POL",
    "grain": "roster",
    "file_pattern": "*",
    "format": "workbook",
    "date_format": "%d/%m/%Y",
    "period": {"name_pattern": r".*(?P<year>\d{4})-(?P<month>\d\d).*"},
    "columns": {
        "person_id": {"header": "id"},
        "sex": {"header": "sex"},
        "hire_date": {"header": "hired"},
        "separation_date": {"header": "left"},
    },
    "sex_codes": {"F": "woman"},
    "max_bad_share": 1,
}


def got(*hired: object, **changes) -> Read:
    contract = HrContract.model_validate(BASE | changes)
    lines = [HEADER, *([f"A{number}", "F", cell, None] for number, cell in enumerate(hired))]
    if contract.format == "workbook":
        return read(make.xlsx(lines), "staff_2024-01.xlsx", contract)
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines)
    return read(text.encode(), "staff_2024-01.csv", contract)


def rule(cell: object, **changes) -> str:
    (finding,) = got(cell, **changes).findings
    assert (finding.row_no, finding.column) == (2, "hired") and str(cell) not in finding.rule
    return finding.rule


@pytest.mark.parametrize("number", [2010, 1998, 7, 0, -3, 150310, 2010.5, 1e12])
def test_a_number_that_is_no_day_is_a_finding(number):
    assert rule(number) == "a number that is no day, such as a year alone"


def test_a_number_that_excel_shows_as_a_day_of_1905_is_a_finding():
    assert rule(dt.date(1905, 7, 2)) == "a day before 1925-01-01, the first that `dates_from` allows"


@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_days_before_the_first_that_the_contract_allows_are_findings(kind):
    assert "a day before 1925-01-01" in rule("31/12/1924", format=kind)
    assert "a day before 1960-01-01" in rule("31/12/1959", format=kind, dates_from="1960-01-01")
    assert not got("31/12/1924", format=kind, dates_from="1920-01-01").findings
    assert not got("31/12/1924", format=kind, impossible_dates="keep").findings


@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_a_hire_after_the_day_of_the_list_is_a_finding(kind):
    assert rule("01/02/2024", format=kind) == "after the day of the list"
    assert not got("31/01/2024", format=kind).findings
    assert not got("01/02/2024", format=kind, impossible_dates="keep").findings


def test_a_hire_after_the_day_of_the_export_of_spells_is_a_finding():
    spells = {"grain": "spells", "period": {}, "format": "csv"}
    assert rule("01/02/2024", **spells, extract_date="2024-01-31") == "after the day of the list"
    assert not got("01/02/2024", **spells).findings


def test_a_separation_announced_for_later_is_none():
    contract = HrContract.model_validate(BASE | {"format": "csv"})
    assert not read(b"id,sex,hired,left\nA1,F,01/02/2010,01/06/2024\n", "staff_2024-01.csv", contract).findings


@pytest.mark.parametrize(
    ("date_format", "number"),
    [("%Y%m%d", 20100315), ("%d%m%Y", 15032010), ("%m%d%Y", 3152010), ("%y%m%d", 100315)],
)
@pytest.mark.parametrize("written", [int, str])
def test_a_number_is_read_by_a_form_of_digits_alone(date_format, number, written):
    if written is str and len(str(number)) % 2:
        number = f"{number:08}"
    assert got(written(number), date_format=date_format, two_digit_years_from=1950).rows[0].hire_date == THE_DAY


def test_a_number_without_its_leading_zero_is_not_read_as_another_day():
    assert got(1032010, date_format="%d%m%Y").rows[0].hire_date == dt.date(2010, 3, 1)
    assert got("1032010", date_format="%d%m%Y", format="csv").findings


def test_a_number_that_no_day_fits_is_a_finding_under_a_form_of_digits():
    assert "not a date of the form %Y%m%d" in rule(20101315, date_format="%Y%m%d")


@pytest.mark.parametrize(
    "cell",
    [
        "15/03/2010 00:00", "15/03/2010 13:45:10", "15/03/2010 12:00:00 AM", "15/03/2010 1:05 p.m.", "15/03/2010T00:00:00.000",
        "15/03/2010 00:00:00+07:00", "15/03/2010T00:00:00Z", "'15/03/2010", "\u200e15/03/2010", "\u200e15/\u200e03/\u200e2010\u200f",
        "\u202a15/03/2010\u202c", "\u206615/03/2010\u2069",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_a_time_a_mark_of_direction_or_an_apostrophe_hides_no_day(cell, kind):
    assert [row.hire_date for row in got(cell, format=kind).rows] == [THE_DAY]


def test_an_evening_in_utc_may_be_the_next_day_and_is_a_finding():
    assert "a time in UTC" in rule("2010-03-14T17:00:00Z", date_format="%Y-%m-%d", format="csv")


@pytest.mark.parametrize("cell", ["15/03/2010 at noon", "15/03/2010 7", "15/03/2010 25 years", "00:00"])
def test_what_is_no_time_makes_no_date(cell):
    assert "not a date of the form" in rule(cell, format="csv")


@pytest.mark.parametrize(
    ("serial", "day"), [(40209.99999999, dt.date(2010, 2, 1)), (40209.75, dt.date(2010, 1, 31)), (40210, dt.date(2010, 2, 1))]
)
def test_a_serial_number_just_short_of_a_day_is_that_day(serial, day):
    assert serial_date(serial, is_1904=False) == day
    assert got(serial).rows[0].hire_date == day


def test_a_date_just_short_of_a_day_is_that_day():
    assert from_spreadsheet(dt.datetime(2010, 1, 31, 23, 59, 59, 999_136)) == DAY + "2010-02-01"
    assert from_spreadsheet(dt.datetime(2010, 1, 31, 23, 59, 59)) == DAY + "2010-01-31"
    assert from_spreadsheet(dt.datetime.max) == DAY + "9999-12-31"


@pytest.mark.parametrize(
    ("file", "kind", "rules"),
    [
        ("impossible_dates_2024-01.csv", "csv", {"after the day of the list", "a day before", "not a date"}),
        ("year_as_a_date_2024-01.xlsx", "workbook", {"a number that is"}),
    ],
)
def test_the_shared_cases_of_dates_are_findings(shared_data, file, kind, rules):
    cases = shared_data / "cases" / "hr"
    if not cases.exists():
        pytest.skip(f"the cases are not here: {cases}")
    of = yaml.safe_load((cases / "contract.yml").read_text()) | {"max_bad_share": 1, "format": kind}
    result = read(cases / file, file, HrContract.model_validate(of))
    of_dates = [finding.rule for finding in result.findings if finding.column == "Hire Date"]
    assert not result.rows and len(of_dates) == 3
    assert all(any(found.startswith(rule) for rule in rules) for found in of_dates)


# Day and month exchanged by Excel


def opened_in_excel(days: list[dt.date]) -> list[object]:
    """Days written day first, as an Excel that reads the month first leaves them."""
    return [dt.date(d.year, d.day, d.month) if d.day <= 12 else d.strftime("%d/%m/%Y") for d in days]


def some_days(n: int, seed: int) -> list[dt.date]:
    chance = random.Random(seed)
    return [dt.date(chance.randint(1990, 2020), chance.randint(1, 12), chance.randint(1, 28)) for _ in range(n)]


@pytest.mark.parametrize("n", [12, 300])
def test_a_column_whose_days_excel_exchanged_for_months_stops_the_file(n):
    with pytest.raises(
        FileRefused, match=r"column 'hired' holds \d+ true dates and \d+ dates as text, as Excel leaves them"
    ) as error:
        got(*opened_in_excel(some_days(n, seed=1)))
    assert "mixed_dates: keep" in str(error.value)


def test_a_contract_can_say_that_such_a_column_is_right():
    result = got(*opened_in_excel(some_days(30, seed=2)), mixed_dates="keep")
    assert len(result.rows) == 30 and "check that Excel has not exchanged day and month" in result.notices[0]


def test_dates_and_texts_of_all_days_are_not_called_exchanged():
    days = some_days(60, seed=3)
    result = got(*(day if number % 2 else day.strftime("%d/%m/%Y") for number, day in enumerate(days)))
    assert [row.hire_date for row in result.rows] == days and result.notices == []


@pytest.mark.parametrize("as_text", [True, False])
def test_a_column_of_one_kind_is_not_called_exchanged(as_text):
    days = [day.replace(day=day.day % 12 + 1) for day in some_days(30, seed=4)]
    assert got(*(day.strftime("%d/%m/%Y") if as_text else day for day in days)).notices == []
