"""What a parser of cells leaves out is put back: errors in their rows, and a merged cell's value in every row that it spans."""

import pyarrow as pa
import pytest

from ingestion.hr.behind.model import Area
from ingestion.hr.patches import patched
from ingestion.hr.table import rows_of


def as_rows(*rows):
    return [list(row) for row in rows]


def as_columns(*rows):
    return pa.table({str(place): pa.array(cells, pa.string()) for place, cells in enumerate(zip(*rows, strict=True))})


BOTH = pytest.mark.parametrize("made", [as_rows, as_columns])


def read(chunks, *, errors=(), merged=(), first_row=1):
    return [row for chunk in patched(chunks, list(errors), merged, first_row) for row in rows_of(chunk)]


def down(top, bottom, left=0):
    return (top, left), (bottom, left)


@BOTH
def test_a_merged_cell_is_filled_from_the_first_row_below_the_header_to_its_last_row_and_no_further(made):
    chunk = made(("unit", "id"), ("North", "1"), ("", "2"), ("", "3"), ("", "4"))
    assert [row[0] for row in read([chunk], merged=[down(1, 3)])] == ["unit", "North", "North", "North", ""]


@BOTH
def test_a_cell_that_is_merged_into_the_header_is_not_filled(made):
    chunk = made(("unit", "id"), ("", "1"), ("", "2"))
    assert [row[0] for row in read([chunk], merged=[down(0, 2)])] == ["unit", "", ""]
    assert [row[0] for row in read([chunk], merged=[down(0, 2)], first_row=0)] == ["unit", "unit", "unit"]


@BOTH
def test_of_two_merged_cells_that_overlap_the_first_holds_and_one_right_below_it_holds_too(made):
    chunk = made(("u", "id"), ("North", "1"), ("", "2"), ("South", "3"), ("", "4"), ("", "5"))
    assert [row[0] for row in read([chunk], merged=[down(1, 2), down(3, 5)])] == ["u", *["North"] * 2, *["South"] * 3]
    assert [row[0] for row in read([chunk], merged=[down(3, 5), down(1, 3)])] == ["u", *["North"] * 2, "South", "", ""]


@BOTH
def test_cells_that_are_merged_across_alone_keep_none_from_being_filled(made):
    chunk = made(("u", "id"), ("North", "1"), ("", "2"))
    assert [row[0] for row in read([chunk], merged=[((1, 0), (1, 1)), down(1, 2)])] == ["u", "North", "North"]


@BOTH
def test_merged_cells_side_by_side_do_not_overlap(made):
    chunk = made(("u", "r", "id"), ("North", "Officer", "1"), ("", "", "2"))
    assert read([chunk], merged=[down(1, 2), down(1, 2, left=1)])[2] == ["North", "Officer", "2"]


@BOTH
def test_what_stands_in_a_merged_cell_by_itself_stays_and_an_empty_row_stays_empty(made):
    chunk = made(("u", "id"), ("North", "1"), ("South", "2"), ("", ""), ("", "4"))
    assert read([chunk], merged=[down(1, 4)])[2:] == [["South", "2"], ["", ""], ["North", "4"]]


@BOTH
def test_a_merged_cell_and_an_error_go_on_in_the_chunks_that_follow_and_end_where_they_end(made):
    chunks = [made(("u", "pay"), ("North", "1")), made(("", "2"), ("", "3")), made(("", "4"), ("", "5"))]
    found = read(chunks, merged=[down(1, 4)], errors=[Area(1, 3, 1, "#REF!")])
    assert [row[0] for row in found] == ["u", *["North"] * 4, ""]
    assert [row[1] for row in found] == ["pay", "#REF!", "#REF!", "#REF!", "4", "5"]


@BOTH
def test_a_merged_cell_that_ends_with_a_chunk_says_nothing_of_the_next(made):
    found = read([made(("u", "id"), ("North", "1"), ("", "2")), made(("", "3"))], merged=[down(1, 2)])
    assert [row[0] for row in found] == ["u", "North", "North", ""]


@BOTH
def test_errors_stand_in_their_own_cells_also_beyond_the_cells_that_the_parser_saw(made):
    chunk = made(("u", "id"), ("North", "1"), ("South", "2"))
    found = read([chunk], errors=[Area(2, 2, 3, "#N/A"), Area(1, 1, 1, "#REF!")])
    assert [row[:2] for row in found] == [["u", "id"], ["North", "#REF!"], ["South", "2"]]
    assert found[2][2:] == ["", "#N/A"] and not any(found[1][2:])


@BOTH
def test_a_cell_that_is_merged_beyond_the_last_column_fills_nothing(made):
    chunk = made(("u", "id"), ("North", "1"), ("South", "2"))
    assert read([chunk], merged=[down(1, 2, left=2)]) == rows_of(chunk)
