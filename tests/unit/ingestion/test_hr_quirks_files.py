"""What agency files really do, a case a quirk: each is read exactly as meant, or refused in words that a clerk can act on.

Encodings, kinds of file, and deliveries. The numbers are those of the catalogue of quirks.
"""

from __future__ import annotations

import datetime as dt

import pytest

from parity.catalogue import HrContract
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.quirks import DAY, HEADER, OTHER, ROW, book, contract, got, refused, text, with_cell

# 1 Encodings

THAI = {"period": "งวด", "id": "เลข", "name": "ชื่อ", "sex": "เพศ", "rank": "ยศ", "unit": "หน่วย", "hired": "วันบรรจุ"}


def thai(**changes) -> HrContract:
    columns = {canonical: {"header": THAI[column["header"]]} for canonical, column in contract().model_dump()["columns"].items()}
    return contract(
        columns=columns, identifying=["ชื่อ"], period={"column": "งวด"}, sex_codes={"ชาย": "man", "หญิง": "woman"}, **changes
    )


THAI_TEXT = text(with_cell("sex", "หญิง"), header=list(THAI.values()))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp874", "cp874"), ("tis-620", "tis-620"), ("utf-16", "utf-16"), ("utf-8-sig", "utf-8"), ("utf-8", "utf-8")],
)
def test_01_thai_is_read_in_the_encoding_declared(encoding, declared):
    (row,) = got(THAI_TEXT.encode(encoding), of=thai(encoding=declared)).rows
    assert (row.sex_code, row.hire_date) == ("หญิง", DAY)


def test_01_vietnamese_in_cp1258_is_decomposed_and_meets_its_composed_spelling():
    spelt = {"header": "giới tính"}
    columns = contract().model_dump()["columns"] | {"sex": spelt}
    decomposed = text(with_cell("sex", "Nu\u0303"), header=[*HEADER[:3], "gi\u01a1\u0301i ti\u0301nh", *HEADER[4:]])
    result = got(decomposed.encode("cp1258"), of=contract(encoding="cp1258", columns=columns, sex_codes={"N\u0169": "woman"}))
    assert result.rows[0].sex_code == "N\u0169"


def test_01_gb18030_from_a_vendor():
    assert got(text(with_cell("unit", "北京")).encode("gb18030"), encoding="gb18030").rows[0].unit_name == "北京"


def test_01_another_encoding_than_declared_is_proposed_where_it_fits():
    words = refused(THAI_TEXT.encode("cp874"), of=thai(encoding="cp1252"))
    assert "this row is not the header" in words and "Read as cp874 it would be" in words


def test_01_text_that_was_converted_twice_is_called_so():
    mojibake = THAI_TEXT.encode("utf-8").decode("latin-1")
    assert "utf-8 converted twice" in refused(mojibake, of=thai())


def test_01_zawgyi_is_refused_and_not_guessed_at():
    assert "Zawgyi" in refused(text(with_cell("unit", "\u1031\u1019\u102c\u1004\u1039")))
    assert got(text(with_cell("unit", "\u1019\u1031\u102c\u1004\u103a"))).rows[0].unit_name == "\u1019\u1031\u102c\u1004\u103a"


def test_01_a_legacy_khmer_font_is_no_header():
    assert "this row is not the header" in refused(text(ROW, header=["elx", "eQµaH", "ePT", "zanH", "GgÁPaB", "éf¶", "x"]))


# 2 File truth

SHEET = [HEADER, [*ROW[:6], DAY], OTHER]


@pytest.mark.parametrize("kind", [make.xlsx, make.xls, make.ods])
def test_02_every_kind_of_spreadsheet_reads_the_same_whatever_its_name(kind):
    rows = got(kind(SHEET), "staff.csv", of=book()).rows
    assert [(row.sex_code, row.hire_date) for row in rows] == [("F", DAY), ("M", dt.date(2011, 2, 28))]


def test_02_a_spreadsheet_where_a_csv_is_agreed_is_called_what_it_is():
    assert "is OpenDocument spreadsheet where abc expects CSV" in refused(make.ods(SHEET), "staff.csv")


def test_02_an_xls_that_is_a_web_page_or_tab_separated_text():
    assert "web page with a spreadsheet's name" in refused(b"<html><body><table><tr><td>", "staff.xls", of=book())
    assert "is text where" in refused(text(ROW, delimiter="\t"), "staff.xls", of=book())
    assert got(text(ROW, delimiter="\t"), "staff.xls", delimiter="\t").rows


