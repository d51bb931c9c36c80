"""Macros of the dbt project one by one, on their bounds, one step off, and on nothing. What is expected is worked by hand."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from tests.integration.macros import fill, rows, value


@pytest.fixture
def connection(empty_database):
    with psycopg.connect(empty_database) as connection:
        yield connection


@pytest.mark.parametrize(
    ("number", "unit", "kept"),
    [
        (-0.01, "pct", 0), (0.0, "pct", 0), (0.01, "pct", 0.01), (99.99, "pct", 99.99), (100.0, "pct", 100), (100.01, "pct", 100),
        (-0.01, "points", -0.01), (100.01, "points", 100.01), (None, "pct", None), (150.0, None, 150),
    ],
)  # fmt: skip
def test_a_percentage_stays_between_nothing_and_all_and_other_units_are_free(connection, number, unit, kept):
    found = value(connection, "{{ within_unit('cast(number as float)', 'cast(unit as text)') }}", number=number, unit=unit)
    assert found == kept


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5), ("0", 0), ("-5", -5), ("+5", 5), ("5.", 5), ("5.25", 5.25), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000), ("25E-2", 0.25), (" 7 ", 7),
        ("1" * 15, 111111111111111), ("1" * 16, None), ("1e99", 1e99), ("1e100", None), ("", None), (" ", None), (".", None), ("-", None), ("five", None),
        ("5a", None), ("a5", None), ("1,5", None), ("1 000", None), ("1.2.3", None), ("5\n6", None), ("e5", None), ("NaN", None), ("Infinity", None),
        ("0x10", None), ("๕", None), ("5 or 6", None), (None, None),
    ],
)  # fmt: skip
def test_a_text_is_the_number_that_it_holds_or_none(connection, text, number):
    assert value(connection, "{{ number_or_null('cast(given.written as text)') }}", written=text) == number


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2024-03-31", 1, "2024-02-29"), ("2023-03-31", 1, "2023-02-28"), ("2024-02-29", 12, "2023-02-28"), ("2024-02-29", 48, "2020-02-29"),
        ("2024-12-31", 36, "2021-12-31"), ("2024-01-01", 1, "2023-12-01"), ("2024-01-15", 0, "2024-01-15"),
    ],
)  # fmt: skip
def test_so_many_months_before_a_day_is_the_same_day_or_the_last_of_the_month(connection, day, months, before):
    found = value(connection, f"{{{{ months_before('cast(day as date)', {months}) }}}}", day=day)
    assert found == dt.date.fromisoformat(before)


def test_no_day_is_months_before_none(connection):
    assert value(connection, "{{ months_before('cast(day as date)', 1) }}", day=None) is None


@pytest.mark.parametrize(
    ("women", "both", "more_women", "more_men", "width"),
    [
        (20, 100, 0, 0, 0),
        (20, 100, 10, 5, 100 * (30 / 110 - 20 / 105)),
        (20, 100, 5, 10, 100 * (25 / 105 - 20 / 110)),
        (20, 100, 0, 10, 100 * (20 / 100 - 20 / 110)),
        (20, 100, 10, 0, 100 * (30 / 110 - 20 / 100)),
        (0, 10, 10, 10, 50),
        (10, 10, 10, 10, 50),
        (0, 0, 5, 5, 100),
        (0, 0, 0, 5, 0),
        (0, 0, 0, 0, 0),
        (1, 3, 1, 1, 25),
    ],
)
def test_the_width_of_a_share_is_from_all_of_the_others_men_to_all_of_them_women(
    connection, women, both, more_women, more_men, width
):
    found = value(
        connection, "{{ share_bounds_width('women', 'n_both', 'more_women', 'more_men') }}",
        women=women, n_both=both, more_women=more_women, more_men=more_men,
    )  # fmt: skip
    assert found == pytest.approx(width, abs=1e-9)


@pytest.mark.parametrize(
    ("number", "bound", "is_reached"),
    [(30.0, 30, True), (29.999999999999996, 30, True), (29.99999999, 30, False), (31.0, 30, True), (None, 30, None)],
)
def test_a_bound_is_reached_but_for_the_last_digit(connection, number, bound, is_reached):
    assert value(connection, "{{ at_least('cast(number as float)', 'bound') }}", number=number, bound=bound) is is_reached


@pytest.mark.parametrize(
    ("owed", "change", "years"),
    [(0.3, 0.1, 3), (0.30001, 0.1, 4), (-0.3, -0.1, 3), (0.0, 0.1, 0), (1.0, 3.0, 1), (None, 1.0, None)],
)
def test_years_are_whole_but_for_the_last_digit(connection, owed, change, years):
    found = value(connection, "{{ whole_years('cast(owed as float)', 'cast(change as float)') }}", owed=owed, change=change)
    assert found == years


LIFE = {
    "country_code": "text", "agency_code": "text", "agency_type": "text", "gender": "text", "provenance": "text", "period_year": "int",
    "entry_time": "int", "exit_time": "int", "is_event": "boolean",
}  # fmt: skip
KEYS = "['level', 'country_code', 'agency_code', 'agency_type', 'gender', 'provenance', 'period_year']"


def steps(connection, lives, where="level = 'agency_gender'"):
    """Moment, events, people at risk, survival and Greenwood's sum of each step."""
    places = {"A": ("AAA", "A", "police"), "B": ("AAA", "B", "customs")}
    fill(connection, "lives", LIFE, [(*places[agency], *rest) for agency, *rest in lives])
    found = rows(
        connection,
        f"with {{{{ kaplan_meier('lives', {KEYS}) }}}} select * from km_step where {where}",
        "gender, period_year, moment, n_events, n_at_risk, survival, greenwood",
    )
    return [step if step[6] is None else (*step[:6], pytest.approx(step[6])) for step in found]


