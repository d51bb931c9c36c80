"""Each rule of a cell at its limit and one step beyond: lengths, days, years, ages, numbers, and rows below the end of a table."""

import datetime as dt

import pytest

from ingestion.hr.cells import DAY, LONGEST, NUMBER, describe, from_spreadsheet, is_sheet_error, plain
from ingestion.hr.dates import MONTHS, common_year, month_number, parse_date, period_in_form, period_of, year_alone
from ingestion.hr.errors import FileRefused
from ingestion.hr.values import MOST_PEOPLE, copy_text, text_of_copy
from tests.staff import read
from tests.unit.ingestion.contracts import ROW, contract, csv_file
from tests.unit.ingestion.test_cell_values import values

FROM = dt.date(1950, 7, 1)


@pytest.mark.parametrize("read_as", ["words", "sound"])
def test_a_cell_may_have_so_many_characters_and_no_more(read_as):
    judge = getattr(values(), read_as)
    for letter in ("x", "ñ", "-"):
        assert judge(letter * LONGEST) == letter * LONGEST
        with pytest.raises(ValueError, match=f"longer than {LONGEST:,} characters"):
            judge(letter * (LONGEST + 1))


def test_an_error_of_a_spreadsheet_is_no_value_in_any_kind_of_column():
    here = values()
    for judge in (here.words, here.sound, here.code(["F"]), here.date, here.number, here.count, here.period, here.year_of_birth):
        with pytest.raises(ValueError, match="an error of the spreadsheet"):
            judge("#REF!")


@pytest.mark.parametrize(("text", "is_error"), [
    ("#N/A", True), ("#NV", True), ("#REF!", True), ("####", True), ("##", False), ("###", True), ("Err:502", True), ("Err:50", False),
    ("#1", False), ("Error", False), ("x#REF!", False), ("#REF!x", False), ("E", False), ("#BEZUG!", True),
])  # fmt: skip
def test_what_a_spreadsheet_shows_in_place_of_a_value_is_told_from_texts(text, is_error):
    assert is_sheet_error(text) is is_error


@pytest.mark.parametrize("text", ["ကော်", "မြန်မာ", "မ ေ", "ab", "ေ"])
def test_burmese_in_unicode_is_a_value_like_any_other(text):
    assert values().words(text) == plain(text)


@pytest.mark.parametrize("text", ["ေက", "x ေက", "က ေက", "\u1060", "x\u1097"])
def test_burmese_in_zawgyi_refuses_the_file(text):
    with pytest.raises(FileRefused, match="Zawgyi"):
        values().words(text)


# Days


@pytest.mark.parametrize("kind", ["text", "day", "serial"])
def test_the_first_day_that_the_contract_allows_is_allowed_and_the_day_before_is_not(kind):
    here = values(is_workbook=kind == "serial", dates_from=FROM.isoformat(), impossible_dates="quarantine")
    serial = (FROM - dt.date(1899, 12, 30)).days
    cells = {
        "text": ("01/07/1950", "30/06/1950"),
        "day": (f"{DAY}1950-07-01", f"{DAY}1950-06-30"),
        "serial": (f"{NUMBER}{serial}", f"{NUMBER}{serial - 1}"),
    }
    first, before = cells[kind]
    assert here.date(first) == "1950-07-01"
    with pytest.raises(ValueError, match="no day, such as a year alone" if kind == "serial" else "a day before 1950-07-01"):
        here.date(before)


def test_an_early_day_is_kept_where_the_contract_keeps_it():
    assert values(dates_from="1950-07-01", impossible_dates="keep").date("30/06/1950") == "1950-06-30"


@pytest.mark.parametrize(
    ("cell", "year"), [("1950", "1950"), (f"{DAY}1950-01-01", "1950"), (f"{NUMBER}1980", "1980"), ("", None), ("-", None)]
)
def test_a_year_of_birth_is_a_year_or_a_day_from_the_first_year_on(cell, year):
    assert values(dates_from="1950-07-01", blank_values=["-"]).year_of_birth(cell) == year


@pytest.mark.parametrize("cell", ["1949", f"{DAY}1949-12-31", "50", "19500", "x", "01/02/1980"])
def test_a_year_of_birth_that_cannot_be_is_an_error(cell):
    with pytest.raises(ValueError):
        values(dates_from="1950-07-01").year_of_birth(cell)


