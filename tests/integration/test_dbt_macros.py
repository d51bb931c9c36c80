"""Macros of the dbt project one by one, on their bounds, one step off, and on nothing. What is expected is worked by hand."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from tests.integration.macros import fill, rows, value

NEVER, EVER = "1900-01-01", "9999-12-31"
AGENCY = {
    "agency_code": "text", "country_code": "text", "agency_type": "text", "provenance": "text", "valid_from": "date", "valid_to": "date",
}  # fmt: skip


@pytest.fixture
def connection(empty_database):
    with psycopg.connect(empty_database) as connection:
        yield connection


@pytest.fixture
def agencies(connection):
    """A and B are real agencies of one country; A changed its type with the year 2025. Z is synthetic."""
    lines = [
        ("A", "AAA", "police", "real", NEVER, "2024-12-31"),
        ("A", "AAA", "customs", "real", "2025-01-01", EVER),
        ("B", "AAA", "customs", "real", NEVER, EVER),
        ("Z", "AAA", "police", "synthetic", NEVER, EVER),
    ]
    fill(connection, "dim_agency", AGENCY, lines)
    return connection


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


COUNT = {
    "agency_code": "text", "period_year": "int", "period_date": "date", "grade_band": "text", "gender": "text", "n": "bigint",
}  # fmt: skip
OF_2024, OF_2025 = (2024, "2024-12-31"), (2025, "2025-12-31")
COUNTS = [
    *(
        ("A", *OF_2024, "all", gender, n) for gender, n in (("woman", 3), ("man", 7), ("other", 4), ("missing", 6))
    ),  # 10 of 20 known
    *(("A", *OF_2025, "all", gender, n) for gender, n in (("woman", 3), ("man", 7), ("missing", 11))),  # 10 of 21
    *(("A", *OF_2024, "junior", gender, n) for gender, n in (("woman", 1), ("man", 3))),
    ("A", *OF_2024, "senior", "man", 2),
    ("A", *OF_2024, "command", "other", 2),
    ("B", 2024, "2024-06-30", "all", "woman", 2),
    ("B", *OF_2025, "all", "man", 5),
    ("Z", *OF_2024, "all", "woman", 1),
]
PLACE = "level, country_code, agency_code, agency_type, grade_band, provenance, period_year, period_date"
DAY_2024, DAY_2025, JUNE = dt.date(2024, 12, 31), dt.date(2025, 12, 31), dt.date(2024, 6, 30)


def test_womens_share_is_of_women_and_men_by_agency_band_country_and_type(agencies):
    fill(agencies, "counts", COUNT, COUNTS)
    found = rows(agencies, "with {{ women_share_cells('XYZ-01', 'counts') }}", f"{PLACE}, numerator, denominator, n, estimate")
    assert found == [
        ("agency", "AAA", "A", "police", "all", "real", 2024, DAY_2024, 3, 10, 10, 30),
        ("agency", "AAA", "B", "customs", "all", "real", 2024, JUNE, 2, 2, 2, 100),
        ("agency", "AAA", "B", "customs", "all", "real", 2025, DAY_2025, 0, 5, 5, 0),
        ("agency", "AAA", "Z", "police", "all", "synthetic", 2024, DAY_2024, 1, 1, 1, 100),
        ("agency_grade", "AAA", "A", "police", "junior", "real", 2024, DAY_2024, 1, 4, 4, 25),
        ("agency_grade", "AAA", "A", "police", "senior", "real", 2024, DAY_2024, 0, 2, 2, 0),
        ("agency_type", "all", "all", "customs", "all", "real", 2024, JUNE, 2, 2, 2, 100),
        ("agency_type", "all", "all", "customs", "all", "real", 2025, DAY_2025, 0, 5, 5, 0),
        ("agency_type", "all", "all", "police", "all", "real", 2024, DAY_2024, 3, 10, 10, 30),
        ("agency_type", "all", "all", "police", "all", "synthetic", 2024, DAY_2024, 1, 1, 1, 100),
        ("country", "AAA", "all", "all", "all", "real", 2024, DAY_2024, 5, 12, 12, 500 / 12),
        ("country", "AAA", "all", "all", "all", "real", 2025, DAY_2025, 0, 5, 5, 0),
        ("country", "AAA", "all", "all", "all", "synthetic", 2024, DAY_2024, 1, 1, 1, 100),
    ]


def test_womens_share_at_mid_year_is_of_agencies_alone_and_says_so(agencies):
    fill(agencies, "counts", COUNT, COUNTS)
    found = rows(
        agencies,
        "with {{ women_share_cells('XYZ-01', 'counts', period='mid-year') }}",
        "level, agency_code, grade_band, period_year, period, indicator_code, estimate",
    )
    assert found == [
        ("agency", "A", "all", 2024, "mid-year", "XYZ-01", 30),
        ("agency", "B", "all", 2024, "mid-year", "XYZ-01", 100),
        ("agency", "B", "all", 2025, "mid-year", "XYZ-01", 0),
        ("agency", "Z", "all", 2024, "mid-year", "XYZ-01", 100),
        ("agency_grade", "A", "junior", 2024, "mid-year", "XYZ-01", 25),
        ("agency_grade", "A", "senior", 2024, "mid-year", "XYZ-01", 0),
    ]


def test_counts_of_agencies_are_summed_by_country_and_type_and_real_ones_never_with_synthetic(connection):
    columns = {
        **dict.fromkeys(["country_code", "agency_code", "agency_type", "provenance", "part"], "text"),
        "n": "int",
        "x": "float",
    }
    columns |= {"period_year": "int", "period_date": "date"}
    lines = [
        ("AAA", "A", "police", "real", "p", 3, 0.5, *OF_2024), ("AAA", "B", "customs", "real", "p", 4, 0.25, 2024, "2024-06-30"),
        ("BBB", "C", "police", "real", "p", 8, None, 2024, "2024-06-30"), ("AAA", "A", "police", "real", "q", 1, 1.0, *OF_2024),
        ("AAA", "Z", "police", "synthetic", "p", 9, 2.0, *OF_2024), ("AAA", "A", "police", "real", "p", 2, 4.0, *OF_2025),
    ]  # fmt: skip
    fill(connection, "counts", columns, lines)
    found = rows(
        connection,
        "{{ rolled_up('counts', ['n', 'x'], ['part']) }}",
        "level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date, part, n, x",
    )
    assert [row for row in found if row[0] == "agency" and row[2] != "A"] == [
        ("agency", "AAA", "B", "customs", "all", "all", "real", 2024, JUNE, "p", 4, 0.25),
        ("agency", "AAA", "Z", "police", "all", "all", "synthetic", 2024, DAY_2024, "p", 9, 2),
        ("agency", "BBB", "C", "police", "all", "all", "real", 2024, JUNE, "p", 8, None),
    ]
    assert [row for row in found if row[0] != "agency" and row[1:4] != ("BBB", "all", "all")] == [
        ("agency_type", "all", "all", "customs", "all", "all", "real", 2024, JUNE, "p", 4, 0.25),
        ("agency_type", "all", "all", "police", "all", "all", "real", 2024, DAY_2024, "p", 11, 0.5),
        ("agency_type", "all", "all", "police", "all", "all", "real", 2024, DAY_2024, "q", 1, 1),
        ("agency_type", "all", "all", "police", "all", "all", "real", 2025, DAY_2025, "p", 2, 4),
        ("agency_type", "all", "all", "police", "all", "all", "synthetic", 2024, DAY_2024, "p", 9, 2),
        ("country", "AAA", "all", "all", "all", "all", "real", 2024, DAY_2024, "p", 7, 0.75),
        ("country", "AAA", "all", "all", "all", "all", "real", 2024, DAY_2024, "q", 1, 1),
        ("country", "AAA", "all", "all", "all", "all", "real", 2025, DAY_2025, "p", 2, 4),
        ("country", "AAA", "all", "all", "all", "all", "synthetic", 2024, DAY_2024, "p", 9, 2),
    ]


BROKEN = {
    "indicator_code": "text", "agency_code": "text", "period_year": "int", "period_date": "date", "gender": "text", "breakdown": "text",
    "breakdown_value": "text", "numerator": "bigint", "denominator": "bigint", "n": "bigint", "factor": "float",
}  # fmt: skip


def test_a_broken_down_cell_is_a_factor_of_its_share_in_the_column_of_its_breakdown(agencies):
    lines = [
        ("XYZ-01", "A", *OF_2024, "all", "function", "patrol", 1, 3, 4, 100),
        ("XYZ-01", "A", *OF_2025, "all", "function", "patrol", 2, 3, 4, 1),
        ("XYZ-01", "A", *OF_2024, "all", "grade_band", "junior", 3, 4, 4, 100),
        ("XYZ-01", "A", *OF_2024, "woman", "grade_band", "junior", 0, 4, 5, 100),
        ("XYZ-01", "A", *OF_2024, "woman", "function", "border", 1, 4, 5, 1000),
        ("XYZ-01", "A", *OF_2024, "man", "function", "border", 0, 0, 5, 100),
        ("XYZ-01", "A", *OF_2024, "man", "function", "office", 1, None, 5, 100),
        ("XYZ-02", "Z", *OF_2024, "all", "function", "patrol", 5, 5, 5, 100),
        ("XYZ-02", "unknown", *OF_2024, "all", "function", "patrol", 5, 5, 5, 100),
    ]
    fill(agencies, "shares", BROKEN, lines)
    found = rows(
        agencies,
        "{{ broken_down_cells('shares', 'counts.factor', \"'a share'\") }}",
        "indicator_code, level, agency_code, agency_type, gender, grade_band, breakdown, breakdown_value, provenance, period_year,"
        " numerator, denominator, n, estimate, method",
    )
    assert found == [
        (
            "XYZ-01",
            "agency_breakdown",
            "A",
            "customs",
            "all",
            "all",
            "function",
            "patrol",
            "real",
            2025,
            2,
            3,
            4,
            2 / 3,
            "a share",
        ),
        (
            "XYZ-01",
            "agency_breakdown",
            "A",
            "police",
            "all",
            "all",
            "function",
            "patrol",
            "real",
            2024,
            1,
            3,
            4,
            100 / 3,
            "a share",
        ),
        (
            "XYZ-01",
            "agency_breakdown",
            "A",
            "police",
            "woman",
            "all",
            "function",
            "border",
            "real",
            2024,
            1,
            4,
            5,
            250,
            "a share",
        ),
        ("XYZ-01", "agency_gender_grade", "A", "police", "woman", "junior", "none", "all", "real", 2024, 0, 4, 5, 0, "a share"),
        ("XYZ-01", "agency_grade", "A", "police", "all", "junior", "none", "all", "real", 2024, 3, 4, 4, 75, "a share"),
        (
            "XYZ-02",
            "agency_breakdown",
            "Z",
            "police",
            "all",
            "all",
            "function",
            "patrol",
            "synthetic",
            2024,
            5,
            5,
            5,
            100,
            "a share",
        ),
    ]


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
