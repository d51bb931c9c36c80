"""The macros that make cells of counts: whom a cell is of, what it is split by, and whose sex must be known. Worked by hand."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from tests.integration.macros import fill, rows

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


def test_parts_of_an_agency_have_cells_of_their_own_and_none_above_it(agencies):
    """Patrol: 3 of 10; border: 1 of 2, of 4 people, is just enough; office: 1 of 2 of 5 is not."""
    columns = COUNT | {"breakdown": "text", "breakdown_value": "text"}
    whole = [("A", *OF_2024, "all", gender, n, "none", "all") for gender, n in (("woman", 5), ("man", 10))]
    parts = [
        ("A", *OF_2024, "all", gender, n, "function", value)
        for value, gender, n in (
            ("patrol", "woman", 3), ("patrol", "man", 7), ("border", "woman", 1), ("border", "man", 1), ("border", "missing", 2), ("office", "woman", 1),
            ("office", "man", 1), ("office", "missing", 3),
        )
    ]  # fmt: skip
    band = [("A", *OF_2024, "junior", "woman", 4, "none", "all")]
    fill(agencies, "counts", columns, whole + parts + band)
    found = rows(
        agencies,
        "with {{ women_share_cells('XYZ-01', 'counts', has_breakdown=true) }}",
        "level, agency_code, grade_band, breakdown, breakdown_value, numerator, n, estimate",
    )
    assert found == [
        ("agency", "A", "all", "none", "all", 5, 15, 100 / 3),
        ("agency_breakdown", "A", "all", "function", "border", 1, 2, 50),
        ("agency_breakdown", "A", "all", "function", "patrol", 3, 10, 30),
        ("agency_grade", "A", "junior", "none", "all", 4, 4, 100),
        ("agency_type", "all", "all", "none", "all", 5, 15, 100 / 3),
        ("country", "all", "all", "none", "all", 5, 15, 100 / 3),
    ]


def test_counts_of_women_and_men_stay_where_half_have_a_known_sex(connection):
    fill(connection, "counts", COUNT, COUNTS)
    found = rows(
        connection,
        "{{ women_and_men_of_known_sex('counts', ['grade_band']) }}",
        "agency_code, period_year, grade_band, gender, n",
    )
    assert found == [
        ("A", 2024, "all", "man", 7),
        ("A", 2024, "all", "woman", 3),
        ("A", 2024, "junior", "man", 3),
        ("A", 2024, "junior", "woman", 1),
        ("A", 2024, "senior", "man", 2),
        ("B", 2024, "all", "woman", 2),
        ("B", 2025, "all", "man", 5),
        ("Z", 2024, "all", "woman", 1),
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
