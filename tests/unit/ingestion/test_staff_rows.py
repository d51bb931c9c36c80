"""A row either loads as it was meant, or is left out with a finding that holds no value of it."""

import datetime as dt
import io

import pytest
import xlsxwriter

from ingestion.hr.reader import read_tables
from tests.staff import read
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file


def checked(*rows, **changes):
    return read(csv_file(ROW, *rows), "staff.csv", contract(**changes))


def workbook(*rows, **options):
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("S")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate([HEADER.split(","), *rows]):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
    return body.getvalue()


def test_a_sound_row_loads_with_its_dates_and_codes():
    (row,) = checked().rows
    assert (row.period_date, row.hire_date, row.separation_date) == (dt.date(2023, 12, 31), dt.date(2010, 2, 1), None)
    assert (row.sex_code, row.rank_name, row.unit_name, row.salary) == ("F", "Officer", "North", "1200.50")


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        (("1001", ""), "id", "unusable identifier"),
        (("1001", "1.23E+17"), "id", "digits were lost"),
        ((",F,", ",X,"), "sex", "code not in the contract"),
        (("Officer", "Oficer"), "rank", "code not in the contract"),
        (("01/02/2010", "31/09/2010"), "hired", "not a date"),
        (("01/02/2010,", "01/02/2010,01/01/2009"), "left", "before the date of hire"),
        (("12/2023", "13/2023"), "period", "not a month"),
        (("12/2023", "12/2566"), "period", "is the calendar right"),
        (("1200.50", "nan"), "pay", "not a number"),
        (("1200.50", "1_2"), "pay", "not a number"),
        (("North,", "North,East,"), "", "a value under no header"),
        (("North,", ""), "", "fewer cells than the header"),
    ],
)
def test_a_broken_row_is_left_out_with_its_place_and_rule(change, column, rule):
    result = checked(ROW.replace(*change))
    (finding,) = result.findings
    assert len(result.rows) == 1
    assert (finding.row_no, finding.column) == (3, column)
    assert rule in finding.rule
    assert not {"SOMCHAI", "1001", "Oficer", "2009", "2010", "2566", "13"} & set(str(finding).replace("'", " ").split())


def test_impossible_dates_stay_where_the_contract_keeps_them():
    result = checked(ROW.replace("2010,", "2010,01/01/2009"), impossible_dates="keep")
    assert len(result.rows) == 2


def test_rows_of_totals_are_no_people():
    assert len(checked("Total,2,,,,,,,").rows) == 1


def test_a_missing_optional_column_is_empty():
    body = csv_file(ROW.removesuffix(",1200.50"), header=HEADER.removesuffix(",pay"))
    assert read(body, "staff.csv", contract()).rows[0].salary is None


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_a_workbook_are_read_as_cells_texts_and_serial_numbers(is_1904):
    serial = (dt.date(2010, 2, 1) - (dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30))).days
    hired = [dt.date(2010, 2, 1), "01/02/2010", serial, str(serial)]
    rows = [[dt.date(2023, 12, 5), str(n), "A", "F", "Officer", "N", day] for n, day in enumerate(hired, 1)]
    body = workbook(*rows, date_1904=is_1904)
    result = read(body, "staff.xlsx", contract(format="workbook"))
    assert [row.hire_date for row in result.rows] == [dt.date(2010, 2, 1)] * 4
    assert {row.period_date for row in result.rows} == {dt.date(2023, 12, 31)}


def test_a_buddhist_year_typed_into_a_date_cell_is_taken_back():
    body = workbook(["12/2566", "1", "A", "F", "Officer", "N", dt.date(2553, 2, 1)])
    result = read(body, "staff.xlsx", contract(format="workbook", calendar="buddhist"))
    assert result.rows[0].hire_date == dt.date(2010, 2, 1)


def test_an_id_that_a_spreadsheet_cut_to_fifteen_digits_is_refused():
    body = workbook(["12/2023", 198501012010121001, "A", "F", "Officer", "N", "01/02/2010"])
    result = read(body, "staff.xlsx", contract(format="workbook"))
    assert [finding.column for finding in result.findings] == ["id"]


def test_the_same_number_as_text_and_as_a_cell_is_one_person():
    body = workbook(*(["12/2023", spelt, "A", "F", "Officer", "N", "01/02/2010"] for spelt in (1001, 1001.0, "1001", "1001.0")))
    rows = read(body, "staff.xlsx", contract(format="workbook")).rows
    assert len(rows) == 4 and len({row.person_key for row in rows}) == 1


def test_neither_name_nor_id_is_in_what_is_handed_on():
    result = checked(ROW.replace("North,", "North,East,"))
    assert result.findings and "SOMCHAI" not in str(result) and "1001" not in str(result)


def test_decomposed_vietnamese_meets_its_composed_spelling():
    body = "gio\u031b\u0301i,id\n".encode()
    (table,) = read_tables(io.BytesIO(body), "x.csv", contract())
    assert table.header[0] == "gi\u1edbi"
