"""What agency files really do, a case a quirk: each is read exactly as meant, or refused in words that a clerk can act on.

How a table lies on its sheet. The numbers are those of the catalogue of quirks.
"""

from __future__ import annotations

import pytest

from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.quirks import HEADER, OTHER, ROW, book, contract, got, refused, text, with_cell

# 3 Layout


def test_03_titles_above_and_a_blank_line_under_the_header():
    body = "Staff list,,\r\nDate: 1 Jan,,\r\n" + text([], ROW)
    assert len(got(body, header_row=3).rows) == 1


def test_03_a_header_on_the_wrong_row_is_found():
    assert "Row 3 looks like it" in refused("Staff list\r\nx\r\n" + text(ROW))


def test_03_two_header_rows_with_merged_cells_are_joined():
    counts = book(
        grain="aggregate",
        header_rows=2,
        period={"name_pattern": r".*(?P<year>\d{4}).*", "grain": "year"},
        columns={"rank": {"header": "rank"}},
        identifying=[],
        sex_codes={},
        measures=[
            {"header": "sworn / F", "gender": "woman", "sworn": "sworn"},
            {"header": "sworn / M", "gender": "man", "sworn": "sworn"},
            {"header": "all", "gender": "all"},
        ],
    )
    body = make.xlsx(
        [
            ["rank", "sworn", None, "all"],
            [None, "F", "M"],
            ["Officer", 12, 88, 100],
            ["Captain", "<5", 7, "-"],
            ["Total", 15, 95, 110],
        ],
        merge=[("B1:C1", "sworn")],
    )
    rows = got(body, "counts 2023.xlsx", of=counts).rows
    assert [(r.rank_name, r.gender, r.sworn_status, r.n_low, r.n_high) for r in rows] == [
        ("Officer", "woman", "sworn", 12, 12), ("Officer", "man", "sworn", 88, 88),
        ("Captain", "woman", "sworn", 1, 4), ("Captain", "man", "sworn", 7, 7),
    ]  # fmt: skip


def test_03_a_header_printed_again_on_each_page_is_no_person():
    assert len(got(text(ROW, HEADER, OTHER)).rows) == 2


def test_03_side_by_side_blocks_are_refused():
    assert "column 'period' stands there 2 times" in refused(text([*ROW, *OTHER], header=[*HEADER, *HEADER]))


@pytest.mark.parametrize("word", ["Jumlah", "รวม", "Tổng cộng", "សរុប", "Total"])
def test_03_totals_are_no_people_and_are_compared_with_the_rows(word):
    right = got(text(ROW, OTHER, [word, "2", "", "", "", "", ""]))
    assert (len(right.rows), right.notices) == (2, [])
    wrong = got(text(ROW, OTHER, [word, "5", "", "", "", "", ""]))
    assert wrong.notices == ["1 total differs from the rows above it, first: row 4 says 5, and 2 rows stand there"]


def test_03_footnotes_glued_to_codes_and_numbers_are_taken_off():
    assert got(text(with_cell("rank", "Officer¹")), footnote_marks="¹²*").rows[0].rank_name == "Officer"


def test_03_a_signature_block_ends_the_table_and_rows_below_it_are_not_lost_silently():
    result = got(
        text(ROW, ["", "", "Signed by the Director", "", "", "", ""], ["", "", "(NAME)", "", "", "", ""], OTHER),
        end_markers=["Signed"],
    )
    assert len(result.rows) == 1
    assert [(f.row_no, f.rule) for f in result.findings] == [(5, "a row below the end of the table")]


def test_03_units_in_the_header_widen_the_count():
    counts = contract(
        grain="aggregate",
        period={"column": "period"},
        columns={"period": {"header": "period"}, "unit": {"header": "unit"}},
        identifying=[],
        sex_codes={},
        measures=[{"header": "women (thousand)", "gender": "woman", "multiplier": 1000}],
    )
    (row,) = got(text(["12/2023", "All", "1.2"], header=["period", "unit", "women (thousand)"]), of=counts).rows
    assert (row.n_low, row.n_high) == (1150, 1249)


def test_03_blank_spacer_columns_hold_nothing():
    assert got(text([*ROW[:3], "", *ROW[3:]], header=[*HEADER[:3], "", *HEADER[3:]])).rows
    (finding,) = got(
        text([*ROW[:3], "x", *ROW[3:]], [*OTHER[:3], "", *OTHER[3:]], header=[*HEADER[:3], "", *HEADER[3:]])
    ).findings
    assert finding.rule == "a value under no header"


def test_03_parts_that_exceed_their_total_are_a_finding():
    counts = contract(
        grain="aggregate",
        columns={"period": {"header": "period"}},
        identifying=[],
        sex_codes={},
        measures=[{"header": "F", "gender": "woman"}, {"header": "M", "gender": "man"}, {"header": "all", "gender": "all"}],
    )
    result = got(
        text(["12/2023", "10", "90", "100"], ["11/2023", "10", "90", "99"], header=["period", "F", "M", "all"]), of=counts
    )
    assert (len(result.rows), [f.rule for f in result.findings]) == (2, ["the parts do not add up to the total"])
