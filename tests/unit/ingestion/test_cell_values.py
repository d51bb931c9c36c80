"""What a cell means, at the limits of each rule and under contracts that say little."""

import datetime as dt

import pytest

from ingestion.hr.dates import cell_date, common_year, parse_date, serial_date
from ingestion.hr.values import Judged, Values, copy_text
from tests.unit.ingestion.contracts import contract


def values(is_workbook=False, is_1904=False, **changes):
    return Values(contract(**changes), "file.csv", is_workbook=is_workbook, is_1904=is_1904)


@pytest.mark.parametrize("blank", ["-", "n/a", "ไม่มี"])
@pytest.mark.parametrize("read", ["words", "date", "number", "hours", "count"])
def test_what_the_contract_calls_blank_is_nothing_in_every_kind_of_column(blank, read):
    judge = getattr(values(blank_values=["-", "n/a", "ไม่มี"]), read)
    assert (judge(blank), judge(""), judge(f" {blank} ")) == (None, None, None)


def test_a_word_that_is_no_blank_is_a_name():
    assert [values(blank_values=["-"]).words(cell) for cell in ("North", "-", "", "--")] == ["North", None, None, "--"]


def test_a_blank_is_a_code_only_where_the_column_may_be_blank_or_the_contract_gives_it_a_meaning():
    here = values(blank_values=["-"])
    assert here.code(["F"], may_be_blank=True)("-") is None and here.code(["F", ""], may_be_blank=False)("") == ""
    for blank in ("", "-"):
        with pytest.raises(ValueError, match="code not in the contract"):
            here.code(["F"], may_be_blank=False)(blank)


def test_marks_of_footnotes_are_taken_off_only_where_the_code_with_them_is_unknown():
    here = values(footnote_marks="*")
    assert [here.code(["F", "F*"])(cell) for cell in ("F", "F*", "F**")] == ["F", "F*", "F"]
    with pytest.raises(ValueError):
        values().code(["F"])("F*")


def at_age(years, days=0):
    born = dt.date(1980, 6, 30)
    return born.strftime("%d/%m/%Y"), (born.replace(year=born.year + years) + dt.timedelta(days)).isoformat()


@pytest.mark.parametrize(
    ("age", "band"),
    [
        *((15, "under 18"), (17, "under 18"), (18, "18-24"), (24, "18-24"), (25, "25-34"), (35, "35-44")),
        *((45, "45-54"), (54, "45-54"), (55, "55+"), (99, "55+")),
    ],
)
def test_an_age_falls_into_its_band_from_the_birthday_on(age, band):
    assert values().age_band(at_age(age)) == band


@pytest.mark.parametrize(("age", "band"), [(18, "under 18"), (25, "18-24"), (55, "45-54")])
def test_on_the_day_before_the_birthday_it_is_the_band_before(age, band):
    assert values().age_band(at_age(age, -1)) == band


@pytest.mark.parametrize("pair", [at_age(15, -1), at_age(14), at_age(100), at_age(-1)])
def test_an_age_that_nobody_in_service_has_is_an_error(pair):
    with pytest.raises(ValueError, match="an age under 15 or over 99"):
        values().age_band(pair)


@pytest.mark.parametrize("pair", [("", "2024-01-01"), ("01/02/1980", None)])
def test_without_a_birth_date_or_a_period_there_is_no_age(pair):
    assert values().age_band(pair) is None


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("<2", (1, 1)),
        ("<5", (1, 4)),
        ("< 10", (1, 9)),
        ("0", (0, 0)),
        ("1", (1, 1)),
        ("-", None),
        ("–", None),
        ("", None),
        ("12*", (12, 12)),
    ],
)
def test_a_count_stands_for_so_many_people(cell, people):
    assert values(footnote_marks="*").count(cell) == people


@pytest.mark.parametrize("cell", ["<1", "<0", "-1", "1.5", "many", "<x"])
def test_what_can_be_no_number_of_people_is_an_error(cell):
    with pytest.raises(ValueError):
        values().count(cell)


