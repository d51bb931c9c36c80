"""Where a header stands: what makes a row one, how many rows it takes, and what a row of staff must never pass for."""

import pytest

from ingestion.hr.cells import DAY
from ingestion.hr.heading import LOOKED_AT, Vocabulary, _is_complete, _is_value, heading, is_printed_again
from ingestion.hr.table import TITLE_LINES
from ingestion.hr.words import known_words

WORDS = known_words()
assert WORDS
VOCABULARY = Vocabulary.of(WORDS)
HEADER = ["Staff ID", "Sex", "Rank", "Unit"]
STAFF = [[f"A{1000 + n}", "F" if n % 2 else "M", "Sergeant", f"Station {n % 3}"] for n in range(12)]


def found(rows):
    at = heading(rows, [], VOCABULARY)
    return (at.row, at.n_rows, at.names) if at else None


def test_the_words_of_this_file_are_known():
    assert VOCABULARY.n_known([*HEADER, "", "Sex"]) == 4
    assert VOCABULARY.n_known(["shoe size", ""]) == 0
    assert {"woman", "man", "all"} <= set(VOCABULARY.genders.values())


@pytest.mark.parametrize("n_titles", [0, 1, TITLE_LINES - 1])
def test_a_header_is_found_below_titles(n_titles):
    titles = [["List of staff", "", "", ""]] * n_titles
    assert found([*titles, HEADER, *STAFF]) == (n_titles + 1, 1, HEADER)


def test_a_header_that_stands_too_far_down_is_none():
    assert found([["List of staff", "", "", ""]] * TITLE_LINES + [HEADER, *STAFF]) is None


def test_without_a_header_there_is_none():
    assert found(STAFF) is None and found([]) is None and found([["Sex"], ["F"], ["M"]]) is None


@pytest.mark.parametrize("value", ["1001", "01/02/2010", f"{DAY}2010-02-01", "AB 1001", "1,200"])
def test_a_row_that_holds_a_value_is_no_header(value):
    assert found([[*HEADER[:3], value], *STAFF]) is None


@pytest.mark.parametrize(("cell", "is_value"), [
    ("2023", False), ("1799", True), ("2700", True), ("2566", False), ("12", True), ("A12", False), ("A123", True), ("Unit 123", False),
    ("No 123", True), ("", False), ("Sex", False), ("- 5 -", True), (f"{DAY}2010-02-01", True),
])  # fmt: skip
def test_a_number_a_day_and_a_code_with_a_number_are_values_and_a_year_is_none(cell, is_value):
    assert _is_value(cell) is is_value


def test_of_two_rows_that_could_be_the_header_the_one_with_more_known_words_is_it_and_of_equal_ones_the_first():
    assert found([["Sex", "Rank", "a", "b"], HEADER, *STAFF])[0] == 2
    assert found([HEADER, HEADER, *STAFF])[0] == 1


def test_one_known_word_alone_is_a_header_where_no_row_below_says_the_same():
    names = ["Code of work", "Sex", "Station of work", "Kind"]
    assert found([names, *STAFF]) == (1, 1, names)
    assert found([names, *STAFF, ["A9", "Sex", "x", "y"]]) is None


@pytest.mark.parametrize(("row", "is_again"), [
    (["Staff ID", "Sex", "Rank", "Unit"], True), (["Staff ID", "Sex", "Rank", "x"], True), (["Staff ID", "Sex", "x", "y"], False),
    ([" Staff ID ", "Sex", "Rank"], True), (["x", "y", "z", "Unit"], False), ([], False),
])  # fmt: skip
def test_more_than_half_of_its_names_make_a_header_printed_again(row, is_again):
    assert is_printed_again(row, HEADER) is is_again


def test_columns_without_a_name_do_not_count_for_a_header_printed_again():
    assert is_printed_again(["Sex", "Rank", "a", "b", "c"], ["Sex", "Rank", "", "", ""])
    assert not is_printed_again(["", "", "", "", ""], ["Sex", "Rank", "", "", ""])


