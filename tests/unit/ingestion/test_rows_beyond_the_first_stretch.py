"""A long text file: what is no row of staff is left out also where lines are read as columns, beyond the first stretch."""

import pytest

from ingestion.hr.delimited import FIRST_STRETCH
from tests.unit.ingestion.quirks import HEADER, OTHER, ROW, got, text

N = 1 + FIRST_STRETCH // len(",".join(ROW))  # rows that fill the first stretch


def long(*rows, end=()):
    """A file whose `rows` stand beyond the first stretch, among others."""
    people = [[*ROW[:1], f"A{10_000 + n}", *ROW[2:]] for n in range(N)]
    return text(*people, *rows, OTHER, *end)


@pytest.mark.parametrize("row", [["Total", *[""] * 6], ["  "] * 7, HEADER], ids=["a total", "an empty row", "the header again"])
def test_a_row_that_is_nobody_is_left_out_with_all_its_cells(row):
    found = got(long(row))
    last = found.rows[-1]
    assert (len(found.rows), found.findings) == (N + 1, [])
    assert (last.row_no, last.rank_name, last.unit_name) == (N + 3, "Captain", "South")


def test_below_the_end_of_the_table_nobody_follows():
    found = got(long(["End of list", *[""] * 6], end=[ROW]), end_markers=["End"])
    assert len(found.rows) == N and {finding.rule for finding in found.findings} == {"a row below the end of the table"}
    assert [finding.row_no for finding in found.findings] == [N + 3, N + 4]


def test_a_value_beyond_the_header_is_a_finding_there_too():
    found = got(long([*ROW, "x"]))
    assert [(finding.row_no, finding.rule) for finding in found.findings] == [(N + 2, "a value under no header")]
    assert len(found.rows) == N + 1
