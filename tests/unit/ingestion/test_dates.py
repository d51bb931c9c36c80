"""Dates as agencies write them."""

import datetime as dt

import pytest

from ingestion.hr.dates import parse_date, period_of


@pytest.mark.parametrize(
    ("text", "date_format", "calendar", "day"),
    [
        ("29/02/2563", "%d/%m/%Y", "buddhist", dt.date(2020, 2, 29)),
        ("๐๙/๑๒/๒๕๖๑", "%d/%m/%Y", "buddhist", dt.date(2018, 12, 9)),
        ("1-2-2020", "%d-%m-%Y", "gregorian", dt.date(2020, 2, 1)),
        ("2014-11", "%Y-%m", "gregorian", dt.date(2014, 11, 1)),
    ],
)
def test_a_date_is_read_exactly(text, date_format, calendar, day):
    assert parse_date(text, date_format, calendar) == day


@pytest.mark.parametrize(
    ("text", "calendar"),
    [
        ("29/02/2562", "buddhist"),
        ("31/09/2020", "gregorian"),
        ("00/00/0000", "gregorian"),
        ("01/01/61", "buddhist"),
        ("x", "gregorian"),
    ],
)
def test_a_date_that_cannot_be_is_an_error_not_a_guess(text, calendar):
    with pytest.raises(ValueError):
        parse_date(text, "%d/%m/%Y", calendar)


@pytest.mark.parametrize(
    ("text", "grain", "calendar", "day"),
    [
        ("12/2565", "month", "buddhist", dt.date(2022, 12, 31)),
        ("02/2024", "month", "gregorian", dt.date(2024, 2, 29)),
        ("2024-02", "month", "gregorian", dt.date(2024, 2, 29)),
        ("2017", "year", "gregorian", dt.date(2017, 12, 31)),
    ],
)
def test_a_period_is_its_last_day(text, grain, calendar, day):
    assert period_of(text, grain, calendar) == day
