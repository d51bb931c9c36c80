"""What is told of a list as a whole: a sex that differs from the number's, a rank of other dates, a period that is delivered again."""

import datetime as dt

import pytest

from ingestion.hr.revision import PARTIAL, Revision
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.quirks import HEADER, book, got, text, with_cell

OF_A_MAN, OF_A_WOMAN = "198501012010121001", "198501012010122001"


def test_a_sex_that_differs_from_the_number_is_told_with_the_sheet_where_there_is_one():
    rows = [with_cell("id", OF_A_MAN), with_cell("id", OF_A_WOMAN)]
    said = "in 1 row the sex differs from the one in the person's number: ask which is right"
    assert got(text(*rows), sex_digit="nip").notices == [said]
    workbook = make.xlsx([HEADER, *rows], sheet="March")
    assert got(workbook, "staff.xlsx", of=book(sex_digit="nip")).notices == [f"sheet 'March': {said}"]


@pytest.mark.parametrize(("number", "code", "differs"), [
    (OF_A_MAN, "F", True), (OF_A_MAN, "M", False), (OF_A_WOMAN, "M", True), (OF_A_WOMAN, "F", False),
    (OF_A_MAN, "X", False), (OF_A_WOMAN, "O", False), ("198501012010123001", "F", False), ("A1001", "M", False),
])  # fmt: skip
def test_only_a_woman_or_man_can_differ_and_only_from_a_number_that_says_a_sex(number, code, differs):
    codes = {"F": "woman", "M": "man", "X": "not_stated", "O": "other"}
    row = with_cell("sex", code, with_cell("id", number))
    assert bool(got(text(row), sex_digit="nip", sex_codes=codes).notices) is differs


@pytest.mark.parametrize(
    ("period", "is_known"), [("11/2022", False), ("12/2022", True), ("06/2023", True), ("12/2023", True), ("01/2024", False)]
)
def test_a_rank_is_one_from_its_first_day_to_its_last(period, is_known):
    ranks = [
        {"name": "Captain", "grade": 5},
        {"name": "Officer", "grade": 1, "valid_from": "2022-12-31", "valid_to": "2023-12-31"},
    ]
    found = got(text(with_cell("period", period)), ranks=ranks, max_bad_share=1)
    assert len(found.rows) == is_known
    assert [finding.rule for finding in found.findings] == ["a rank that the contract knows for other dates only"] * (
        not is_known
    )


def test_a_rank_may_mean_one_grade_first_and_another_later_and_a_blank_one_is_none():
    ranks = [
        {"name": "Officer", "grade": 1, "valid_to": "2022-12-31"},
        {"name": "Officer", "grade": 2, "valid_from": "2023-01-01"},
    ]
    rows = [with_cell("period", "12/2022"), with_cell("period", "01/2023"), with_cell("rank", "")]
    found = got(text(*rows), ranks=ranks)
    assert [row.rank_name for row in found.rows] == ["Officer", "Officer", None] and not found.findings


def revision(before, after, *, is_in_force=True, changed=0, cells=None):
    return Revision("ABC-POL", "2023-12-31", 1, is_in_force, before, after, 3, 2, changed, cells or {})


def test_half_of_the_people_before_do_not_look_like_a_part_and_one_fewer_do():
    half = int(200 * PARTIAL)
    assert not revision(200, half).looks_partial and revision(200, half - 1).looks_partial


def test_a_period_delivered_again_is_told_with_its_people_and_cells():
    told = str(revision(1_200, 1_201, changed=4, cells={"unit_name": 3, "rank_name": 1_000}))
    assert told == (
        "ABC-POL 2023-12-31, delivered before: 1,200 people then, 1,201 now; 3 new, 2 gone, 4 changed (rank_name of 1,000, unit_name of 3)"
    )
    assert str(revision(1, 1, is_in_force=False)).endswith(
        "1 person then, 1 now; 3 new, 2 gone, 0 changed; another delivery is in force"
    )


def test_true_dates_beside_dates_as_text_are_told_with_their_sheet_and_column():
    days = [dt.date(2010, 2, 3), dt.date(2010, 2, 4), "15/02/2010", "16/02/2010"]
    rows = [with_cell("hired", day, with_cell("id", f"B{n}")) for n, day in enumerate(days)]
    found = got(make.xlsx([HEADER, *rows], sheet="March"), "staff.xlsx", of=book())
    assert found.notices == [
        "sheet 'March': column 'hired' holds 2 true dates and 2 dates as text: check that Excel has not exchanged day and month in the true dates"
    ]