@pytest.mark.parametrize(("form", "cell", "said"), [
    ("%d/%m/%Y", "12/31/1990", "not a date of the form %d/%m/%Y, though one of the form %m/%d/%Y (gregorian)"),
    ("%d/%m/%Y", "32/31/1990", "not a date of the form %d/%m/%Y (gregorian)"),
    ("%Y", "x", "not a date of the form %Y (gregorian)"),
    ("%d/%m/%Y", "01/01/1900", "a placeholder (1900-01-01), not a date (gregorian)"),
])  # fmt: skip
def test_why_a_text_is_no_date_is_said_with_the_form_that_it_has(form, cell, said):
    here = values(date_format=form) if form != "%Y" else None
    with pytest.raises(ValueError) as wrong:
        here.date(cell) if here else parse_date(cell, "%Y", "gregorian")
    assert str(wrong.value) in (said, said.removesuffix(" (gregorian)"))


@pytest.mark.parametrize(("cell", "day"), [("1022010", "2010-02-01"), ("01022010", "2010-02-01")])
def test_a_number_has_lost_one_zero_at_the_most(cell, day):
    here = values(is_workbook=True, date_format="%d%m%Y")
    assert here.date(NUMBER + cell) == day
    for wrong in ("102201", "101022010"):
        with pytest.raises(ValueError):
            here.date(NUMBER + wrong)
    with pytest.raises(ValueError):
        here.date("1022010")  # a text has lost nothing


@pytest.mark.parametrize(("cell", "grain", "day"), [
    (f"{DAY}2023-06-15", "month", "2023-06-30"), (f"{DAY}2023-06-15", "year", "2023-12-31"), ("06/2023", "month", "2023-06-30"),
    ("2023", "year", "2023-12-31"), ("2023-1", "month", "2023-01-31"), ("2/2024", "month", "2024-02-29"),
])  # fmt: skip
def test_a_period_is_the_last_day_of_its_month_or_year(cell, grain, day):
    assert values(period={"column": "period", "grain": grain}).period(cell) == day


@pytest.mark.parametrize(
    ("pair", "day"), [(("2023", "2"), "2023-02-28"), (("2024", "Feb"), "2024-02-29"), (("2023", "12"), "2023-12-31")]
)
def test_a_period_of_a_year_and_a_month_is_the_last_day_of_it(pair, day):
    assert values().period_of_two(pair) == day


@pytest.mark.parametrize("pair", [("2023", "0"), ("2023", "13"), ("23", "1"), ("2023", "x"), ("", "1")])
def test_a_period_of_no_month_is_an_error(pair):
    with pytest.raises(ValueError, match="no period: "):
        values().period_of_two(pair)


@pytest.mark.parametrize("n", range(1, 13))
def test_every_language_names_every_month(n):
    said = [month_number(words.split()[n - 1]) for words in MONTHS]
    assert said == [n] * len(MONTHS)
    assert (month_number(str(n)), month_number(f"tháng {n}"), month_number(f"Thg{n}")) == (n, n, n)
    for wrong in ("0", "13", "tháng 13", "x", ""):
        with pytest.raises(ValueError, match="not a month's name or number"):
            month_number(wrong)


@pytest.mark.parametrize(("text", "form", "grain", "day"), [
    ("1Q2023", "%qQ%Y", "month", dt.date(2023, 3, 31)), ("4Q2023", "%qQ%Y", "month", dt.date(2023, 12, 31)),
    ("06/2023", "%m/%Y", "month", dt.date(2023, 6, 30)), ("06/2023", "%m/%Y", "year", dt.date(2023, 12, 31)),
    ("Juni 2023", "%b %Y", "month", dt.date(2023, 6, 30)), ("30.06.23", "%d.%m.%y", "month", dt.date(2023, 6, 30)),
])  # fmt: skip
def test_a_period_in_a_form_of_its_own_is_its_last_day(text, form, grain, day):
    assert period_in_form(text, form, grain, "gregorian", 1950) == day


