"""A file that cannot be used is refused whole, with its name, the place and the remedy, and without anybody's data."""

import contextlib
import gzip

import pytest

from ingestion.hr.check import check
from ingestion.hr.errors import FileRefused
from tests.staff import read
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file


def refusal(body, name="staff.csv", **changes):
    with pytest.raises(FileRefused) as error:
        read(body, name, contract(**changes))
    words = str(error.value)
    assert words.startswith(name) and error.value.remedy in words
    assert "SOMCHAI" not in words and "1001" not in words
    return words


def test_a_missing_column_is_named_with_the_likeliest_match():
    words = refusal(csv_file(ROW, header=HEADER.replace("hired", "hired on")))
    assert "row 1: column 'hired' is missing (is it 'hired on'?)" in words


def test_an_unmapped_column_is_named():
    assert "column 'shoe size' is not in the contract" in refusal(csv_file(ROW + ",42", header=HEADER + ",shoe size"))


def test_an_old_name_of_a_column_is_read():
    body = csv_file(ROW, header=HEADER.replace("sex", "gender"))
    assert len(read(body, "staff.csv", contract()).rows) == 1


def test_a_column_under_its_old_and_its_new_name_is_ambiguous():
    assert "column 'sex' stands there 2 times" in refusal(csv_file(ROW + ",M", header=HEADER + ",gender"))


def test_a_row_of_staff_where_the_header_should_be_is_not_quoted():
    words = refusal(csv_file(ROW, ROW), header_row=2)
    assert "this row is not the header" in words and "Row 1 looks like it" in words


def test_a_file_without_a_header_is_not_quoted():
    words = refusal(ROW.encode())
    assert "this row is not the header" in words and "with its header" in words


def test_more_bad_rows_than_the_contract_allows_stop_the_file():
    words = refusal(csv_file(*[ROW] * 9, ROW.replace(",F,", ",?,")), max_bad_share=0.05)
    assert "row 11: 1 of 10 rows breaks the contract, most often (1 row, here first): column 'sex'" in words


def test_an_empty_file_is_refused():
    assert "ends before its header row" in refusal(b"")
    assert "holds no row of staff" in refusal(csv_file())


def test_a_file_of_another_name_is_refused():
    assert "does not match the names" in refusal(csv_file(ROW), file_pattern="*.xlsx")


def test_another_encoding_is_refused_with_its_row():
    body = csv_file(ROW, ROW.replace("North", "\u0e40\u0e2b\u0e19\u0e37\u0e2d"))
    assert "row 3: not readable as ascii" in refusal(body, encoding="ascii")


@pytest.mark.parametrize(
    "body",
    [
        csv_file(ROW, '12/2023,1002,"NEVER CLOSED', *[ROW] * 50),
        csv_file(ROW, '12/2023,1002,"' + "x" * 200_000),
        csv_file(ROW, '12/2023,1002,"A" B,F,Officer,North,01/02/2010,,'),
    ],
)
def test_a_quote_that_is_not_closed_never_swallows_people(body):
    assert "row 3: a quotation mark" in refusal(body)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damaged_gzip_is_refused(damage):
    body = bytearray(gzip.compress(csv_file(*[ROW + str(n) for n in range(2000)])))
    if damage == "cut":
        body = body[: len(body) // 2]
    else:
        body[40:60] = b"\xff" * 20
    assert "not readable as gzip" in refusal(bytes(body), name="staff.csv.gz")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is text where abc expects a workbook"),
        (b"PK\x03\x04 no workbook", "not readable as an Excel workbook or zip archive"),
        (b"<html><table>", "is a web page with a spreadsheet's name"),
        (csv_file(ROW), "is text where abc expects a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not readable as an Excel workbook (damaged container)"),
        (b"%PDF-1.7", "a picture or a PDF"),
        (b"7z\xbc\xaf\x27\x1c", "RAR or 7z"),
    ],
)
def test_what_is_no_workbook_is_refused_as_what_it_is(body, words):
    assert words in refusal(body, name="staff.xlsx", format="workbook")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused, match=r"gone\.csv: not readable \(No such file"):
        check(tmp_path / "gone.csv", contract())


def test_every_cut_of_a_file_is_read_or_refused_and_never_anything_else():
    whole = csv_file(*[ROW] * 3)
    for length in range(len(whole)):
        with contextlib.suppress(FileRefused):
            read(whole[:length], "staff.csv", contract())