def test_02_a_password_opens_a_protected_workbook_and_its_absence_is_said():
    body = make.protected(make.xlsx(SHEET), "s3cret")
    assert len(got(body, "staff.xlsx", "s3cret", of=book()).rows) == 2
    assert "is protected by a password" in refused(body, "staff.xlsx", of=book())
    assert "does not open with the password given" in refused(body, "staff.xlsx", "wrong", of=book())


def test_02_a_zip_of_monthly_files_is_read_with_their_names():
    named = contract(
        period={"name_pattern": r"staff (?P<year>\d{4})-(?P<month>\d\d)\.csv"},
        columns={k: v for k, v in contract().model_dump()["columns"].items() if k != "period"},
        member_pattern="staff *.csv",
        ignored=["period"],
    )
    rows = got(make.archive({"staff 2023-01.csv": text(ROW), "x/staff 2023-02.csv": text(ROW, OTHER)}), "all.zip", of=named).rows
    assert [(row.member, row.period_date.month) for row in rows] == [
        ("staff 2023-01.csv", 1), ("x/staff 2023-02.csv", 2), ("x/staff 2023-02.csv", 2),
    ]  # fmt: skip
    assert "1 file that the contract does not expect" in refused(
        make.archive({"staff 2023-01.csv": text(ROW), "a.txt": ""}), of=named
    )


def test_02_a_sheet_a_month_and_empty_sheets():
    monthly = book(
        period={"sheet_pattern": r"(?P<month>\w+) (?P<year>\d{4})"},
        columns={k: v for k, v in contract().model_dump()["columns"].items() if k != "period"},
        ignored=["period"],
    )
    body = make.xlsx(SHEET, sheet="Januari 2024", more={"Mac 2024": SHEET, "Sheet3": []})
    assert {row.period_date for row in got(body, of=monthly).rows} == {dt.date(2024, 1, 31), dt.date(2024, 3, 31)}
    assert "the sheet's name tells no period" in refused(make.xlsx(SHEET, sheet="Data"), of=monthly)


def test_02_hidden_rows_and_sheets_are_people_and_are_counted():
    body = make.xlsx(SHEET, hidden_rows=[2], more={"Old": SHEET}, hidden_sheets={"Old": "very"})
    result = got(body, of=book())
    assert len(result.rows) == 4
    assert result.notices[:2] == [
        "sheet 'S' has 1 hidden or filtered row: it is read",
        "sheet 'Old' is hidden: its rows are read",
    ]


def test_02_formulas_without_results_stop_the_file():
    calculated = make.xlsx([HEADER, with_cell("id", '="A"&1001')])
    assert "1 formula holds no stored result" in refused(make.without_values(calculated), of=book())


def test_02_an_error_in_a_cell_is_a_finding():
    (finding,) = got(make.xlsx([HEADER, ROW, with_cell("unit", "#REF!")]), of=book()).findings
    assert (finding.row_no, finding.column, finding.rule) == (3, "unit", "an error of the spreadsheet instead of a value")


def test_02_a_picture_of_a_table_is_no_table():
    assert "picture or a PDF" in refused(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "staff.xlsx", of=book())


# 11 Delivery


def test_11_a_column_that_came_or_went_is_due_only_in_its_time():
    columns = contract().model_dump()["columns"] | {"salary": {"header": "pay", "valid_from": "2024-01-01"}}
    yearly = {"period": {"name_pattern": r"(?P<year>\d{4})\.csv"}, "ignored": ["period"]}
    columns.pop("period")
    assert got(text(ROW), "2023.csv", of=contract(columns=columns, **yearly)).rows
    assert "column 'pay' is missing" in refused(text(ROW), "2024.csv", of=contract(columns=columns, **yearly))


def test_11_semicolons_and_line_breaks_within_cells():
    body = text(with_cell("unit", '"North;\nEast"'), OTHER, delimiter=";")
    rows = got(body, delimiter=";").rows
    assert [(row.row_no, row.unit_name) for row in rows] == [(2, r"North;\nEast"), (3, "South")]


def test_11_a_formula_in_a_text_stays_text():
    assert got(text(with_cell("unit", "=cmd|' /C calc'!A0"))).rows[0].unit_name == "=cmd|' /C calc'!A0"


def test_11_provisional_files_are_known_by_name():
    assert got(text(ROW), "staff_prov.csv", provisional_pattern="*_prov*").delivery.is_provisional
    assert not got(text(ROW), "staff.csv", provisional_pattern="*_prov*").delivery.is_provisional
