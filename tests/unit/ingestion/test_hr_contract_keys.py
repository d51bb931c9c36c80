"""What a contract can say of a file: forms of the period, a year of birth, headers that occur twice, a value within a cell."""

from __future__ import annotations

import datetime as dt

import pytest

from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract
from tests.staff import Read, read
from tests.unit.ingestion import spreadsheets as make

HEADER = ["when", "id", "sex"]
COLUMNS = {"period": {"header": "when"}, "person_id": {"header": "id"}, "sex": {"header": "sex"}}
BASE = {
    "name": "abc",
    "agency": "ABC-POL",
    "grain": "roster",
    "file_pattern": "*",
    "format": "csv",
    "period": {"column": "when"},
    "columns": COLUMNS,
    "sex_codes": {"F": "woman", "M": "man"},
    "max_bad_share": 1,
}
JANUARY, MARCH = dt.date(2024, 1, 31), dt.date(2024, 3, 31)


def contract(**changes) -> HrContract:
    return HrContract.model_validate(BASE | changes)


def got(*rows: list, header: list[str] = HEADER, **changes) -> Read:
    of = contract(**changes)
    if of.format == "workbook":
        return read(make.xlsx([header, *rows]), "staff.xlsx", of)
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in [header, *rows]) + "\n"
    return read(text.encode(), "staff.csv", of)


# The period


@pytest.mark.parametrize(
    ("form", "cell", "period", "more"),
    [
        ("%Y-%m-%d", "2024-01-31", JANUARY, {}),
        ("%d/%m/%Y", "01/01/2024", JANUARY, {}),
        ("%b-%y", "Jan-24", JANUARY, {"two_digit_years_from": 1950}),
        ("%Y%m", "202401", JANUARY, {}),
        ("%m%Y", "012024", JANUARY, {}),
        ("%YQ%q", "2024Q1", MARCH, {}),
        ("Q%q %Y", "q1 2024", MARCH, {}),
        ("%Y%m", "256701", JANUARY, {"calendar": "buddhist"}),
        ("%b %Y", "มี.ค. 2567", MARCH, {"calendar": "buddhist"}),
        ("%d.%m.%Y", "31.12.2024", dt.date(2024, 12, 31), {}),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_a_period_is_read_in_the_form_that_the_contract_names(form, cell, period, more, kind):
    result = got([cell, "A1", "F"], period={"column": "when", "format": form}, format=kind, **more)
    assert [row.period_date for row in result.rows] == [period]


@pytest.mark.parametrize(("form", "number"), [("%Y%m", 202401), ("%m%Y", 12024)])
def test_a_number_in_a_column_of_periods_is_read_by_its_form(form, number):
    result = got([number, "A1", "F"], period={"column": "when", "format": form}, format="workbook")
    assert result.rows[0].period_date == JANUARY


def test_a_true_date_in_a_column_of_periods_needs_no_form():
    result = got(
        [dt.date(2024, 1, 1), "A1", "F"],
        period={"column": "when", "format": "%b-%y"},
        format="workbook",
        two_digit_years_from=1950,
    )
    assert result.rows[0].period_date == JANUARY


def test_a_year_is_read_in_the_form_that_the_contract_names():
    result = got(["FY2024", "A1", "F"], period={"column": "when", "format": "FY%Y", "grain": "year"})
    assert result.rows[0].period_date == dt.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("form", "cell"),
    [("%Y%m", "202413"), ("%YQ%q", "2024Q5"), ("%Y-%m-%d", "2024-02-30"), ("%Y%m", "20241"), ("%b-%y", "24-Jan")],
)
def test_a_period_of_another_form_is_a_finding(form, cell):
    (finding,) = got([cell, "A1", "F"], period={"column": "when", "format": form}, two_digit_years_from=1950).findings
    assert finding.rule.startswith("no period: ") and cell not in finding.rule


@pytest.mark.parametrize("month", ["1", "01", "January", "ม.ค.", "Januari"])
def test_year_and_month_stand_in_two_columns(month):
    columns = COLUMNS | {"month": {"header": "month"}}
    result = got(["2024", month, "A1", "F"], ["2024", "13", "A2", "F"], header=["when", "month", "id", "sex"], columns=columns)
    assert [row.period_date for row in result.rows] == [JANUARY]
    assert [(f.row_no, f.column, f.rule) for f in result.findings] == [(3, "when", "no period: not a month's name or number")]


def test_year_and_month_in_two_columns_may_be_numbers():
    columns = COLUMNS | {"month": {"header": "month"}}
    result = got(
        [2567, 1, "A1", "F"], header=["when", "month", "id", "sex"], columns=columns, format="workbook", calendar="buddhist"
    )
    assert result.rows[0].period_date == JANUARY


def test_year_and_month_stand_in_two_columns_of_a_table_of_counts():
    counts = {"grain": "aggregate", "columns": {"period": {"header": "when"}, "month": {"header": "month"}}, "sex_codes": {}}
    measures = [{"header": "F", "gender": "woman"}, {"header": "M", "gender": "man"}]
    result = got(["2024", "1", "10", "90"], header=["when", "month", "F", "M"], **counts, measures=measures)
    assert [(row.period_date, row.n_low) for row in result.rows] == [(JANUARY, 10), (JANUARY, 90)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"period": {"column": "when", "format": "%Y"}}, "must hold a year"),
        ({"period": {"column": "when", "format": "%m-%b-%Y"}}, "must hold a year"),
        ({"period": {"column": "when", "format": "%H %m %Y"}}, "must hold a year"),
        ({"period": {"name_pattern": "(?P<year>.*)", "format": "%Y%m"}}, "column must name it"),
        ({"period": {"column": "when", "format": "%b-%y"}}, "two_digit_years_from must say"),
        ({"columns": COLUMNS | {"month": {"header": "m"}}, "period": {"column": "when", "grain": "year"}}, "a column of months"),
        ({"columns": COLUMNS | {"month": {"header": "m"}}, "period": {"column": "when", "format": "%Y%m"}}, "a column of months"),
    ],
)
def test_a_form_that_names_no_period_is_no_contract(changes, says):
    with pytest.raises(ValueError, match=says):
        contract(**changes)