def test_who_leaves_at_a_moment_is_at_risk_then_and_who_enters_then_is_not(connection):
    of = ("woman", "real", 2024)
    lives = [
        ("A", *of, -1, 2, True),
        ("A", *of, -1, 2, False),  # at risk at 2
        ("A", *of, -1, 5, True),
        ("A", *of, 2, 5, False),  # from after 2 on
        ("A", *of, 3, 9, False),
    ]
    found = steps(connection, lives)
    assert [step[2:5] for step in found] == [(2, 1, 3), (5, 1, 3)]
    assert [step[5] for step in found] == pytest.approx([2 / 3, 4 / 9])
    assert [step[6] for step in found] == [1 / (3 * 2), 1 / (3 * 2) + 1 / (3 * 2)]


def test_an_exit_at_nothing_counts_and_after_the_last_of_all_nobody_is_left_for_good(connection):
    of = ("man", "real", 2024)
    lives = [
        ("A", *of, -1, 0, True),
        ("A", *of, -1, 4, True),
        ("A", *of, -1, 4, True),
        ("A", *of, 6, 9, True),
        ("A", *of, 6, 10, False),
    ]
    found = steps(connection, lives)
    assert [step[2:5] for step in found] == [(0, 1, 3), (4, 2, 2), (9, 1, 2)]
    assert [step[5] for step in found] == pytest.approx([2 / 3, 0, 0])
    assert [step[6] for step in found] == [1 / 6, None, None]


def test_sexes_years_places_and_provenances_have_curves_of_their_own_and_totals_sum_them(connection):
    lives = [
        ("A", "woman", "real", 2024, -1, 1, True), ("A", "woman", "real", 2024, -1, 2, False),
        ("B", "woman", "real", 2024, -1, 1, False), ("B", "woman", "real", 2024, -1, 3, True),
        ("B", "woman", "synthetic", 2024, -1, 1, True), ("B", "woman", "synthetic", 2024, -1, 2, False),
        ("A", "man", "real", 2024, -1, 1, True), ("A", "man", "real", 2024, -1, 2, False),
        ("A", "woman", "real", 2023, -1, 1, True), ("A", "woman", "real", 2023, -1, 2, False),
    ]  # fmt: skip
    found = steps(connection, lives, "level = 'country_gender' and provenance = 'real'")
    assert [step[:5] for step in found] == [
        ("man", 2024, 1, 1, 2), ("woman", 2023, 1, 1, 2), ("woman", 2024, 1, 1, 4), ("woman", 2024, 3, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hired", "band"),
    [
        ("2023-01-01", "lt2"), ("2022-12-31", "2-5"), ("2019-01-01", "2-5"), ("2018-12-31", "6-10"), ("2014-01-01", "6-10"), ("2013-12-31", "11-20"),
        ("2004-01-01", "11-20"), ("2003-12-31", "gt20"), ("2024-12-31", "lt2"), ("2025-01-01", None), (None, None),
    ],
)  # fmt: skip
def test_a_band_of_service_counts_completed_years(connection, hired, band):
    found = value(connection, "{{ years_of_service('cast(hired as date)', 'cast(day as date)') }}", hired=hired, day="2024-12-31")
    assert found == band


@pytest.mark.parametrize(
    ("people", "hired", "leave", "years", "then"),
    [
        (100, 10, 0.5, 0, 100),
        (100, 10, 0.5, 2, 40),
        (100, 10, 0, 3, 130),
        (100, 10, 1, 1, 10),
        (100, 0, 0.5, 1, 50),
        (0, 10, 0.5, 2, 15),
    ],
)
def test_stock_after_some_years_is_that_of_the_books(connection, people, hired, leave, years, then):
    """W(t + 1) = W(t)(1 − l) + h, year by year: 100 becomes 60, then 40."""
    found = value(
        connection, "{{ stock_after('people', 'hired', 'cast(leave as float)', 'years') }}",
        people=people, hired=hired, leave=leave, years=years,
    )  # fmt: skip
    assert found == pytest.approx(then)