@pytest.mark.parametrize(
    ("text", "form"), [("5Q2023", "%qQ%Y"), ("0Q2023", "%qQ%Y"), ("31.02.2023", "%d.%m.%Y"), ("13/2023", "%m/%Y")]
)
def test_a_period_in_a_form_of_its_own_that_cannot_be_is_an_error(text, form):
    with pytest.raises(ValueError):
        period_in_form(text, form, "month", "gregorian")


def test_a_year_of_two_digits_is_one_only_where_the_contract_says_which_hundred():
    assert (year_alone("23", "gregorian", 1950), year_alone("2023", "gregorian", 1950)) == (2023, 2023)
    for text, since in (("23", None), ("023", 1950), ("3", 1950), ("20230", None)):
        with pytest.raises(ValueError, match="not a year"):
            year_alone(text, "gregorian", since)


@pytest.mark.parametrize("text", ["2023-13", "13/2023", "0/2023", "x 2023", "2023", "06-2023-1"])
def test_a_text_that_names_no_month_is_an_error(text):
    with pytest.raises(ValueError, match="not a month \\(MM/YYYY"):
        period_of(text, "month", "gregorian")


def test_a_buddhist_leap_day_is_that_of_its_gregorian_year():
    assert parse_date("29/02/2563", "%d/%m/%Y", "buddhist") == dt.date(2020, 2, 29)
    assert common_year(2563, "buddhist") == 2020
    with pytest.raises(ValueError):
        parse_date("29/02/2564", "%d/%m/%Y", "buddhist")


# Ages


@pytest.mark.parametrize(("born", "period", "band"), [
    ("1999", "2023-12-31", "18-24"),  # 24 on the last day of a year, whatever the birthday
    ("1998", "2023-12-31", "25-34"),
    ("1998", "2023-12-30", None),  # 24 or 25
    ("1998", "2023-11-30", None), ("1997", "2023-06-30", "25-34"), ("1999", "2023-06-30", "18-24"),
    (None, "2023-12-31", None), ("1999", None, None),
])  # fmt: skip
def test_a_year_of_birth_gives_a_band_where_the_birthday_decides_nothing(born, period, band):
    assert values().age_band_by_year((born, period)) == band


@pytest.mark.parametrize(("born", "period"), [("2009", "2023-12-31"), ("1923", "2023-12-31"), ("2008", "2023-06-30")])
def test_a_year_of_birth_of_nobody_in_service_is_an_error(born, period):
    with pytest.raises(ValueError, match="an age under 15 or over 99"):
        values().age_band_by_year((born, period))


# Numbers

EUROPEAN = {"thousands_mark": ".", "decimal_mark": ","}
ENGLISH = {"thousands_mark": ","}


@pytest.mark.parametrize(("marks", "cell", "number"), [
    (ENGLISH, "1,234", "1234"), (ENGLISH, "1,234,567.5", "1234567.5"), (ENGLISH, "-1,234", "-1234"), (ENGLISH, "123", "123"),
    (EUROPEAN, "1.234", "1234"), (EUROPEAN, "1.234,5", "1234.5"), (EUROPEAN, "1,5", "1.5"), (EUROPEAN, f"{NUMBER}1.234", "1.234"),
    ({}, "1.5", "1.5"), ({}, "-1.5", "-1.5"), ({}, "123456789012.123456", "123456789012.123456"), ({}, "๑๒", "12"),
])  # fmt: skip
def test_a_number_is_read_by_the_marks_of_the_contract(marks, cell, number):
    assert values(**marks).number(cell) == number


@pytest.mark.parametrize(("marks", "cell", "why"), [
    (ENGLISH, "1,23", "not a number with ',' between thousands"), (ENGLISH, "1234,567", "between thousands"), (ENGLISH, ",123", "between thousands"),
    (EUROPEAN, "1.23", "not a number with '.' between thousands"), ({"decimal_mark": ","}, "1.5", "not a number with ',' before its decimals"),
    ({}, "1,5", "not a number written 1234.56"), ({}, "1234567890123", "not a number written"), ({}, "1.1234567", "not a number written"),
    ({"decimal_mark": ","}, "x", "not a number written 1234,56"), ({}, "1.", "not a number written"), ({}, "--1", "not a number written"),
])  # fmt: skip
def test_a_number_in_other_marks_is_an_error_and_no_other_number(marks, cell, why):
    with pytest.raises(ValueError, match=why):
        values(**marks).number(cell)