# A year of birth alone

BORN = {"columns": COLUMNS | {"birth_year": {"header": "born"}}}


@pytest.mark.parametrize(
    ("period", "year", "band"),
    [
        ("01/2024", "1985", "35-44"),
        ("12/2024", "1980", "35-44"),  # on the last day of a year everybody has had their birthday
        ("12/2024", "1979", "45-54"),
        ("01/2024", "1979", None),  # 44 or 45
        ("06/2024", "1978", "45-54"),
    ],
)
def test_a_year_of_birth_gives_the_age_band_where_no_birthday_decides(period, year, band):
    (row,) = got([period, "A1", "F", year], header=[*HEADER, "born"], **BORN).rows
    assert (row.birth_year, row.age_band) == (int(year), band)


def test_a_year_of_birth_may_be_buddhist_short_a_number_or_a_date():
    assert got(["01/2567", "A1", "F", "2528"], header=[*HEADER, "born"], calendar="buddhist", **BORN).rows[0].birth_year == 1985
    assert (
        got(["01/2024", "A1", "F", "85"], header=[*HEADER, "born"], two_digit_years_from=1930, **BORN).rows[0].birth_year == 1985
    )
    for cell in (1985, dt.date(1985, 4, 3)):
        assert got(["01/2024", "A1", "F", cell], header=[*HEADER, "born"], format="workbook", **BORN).rows[0].birth_year == 1985


@pytest.mark.parametrize("cell", ["85", "03/04/1985", "1899", "1920", "2015", "19850"])
def test_what_is_no_year_of_birth_of_staff_is_a_finding(cell):
    (finding,) = got(["01/2024", "A1", "F", cell], header=[*HEADER, "born"], **BORN).findings
    assert finding.column == "born" and cell not in finding.rule


def test_a_contract_maps_the_year_of_birth_or_the_date():
    with pytest.raises(ValueError, match="birth_date or birth_year"):
        contract(columns=BORN["columns"] | {"birth_date": {"header": "dob"}})


# A header that occurs twice

TWICE = {
    "columns": COLUMNS | {"hire_date": {"header": "Date (1)"}, "separation_date": {"header": "Date (2)"}},
    "repeated_headers": {"Date": ["Date (1)", "Date (2)"]},
}
TWO_DATES = [*HEADER, "Date", "Date"]