@pytest.mark.parametrize(
    ("cell", "multiplier", "people"),
    [
        ("2", 1000, (1500, 2499)),
        ("1.2", 1000, (1150, 1249)),
        ("0", 1000, (0, 499)),
        ("3", 10, (25, 34)),
        ("1.25", 100, (125, 125)),
    ],
)
def test_a_count_in_thousands_stands_for_all_that_rounds_to_it(cell, multiplier, people):
    assert values().count(cell, multiplier) == people


@pytest.mark.parametrize(("cell", "hours"), [("7.5", "7.5"), ("0", "0"), ("", None)])
def test_hours_are_none_or_more(cell, hours):
    assert values().hours(cell) == hours


def test_the_first_values_are_remembered_and_no_more_than_that(monkeypatch):
    monkeypatch.setattr("ingestion.hr.values.REMEMBERED", 2)
    asked = []
    judged = Judged(lambda cell: asked.append(cell) or cell)
    assert [judged[cell] for cell in "abcabc"] == list("abcabc")
    assert asked == list("abcc")


def test_a_bad_value_is_remembered_with_its_reason_and_maps_to_nothing():
    judged = Judged(values().number)
    assert (judged["x"], judged["12"]) == (None, "12")
    assert list(judged.bad) == ["x"] and "not a number" in judged.bad["x"]


@pytest.mark.parametrize(("text", "written"), [("a\tb", "a\\tb"), ("a\nb\r", "a\\nb\\r"), ("a\\b", "a\\\\b"), ("ab", "ab")])
def test_a_text_is_written_so_that_copy_reads_it_back(text, written):
    assert copy_text(text) == written


# Dates


@pytest.mark.parametrize(("calendar", "ahead"), [("gregorian", 0), ("buddhist", 543)])
def test_years_from_1900_to_2100_are_years_of_staff_in_either_calendar(calendar, ahead):
    for year in (1900, 2100):
        assert common_year(year + ahead, calendar) == year
    for year in (1899, 2101):
        with pytest.raises(ValueError, match="is the calendar right"):
            common_year(year + ahead, calendar)


@pytest.mark.parametrize("calendar", ["gregorian", "buddhist"])
def test_a_real_date_cell_is_gregorian_whatever_the_contracts_calendar(calendar):
    for day in (dt.date(1900, 1, 1), dt.date(2010, 2, 1), dt.date(2100, 12, 31)):
        assert cell_date(day, calendar) == day


def test_a_year_that_no_real_cell_has_is_taken_for_buddhist_only_by_a_buddhist_contract():
    assert cell_date(dt.date(2553, 2, 1), "buddhist") == dt.date(2010, 2, 1)
    with pytest.raises(ValueError, match="is the calendar right"):
        cell_date(dt.date(2553, 2, 1), "gregorian")


@pytest.mark.parametrize(
    ("since", "text", "year"), [(1950, "01/02/49", 2049), (1950, "01/02/50", 1950), (2000, "01/02/49", 2049)]
)
def test_two_digits_of_a_year_mean_the_hundred_years_that_the_contract_says(since, text, year):
    assert parse_date(text, "%d/%m/%y", "gregorian", since) == dt.date(year, 2, 1)


def test_two_digits_of_a_year_are_an_error_under_a_contract_that_does_not_say():
    with pytest.raises(ValueError, match="a year of two digits"):
        parse_date("01/02/49", "%d/%m/%y", "gregorian")
    with pytest.raises(ValueError, match="two_digit_years_from must say"):
        contract(date_format="%d/%m/%y")


@pytest.mark.parametrize(
    ("number", "is_1904", "day"),
    [(61, False, dt.date(1900, 3, 1)), (61, True, dt.date(1904, 3, 2)), (80_000, False, dt.date(2119, 1, 11))],
)
def test_a_serial_number_of_either_system_is_its_day(number, is_1904, day):
    assert serial_date(number, is_1904=is_1904) == day


@pytest.mark.parametrize("number", [0, 60, 80_001])
def test_a_serial_number_of_no_sure_day_is_an_error(number):
    with pytest.raises(ValueError):
        serial_date(number, is_1904=False)


def test_five_digits_are_a_serial_number_in_a_workbook_only():
    assert values(is_workbook=True).date("40210") == "2010-02-01"
    for here, cell in ((values(), "40210"), (values(is_workbook=True), "4021"), (values(is_workbook=True), "402100")):
        with pytest.raises(ValueError):
            here.date(cell)
