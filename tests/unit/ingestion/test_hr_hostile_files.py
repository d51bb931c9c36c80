"""Files that once ended in a traceback, never ended, or had what stands in a cell said aloud."""

from __future__ import annotations

import gzip
import io
import struct

import openpyxl
import pytest

from ingestion.hr import delimited
from ingestion.hr.annotate import annotated_copy
from ingestion.hr.check import check_content
from ingestion.hr.errors import FileRefused
from ingestion.hr.scaffold import draft
from ingestion.hr.words import known_words
from tests.staff import read
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file
from tests.unit.ingestion.hostile import CSV, FILES, HEAD, ROWS, XLS, XLSX, ends_well, ends_well_everywhere, soon

BOOK = contract(format="workbook")


def with_cell(column: str, cell: str) -> bytes:
    row = dict(zip(HEAD, ROWS[0], strict=True)) | {column: cell}
    return csv_file(*(",".join(each) for each in ROWS[1:]), ",".join(row.values()))


def copied(body: bytes, tmp_path, name: str = "staff.any", **changes) -> openpyxl.Workbook:
    """The clerk's copy, as Excel would open it."""
    (tmp_path / name).write_bytes(body)
    annotated_copy(tmp_path / name, tmp_path / "copy.xlsx", contract(**changes))
    return openpyxl.load_workbook(tmp_path / "copy.xlsx")


@pytest.mark.parametrize("mark", ["\x1d", "\x1e"])
@pytest.mark.parametrize("column", ["period", "hired", "left", "pay", "id", "sex", "rank"])
def test_a_text_that_begins_like_a_day_or_a_number_of_ours_is_text_and_is_not_said(mark, column):
    body = with_cell(column, f"{mark}SOMCHAI JAIDEE")
    assert ends_well_everywhere(body, "csv") in (11, 12)
    assert "SOMCHAI" not in str(read(body, "staff.csv", contract()).findings)


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsb"])
def test_nor_is_it_in_a_workbook(kind):
    body = getattr(make, kind)([HEAD, ROWS[0], [*ROWS[1][:6], "\x1dSOMCHAI", "", "\x1e"]])
    assert "SOMCHAI" not in str(check_content(body, "staff", BOOK).findings)


def test_a_long_stretch_of_blanks_in_a_date_takes_no_time():
    with soon():
        assert ends_well(with_cell("hired", "1" + " " * 300_000 + "x"), "csv") == 11


@pytest.mark.parametrize("column", ["id", "unit", "rank", "hired", "pay", "period"])
def test_a_cell_longer_than_anything_a_list_says_is_a_finding(column):
    [finding] = read(with_cell(column, "9" * 1_001), "staff.csv", contract()).findings
    assert finding.rule == "longer than 1,000 characters"


def test_a_cell_beyond_all_bounds_is_named_and_no_quotation_mark_is_blamed():
    with pytest.raises(FileRefused, match="row 13: a cell of this row has more than 1,048,576 characters"):
        check_content(with_cell("unit", "x" * 5_000_000), "staff.csv", contract())


def test_a_file_of_one_line_is_refused_before_it_is_held_whole(monkeypatch):
    monkeypatch.setattr(delimited, "FIRST_STRETCH", 1 << 10)
    monkeypatch.setattr(delimited, "LONGEST_STRETCH", 1 << 12)
    with pytest.raises(FileRefused, match="row 1: a cell of this row"):
        check_content(b"x" * (1 << 20), "staff.csv", contract())
    with pytest.raises(FileRefused, match="row 1: a quotation mark"):
        check_content(b'"\n' + b"x\n" * (1 << 20), "staff.csv", contract())


def test_an_error_of_the_parser_that_quotes_the_file_at_length_does_not_stop_it():
    body = make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('t="s"', f't="{"q" * 200_000}"', 1))
    with soon(), pytest.raises(FileRefused, match="damaged"):
        check_content(body, "staff.xlsx", BOOK)


def test_a_file_that_speaks_like_our_own_error_is_the_file_s_fault():
    body = make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('t="s"', 't="ModuleNotFoundError"', 1))
    with pytest.raises(FileRefused, match="damaged"):
        check_content(body, "staff.xlsx", BOOK)


def test_a_header_of_thousands_of_columns_says_some_of_them_and_is_not_drafted(tmp_path):
    body = csv_file(ROW + ",x" * 5_000, header=HEADER + "".join(f",column {n}" for n in range(5_000)))
    with pytest.raises(FileRefused, match="and 4,970 columns more") as refused:
        check_content(body, "staff.csv", contract())
    assert len(str(refused.value)) < 2_000
    (tmp_path / "staff.csv").write_bytes(body)
    with soon(), pytest.raises(FileRefused, match="a row has more than 1,000 cells"):
        draft(tmp_path / "staff.csv", "abc", "ABC-POL", known_words(), {})


def test_a_long_name_in_a_header_is_cut_where_it_is_said():
    with pytest.raises(FileRefused) as refused:
        check_content(csv_file(ROW + ",x", header=f"{HEADER},{'long ' * 50_000}"), "staff.csv", contract())
    assert len(str(refused.value)) < 500 and "…" in str(refused.value)