@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_columns_that_share_a_header_are_told_apart_from_left_to_right(kind):
    again = list(TWO_DATES)
    result = got(["01/2024", "A1", "F", "2010-02-01", "2024-01-15"], again, header=TWO_DATES, format=kind, **TWICE)
    (row,) = result.rows  # the header printed again is no person
    assert (row.hire_date, row.separation_date) == (dt.date(2010, 2, 1), dt.date(2024, 1, 15)) and not result.findings


def test_columns_that_share_a_header_may_be_unread():
    names = {"repeated_headers": {"Note": ["Note (1)", "Note (2)"]}, "ignored": ["Note (1)"], "identifying": ["Note (2)"]}
    assert got(["01/2024", "A1", "F", "x", "y"], header=[*HEADER, "Note", "Note"], **names).rows


def test_another_number_of_columns_with_the_header_stops_the_file():
    with pytest.raises(FileRefused, match="column 'Date' stands there 3 times, where abc expects 2"):
        got(["01/2024", "A1", "F", "", "", ""], header=[*TWO_DATES, "Date"], **TWICE)


def test_all_headers_of_which_another_number_came_are_said_at_once_with_one_remedy():
    ignored = ["A (1)", "A (2)", "B (1)", "B (2)", "B (3)"]
    names = {"repeated_headers": {"A": ignored[:2], "B": ignored[2:]}, "ignored": ignored}
    with pytest.raises(FileRefused) as refused:
        got(["01/2024", "A1", "F", "", "", ""], header=[*HEADER, "A", "B", "B"], **names)
    assert str(refused.value).endswith(
        "column 'A' stands there once, where abc expects 2; column 'B' stands there 2 times, where abc expects 3."
        " Send all of them, or correct `repeated_headers` in abc.yml."
    )


def test_the_header_missing_altogether_is_said_by_its_own_names():
    with pytest.raises(FileRefused, match=r"column 'Date \(1\)' is missing"):
        got(["01/2024", "A1", "F"], **TWICE)


def test_one_name_for_two_columns_is_no_contract():
    for names in (["Date (1)"], ["Same", "Same"]):
        with pytest.raises(ValueError, match="two names or more, all different"):
            contract(repeated_headers={"Date": names})


# A value within a cell

WITHIN = {"columns": COLUMNS | {"person_id": {"header": "id", "pattern": r".*\((?P<value>\d+)\)"}}}


@pytest.mark.parametrize("kind", ["csv", "workbook"])
def test_a_number_behind_a_name_is_read_and_the_name_never(kind):
    cells = ["SOMCHAI JAIDEE (016435)", "S. Jaidee (016435)", "MANEE RAKDEE (016436)"]
    keys = [row.person_key for row in got(*(["01/2024", cell, "F"] for cell in cells), format=kind, **WITHIN).rows]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] == got(["01/2024", "016435", "F"]).rows[0].person_key


def test_a_cell_without_the_number_is_one_finding_that_quotes_no_name():
    (finding,) = got(["01/2024", "SOMCHAI JAIDEE", "F"], ["01/2024", "X (1)", "F"], **WITHIN).findings
    assert (finding.row_no, finding.column, finding.rule) == (2, "id", "does not match the column's `pattern`")
    assert finding.value_class == "text of 14 characters"


def test_a_pattern_reads_codes_too_and_leaves_empty_cells_empty():
    ranks = {
        "columns": COLUMNS | {"rank": {"header": "rank", "pattern": r"\d+ - (?P<value>.+)"}},
        "ranks": [{"name": "Officer", "grade": 1}],
    }
    rows = got(["01/2024", "A1", "F", "07 - Officer"], ["01/2024", "A2", "F", ""], header=[*HEADER, "rank"], **ranks).rows
    assert [row.rank_name for row in rows] == ["Officer", None]


@pytest.mark.parametrize(("pattern", "says"), [("(", "no regular expression"), (r"(\d+)", "must hold the group")])
def test_a_pattern_that_finds_no_value_is_no_contract(pattern, says):
    with pytest.raises(ValueError, match=says):
        contract(columns=COLUMNS | {"person_id": {"header": "id", "pattern": pattern}})