def test_a_table_counts_so_many_people_at_the_most():
    assert values().count(str(MOST_PEOPLE)) == (MOST_PEOPLE, MOST_PEOPLE)
    with pytest.raises(ValueError, match="more than 100,000,000 people"):
        values().count(str(MOST_PEOPLE + 1))


@pytest.mark.parametrize("cell", ["-0.5", "-1", "-0.01"])
def test_less_than_no_hour_is_an_error(cell):
    with pytest.raises(ValueError, match="less than no hour"):
        values().hours(cell)


# Texts


@pytest.mark.parametrize("text", ["", "plain", "a\tb", "a\\nb", "\\", "\\\\t", "a\r\n\t\\", "ก\tข"])
def test_copy_reads_back_every_text(text):
    written = copy_text(text)
    assert text_of_copy(written) == text and not {"\t", "\n", "\r"} & set(written)


@pytest.mark.parametrize(("value", "text"), [
    (True, "TRUE"), (7, f"{NUMBER}7"), (7.0, f"{NUMBER}7"), (7.5, f"{NUMBER}7.5"), (None, ""), (f"a{DAY}b{NUMBER}", "a b "),
    (10**15 - 1, f"{NUMBER}{10**15 - 1}"), (10**15, f"{NUMBER}1.000000E+15"), (-(10**15), f"{NUMBER}-1.000000E+15"),
    (float(10**15 - 1), f"{NUMBER}{10**15 - 1}"), (1e15, f"{NUMBER}1.000000E+15"), (dt.date(2023, 6, 1), f"{DAY}2023-06-01"),
    (dt.datetime(2023, 6, 1, 23, 59, 59, 600_000), f"{DAY}2023-06-02"), (dt.datetime(2023, 6, 1, 23, 59, 59), f"{DAY}2023-06-01"),
    (dt.datetime(2023, 6, 1, 23, 59, 59, 400_000), f"{DAY}2023-06-01"), (dt.datetime(9999, 12, 31, 23, 59, 59, 900_000), f"{DAY}9999-12-31"),
])  # fmt: skip
def test_what_a_spreadsheet_holds_is_marked_by_its_kind(value, text):
    assert from_spreadsheet(value) == text


@pytest.mark.parametrize(("cell", "said"), [
    ("", "empty"), (f"{DAY}2023-06-01", "date"), ("123", "number of 3 digits"), (f"{NUMBER}1.5", "number"), ("Maria", "text of 5 characters"),
])  # fmt: skip
def test_a_cell_is_described_without_its_value(cell, said):
    assert describe(cell) == said


# Rows below the end

SIGNED = {"end_markers": ["Signed"], "max_bad_share": 1}


@pytest.mark.parametrize(("n_cells", "n_findings"), [(3, 0), (4, 1), (9, 1)])
def test_a_row_below_the_end_is_a_finding_from_half_the_columns_on(n_cells, n_findings):
    """Of nine columns: four cells are no signature any more."""
    below = ",".join(["x"] * n_cells + [""] * (9 - n_cells))
    result = read(csv_file(ROW, "Signed by,,,,,,,,", below, ",,,,,,,,"), "staff.csv", contract(**SIGNED))
    assert len(result.rows) == 1
    assert [finding.rule for finding in result.findings] == ["a row below the end of the table"] * n_findings


def test_rows_below_the_end_are_no_people_in_the_same_batch_and_in_later_ones():
    rows = [ROW, ROW.replace("1001", "1002"), "Signed by,,,,,,,,", *(ROW.replace("1001", str(n)) for n in range(3000, 3100))]
    result = read(csv_file(*rows), "staff.csv", contract(**SIGNED))
    assert (len(result.rows), len(result.findings)) == (2, 100)


def test_a_row_that_is_too_short_or_too_long_is_a_finding_and_no_person():
    long, short = ROW.replace("1001", "1002") + ",x", "12/2023,1003,NAME,F"
    empty_beyond = ROW.replace("1001", "1004") + ","
    result = read(csv_file(ROW, long, short, empty_beyond), "staff.csv", contract())
    assert len(result.rows) == 2
    assert sorted(finding.rule for finding in result.findings) == ["a value under no header", "fewer cells than the header"]