def test_the_copy_has_a_sheet_for_each_of_many_files_of_one_archive(tmp_path):
    book = copied(make.archive({f"{n}.csv": CSV for n in range(14)}), tmp_path)
    assert book.sheetnames[1:4] == ["Data", "Data (2)", "Data (3)"] and book.sheetnames[-1] == "Data (14)"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_the_copy_holds_a_number_that_is_none_as_text(number, tmp_path):
    body = make.xlsb([HEAD, ROWS[0], [*ROWS[1][:8], number]])
    cell = copied(body, tmp_path, format="workbook")["S"].cell(3, 9)
    assert cell.value in ("nan", "INF", "-INF")


def test_the_copy_of_a_million_empty_rows_takes_no_hour(tmp_path):
    far = f'<row r="200000">{"".join(f"<c r={chr(34)}{c}200000{chr(34)}/>" for c in "ABCDEFGHI")}</row></sheetData>'
    body = make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", far))
    with soon():
        assert copied(body, tmp_path, format="workbook").sheetnames == ["Parity findings", "S"]


def test_a_file_whose_name_is_no_text_is_refused_by_the_check_too():
    with pytest.raises(FileRefused, match=r"st\\udcff\.csv: its name is not written in UTF-8") as refused:
        check_content(CSV, "st\udcff.csv", contract())
    assert str(refused.value).encode()


def test_a_title_of_a_sheet_with_a_nul_is_refused():
    titled = "S".encode("utf-16-le") + b"\x90\x01"
    part = make.part(FILES["staff.xlsb"][0], "xl/workbook.bin")
    assert part.count(titled) == 1
    with pytest.raises(FileRefused, match="damaged"):
        check_content(make.with_part(FILES["staff.xlsb"][0], "xl/workbook.bin", part.replace(titled, b"\0\0\x90\x01")), "b", BOOK)


def test_two_sheets_with_one_title_are_refused_where_they_would_be_read():
    sheets = {title: [HEAD, *ROWS] for title in ("One", "Two")}
    body = make.changed(
        make.xlsx([HEAD, *ROWS], sheet="Old", more=sheets), "xl/workbook.xml", lambda xml: xml.replace('"Two"', '"One"')
    )
    with pytest.raises(
        FileRefused, match=r"has 2 sheets with the title 'One', of which only one can be read\. Give each sheet a title"
    ):
        check_content(body, "staff.xlsx", BOOK)
    with pytest.raises(FileRefused, match="has 2 sheets with the title 'One'"):
        check_content(body, "staff.xlsx", contract(format="workbook", sheets=["One"]))
    assert check_content(body, "staff.xlsx", contract(format="workbook", sheets=["Old"])).n_rows == len(ROWS)


@pytest.mark.parametrize("packed", [gzip.compress(XLS), make.archive({"a.xls": XLS})], ids=["gz", "zip"])
def test_an_old_workbook_is_read_packed_too(packed):
    assert check_content(packed, "packed", BOOK).n_rows == 12


def test_an_archive_without_files_is_called_so():
    with pytest.raises(FileRefused, match="holds no file"):
        check_content(make.archive({}), "empty.zip", contract())


def test_an_error_at_the_far_end_of_a_row_takes_no_memory():
    part = make.part(FILES["staff.xlsb"][0], "xl/worksheets/sheet1.bin")
    error = bytes([3, 9]) + struct.pack("<II", 0xFFFFFFF0, 0) + b"\x17"
    for place in (part.index(b"\x92\x01"), part.index(bytes([6]))):
        body = make.with_part(FILES["staff.xlsb"][0], "xl/worksheets/sheet1.bin", part[:place] + error + part[place:])
        with soon():
            assert ends_well(body, "workbook") in (-1, 12)


def test_a_count_in_burmese_digits_with_a_vowel_is_a_finding_and_not_the_zawgyi_font():
    counts = contract(
        grain="aggregate",
        columns={"period": {"header": "period"}, "n_staff": {"header": "n"}},
        identifying=[],
        ranks=[],
        sex_codes={},
    )
    body = "period,n\n12/2023,၀\u1031\u1019\n12/2023,၅\n".encode()
    assert [row.n_low for row in read(body, "n.csv", counts).rows] == [5]


def test_a_header_with_signs_that_are_not_printed_is_drafted_as_text(tmp_path):
    (tmp_path / "staff.csv").write_bytes(CSV.replace(b"unit", "unit 😀\u200b\x7f".encode(), 1))
    assert io.StringIO(draft(tmp_path / "staff.csv", "abc", "ABC-POL", known_words(), {}).text()).read().encode()


def test_a_cell_in_a_column_that_no_spreadsheet_has_is_refused_at_once():
    body = make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(' r="', ' r="ZZZ'))
    with soon(), pytest.raises(FileRefused, match="a cell stands far outside the table"):
        check_content(body, "staff.xlsx", BOOK)