FULL = ["x"] * 4


@pytest.mark.parametrize(("names", "below", "is_complete"), [
    (HEADER, [FULL] * 4, True),
    (HEADER, [], True),
    (["Sex", "Sex", "Rank", "Unit"], [FULL] * 4, False),
    (["Sex", "", "", "Unit"], [["x", "", "", "x"]] * 4, True),
    (["Sex", "", "Rank", "Unit"], [FULL] * 4, False),
    (["Sex", "Rank", "Unit"], [FULL] * 4, False),
    (["Sex", "", "Rank", "Unit"], [FULL] * 2 + [["x", "", "x", "x"]] * 2, True),  # half of the fullest is a remark here and there
    (["Sex", "", "Rank", "Unit"], [FULL] * 3 + [["x", " ", "x", "x"]] * 2, False),
])  # fmt: skip
def test_a_header_is_complete_where_each_column_that_holds_something_has_a_name_of_its_own(names, below, is_complete):
    assert _is_complete(names, below) is is_complete


def test_a_header_takes_a_second_row_where_the_first_is_incomplete_and_both_hold_known_words_alone():
    top, second = ["Unit", "Sex", "Sex", "Total"], ["", "Female", "Male", ""]
    counts = [[f"Station {n}", "5", "6", "11"] for n in range(5)]
    row, n_rows, names = found([top, second, *counts])
    assert (row, n_rows) == (1, 2) and "Female" in names[1] and "Male" in names[2]
    people = ["", "Maria", "Jose", ""]
    assert found([top, people, *counts])[1] == 1


def test_rows_beyond_those_that_are_looked_at_change_nothing():
    names = ["Code of work", "Sex", "Station of work", "Kind"]
    again = ["A9", "Sex", "x", "y"]
    assert found([names, *STAFF, *([FULL] * (LOOKED_AT - len(STAFF))), again]) == (1, 1, names)
    assert found([names, *STAFF, *([FULL] * (LOOKED_AT - len(STAFF) - 1)), again]) is None


COUNTS = [["North", "5", "6"], ["South", "7", "8"]]


@pytest.mark.parametrize(("row", "is_header"), [
    (["", "Female", "Male"], True),
    (["2024", "Female", "Male"], True),
    (["", "Female", "Women"], False),  # one sex alone
    (["Pulling", "Female", "Male"], False),  # a word that nobody knows could be a name
])  # fmt: skip
def test_women_and_men_head_a_table_of_counts_where_nothing_else_than_known_words_stands_beside_them(row, is_header):
    assert bool(found([row, *COUNTS])) is is_header


def test_words_of_sexes_may_recur_below_where_they_are_both_there():
    assert found([["", "Female", "Male"], *COUNTS, ["x", "Female", "Male"]]) is not None
    assert found([["", "Female", "Male"], *COUNTS, ["x", "Female", "y"]]) is None


def test_two_known_words_are_a_header_though_one_recurs_below_and_a_known_code_stands_beside():
    assert found([["Staff ID", "Sex", "Officer", "q"], *STAFF, ["A9", "Sex", "x", "y"]])[0] == 1
    assert found([["q", "Sex", "Officer", "r"], *STAFF]) is None


def test_a_row_of_a_single_name_is_no_header():
    assert found([["Sex", "Sex", "Sex"], ["x", "y", "z"]]) is None and found([["Sex", "", ""], ["F", "x", "y"]]) is None


def test_a_header_takes_three_rows_at_the_most():
    top = [["Unit", "Total", "Total"], ["", "Sworn", "Sworn"], ["", "Female", "Male"], ["", "Active", "Active"]]
    assert found([*top[:3], *COUNTS])[1] == 3
    assert found([*top, *COUNTS])[1] <= 3


def test_a_row_of_years_alone_heads_nothing():
    assert found([["2023", "2024", "2025"], ["5", "6", "7"], ["8", "9", "10"]]) is None
