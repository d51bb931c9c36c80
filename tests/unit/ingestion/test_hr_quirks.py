"""What agency files really do, a case a quirk: each is read exactly as meant, or refused in words that a clerk can act on.

The numbers are those of the catalogue of quirks: encodings, file truth, layout, dates, digits, sex codes, identity, rank, events,
redaction, delivery.
"""

from __future__ import annotations

import datetime as dt

import pytest

from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract
from tests.staff import read
from tests.unit.ingestion import spreadsheets as make

HEADER = ["period", "id", "name", "sex", "rank", "unit", "hired"]
ROW = ["12/2023", "A1001", "SOMCHAI JAIDEE", "F", "Officer", "North", "01/02/2010"]
OTHER = ["12/2023", "A1002", "MANEE RAKDEE", "M", "Captain", "South", "28/02/2011"]
DAY = dt.date(2010, 2, 1)


def contract(**changes) -> HrContract:
    base = {
        "name": "abc",
        "agency": "ABC-POL",
        "grain": "roster",
        "file_pattern": "*",
        "format": "csv",
        "period": {"column": "period"},
        "date_format": "%d/%m/%Y",
        "columns": {
            "period": {"header": "period"},
            "person_id": {"header": "id"},
            "sex": {"header": "sex"},
            "rank": {"header": "rank"},
            "unit": {"header": "unit"},
            "hire_date": {"header": "hired"},
        },
        "identifying": ["name"],
        "total_markers": ["Total", "Jumlah", "รวม", "Tổng cộng", "សរុប"],
        "sex_codes": {"F": "woman", "M": "man"},
        "ranks": [{"name": "Officer", "grade": 1}, {"name": "Captain", "grade": 5}],
        "max_bad_share": 0.6,
    }
    return HrContract.model_validate(base | changes)


def book(**changes) -> HrContract:
    return contract(format="workbook", **changes)


def text(*rows: list[str], delimiter: str = ",", header: list[str] | None = None) -> str:
    return "\r\n".join(delimiter.join(row) for row in [header or HEADER, *rows]) + "\r\n"


def got(body: bytes | str, name: str = "staff.csv", password: str | None = None, **changes):
    the_contract = changes.pop("of", None) or contract(**changes)
    return read(body.encode() if isinstance(body, str) else body, name, the_contract, password)


def refused(*args, **changes) -> str:
    with pytest.raises(FileRefused) as error:
        got(*args, **changes)
    assert "SOMCHAI" not in str(error.value) and "A1001" not in str(error.value)
    return str(error.value)


def with_cell(column: str, value: object, row: list | None = None) -> list:
    changed = list(row or ROW)
    changed[HEADER.index(column)] = value
    return changed


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


# 4 Dates

# Without a column of periods, which a Buddhist contract would read as Buddhist too.
SPELLS = {
    "grain": "spells",
    "period": {},
    "ignored": ["period"],
    "columns": {name: column for name, column in contract().model_dump()["columns"].items() if name != "period"},
}


@pytest.mark.parametrize(
    ("cell", "changes", "day"),
    [
        ("01/02/2553", {"calendar": "buddhist"}, DAY),
        ("29/02/2563", {"calendar": "buddhist"}, dt.date(2020, 2, 29)),
        ("01/02/53", {"calendar": "buddhist", "date_format": "%d/%m/%y", "two_digit_years_from": 2480}, DAY),
        ("1 ก.พ. 2553", {"calendar": "buddhist", "date_format": "%d %b %Y"}, DAY),
        ("1 กุมภาพันธ์ ๒๕๕๓", {"calendar": "buddhist", "date_format": "%d %b %Y"}, DAY),
        ("1 Februari 2010", {"date_format": "%d %b %Y"}, DAY),
        ("1 Mac 2010", {"date_format": "%d %b %Y"}, dt.date(2010, 3, 1)),
        ("1 tháng 2 2010", {"date_format": "%d %b %Y"}, DAY),
        ("٠١/٠٢/٢٠١٠", {}, DAY),
        ("02/01/2010", {"date_format": "%m/%d/%Y"}, DAY),
    ],
)
def test_04_dates_are_read_as_the_contract_says(cell, changes, day):
    assert got(text(with_cell("hired", cell)), **SPELLS | changes).rows[0].hire_date == day


@pytest.mark.parametrize("cell", ["31/09/2010", "00/00/0000", "01/01/1900", "2010", "5 years", "29/02/2010", "01/02/10"])
def test_04_a_date_that_is_none_is_a_finding(cell):
    result = got(text(OTHER, with_cell("hired", cell)))
    assert [(f.row_no, f.column) for f in result.findings] == [(3, "hired")] and cell not in str(result.findings)


def test_04_months_first_where_days_first_are_agreed_is_told():
    result = got(text(ROW, OTHER, with_cell("hired", "02/28/2010")))
    assert result.findings[0].rule == "not a date of the form %d/%m/%Y, though one of the form %m/%d/%Y (gregorian)"


def test_04_a_buddhist_leap_day_that_never_was():
    result = got(text(with_cell("hired", "29/02/2562"), [*OTHER[:6], ""]), **SPELLS, calendar="buddhist")
    assert [f.column for f in result.findings] == ["hired"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_04_serial_numbers_of_both_systems_as_numbers_and_text(is_1904):
    serial = (DAY - (dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30))).days
    body = make.xlsx([HEADER, with_cell("hired", serial), with_cell("hired", str(serial), OTHER)], date_1904=is_1904)
    assert [row.hire_date for row in got(body, of=book()).rows] == [DAY, DAY]


def test_04_two_digits_of_a_year_need_the_contract_to_say_which():
    with pytest.raises(ValueError, match="two_digit_years_from must say the first year"):
        contract(date_format="%d/%m/%y")


# 5 Digits


@pytest.mark.parametrize("digits", ["๑๐๐๑", "១០០១", "໑໐໐໑", "၁၀၀၁", "١٠٠١", "1001"])
def test_05_digits_of_every_script_are_one_number(digits):
    rows = got(text(with_cell("id", digits), with_cell("id", "1001"))).rows
    assert rows[0].person_key == rows[1].person_key


@pytest.mark.parametrize(
    ("cell", "marks", "value"),
    [
        ("1.234.567,5", {"thousands_mark": ".", "decimal_mark": ","}, "1234567.5"),
        ("1,234,567.5", {"thousands_mark": ","}, "1234567.5"),
        ("1 234", {"thousands_mark": " "}, "1234"),
        ("-", {"blank_values": ["-", "nil"]}, None),
        ("nil", {"blank_values": ["-", "nil"]}, None),
    ],
)
def test_05_numbers_in_the_marks_of_the_country(cell, marks, value):
    columns = contract().model_dump()["columns"] | {"salary": {"header": "pay"}}
    body = text([*ROW, cell], header=[*HEADER, "pay"], delimiter=";")
    assert got(body, of=contract(columns=columns, delimiter=";", **marks)).rows[0].salary == value


@pytest.mark.parametrize(
    ("cell", "marks"),
    [
        ("1.234", {"decimal_mark": ","}),
        ("1,23", {"thousands_mark": ","}),
        ("12.34.5", {"thousands_mark": ".", "decimal_mark": ","}),
    ],
)
def test_05_marks_in_the_wrong_place_are_findings_and_no_other_number(cell, marks):
    columns = contract().model_dump()["columns"] | {"salary": {"header": "pay"}}
    result = got(
        text([*ROW, cell], [*OTHER, "1"], header=[*HEADER, "pay"], delimiter=";"),
        of=contract(columns=columns, delimiter=";", **marks),
    )
    assert [f.column for f in result.findings] == ["pay"]


# 6 Sex codes

CODES = [
    ({"M": "man", "F": "woman"}, "F", "woman"),
    ({"ชาย": "man", "ญ": "woman"}, "ญ", "woman"),
    ({"L": "man", "P": "woman"}, "P", "woman"),
    ({"Lelaki": "man", "Wanita": "woman"}, "Wanita", "woman"),
    ({"Nam": "man", "Nữ": "woman"}, "Nữ", "woman"),
    ({"ប្រុស": "man", "ស្រី": "woman"}, "ស្រី", "woman"),
    ({"ຊາຍ": "man", "ຍິງ": "woman"}, "ຍິງ", "woman"),
    ({"ကျား": "man", "မ": "woman"}, "မ", "woman"),
    ({"Lalaki": "man", "Babae": "woman"}, "Babae", "woman"),
    ({"1": "man", "2": "woman"}, "2", "woman"),
    ({"0": "woman", "1": "man"}, "0", "woman"),
    ({"Polki": "man", "Polwan": "woman"}, "Polwan", "woman"),
    ({"นาย": "man", "นางสาว": "woman"}, "นางสาว", "woman"),
    ({"M": "woman", "H": "man"}, "M", "woman"),
    ({"M": "man", "X": "other"}, "X", "other"),
    ({"M": "man", "N": "not_stated"}, "N", "not_stated"),
    ({"M": "man", "***": "redacted"}, "***", "redacted"),
    ({"M": "man", "": "missing"}, "", "missing"),
]


@pytest.mark.parametrize(("codes", "cell", "gender"), CODES)
def test_06_a_code_of_sex_means_what_its_agency_says(codes, cell, gender):
    result = got(text(with_cell("sex", cell)), sex_codes=codes)
    assert codes[result.rows[0].sex_code] == gender


def test_06_a_code_that_the_contract_does_not_know_is_never_given_a_meaning():
    result = got(text(ROW, *[with_cell("sex", "K")] * 1))
    assert [f.rule for f in result.findings] == ["code not in the contract"]


def test_06_an_unknown_code_is_named_only_where_it_is_no_single_persons():
    few = got(text(*[ROW] * 4, *[with_cell("sex", "KH")] * 4))
    many = got(text(*[ROW] * 6, *[with_cell("sex", "KH")] * 5))
    assert few.delivery.findings.unknown_codes() == []
    assert many.delivery.findings.unknown_codes() == [("sex", "KH", 5)]


# 7 Identity


def test_07_the_same_person_has_one_key_in_an_agency_and_another_in_the_next():
    columns = contract().model_dump()["columns"] | {"agency": {"header": "agency"}}
    of_two = contract(columns=columns, agency_codes={"P": "ABC-POL", "C": "ABC-CUS"})
    rows = got(text([*ROW, "P"], [*ROW, "C"], header=[*HEADER, "agency"]), of=of_two).rows
    assert [row.agency_code for row in rows] == ["ABC-POL", "ABC-CUS"]


@pytest.mark.parametrize("cell", ["1.23E+17", "", "***", "(confidential)"])
def test_07_an_id_that_names_nobody_is_a_finding(cell):
    assert [f.column for f in got(text(OTHER, with_cell("id", cell))).findings] == ["id"]


def test_07_a_long_number_that_excel_cut_is_a_finding():
    result = got(make.xlsx([HEADER, OTHER, with_cell("id", 198501012010121001)]), of=book())
    assert "digits were lost" in result.findings[0].rule


def test_07_the_digit_of_a_nip_is_a_cross_check_and_never_decides():
    result = got(text(with_cell("id", "198501012010121001"), with_cell("id", "198501012010122001")), sex_digit="nip")
    assert [row.sex_code for row in result.rows] == ["F", "F"]
    assert result.notices == ["in 1 row the sex differs from the one in the person's number: ask which is right"]


def test_07_a_birth_date_leaves_its_year_and_an_age_band():
    columns = contract().model_dump()["columns"] | {"birth_date": {"header": "born"}}
    body = text([*ROW, "15/01/1989"], [*OTHER, "31/12/1988"], [*OTHER, "01/01/2015"], header=[*HEADER, "born"])
    result = got(body, of=contract(columns=columns))
    assert [(row.birth_year, row.age_band) for row in result.rows] == [(1989, "25-34"), (1988, "35-44")]
    assert "1989-01" not in str(result.rows) and "15/01" not in str(result.rows)
    assert [f.rule for f in result.findings] == ["an age under 15 or over 99: is the calendar right?"]


# 8 Rank


def test_08_spellings_and_renames_of_ranks_carry_their_dates():
    ranks = [
        {"name": "Officer", "grade": 1, "valid_to": "2019-02-07"},
        {"name": "Patrolman", "grade": 1, "valid_from": "2019-02-08"},
        {"name": "Captain", "grade": 5},
    ]
    result = got(text(with_cell("rank", "Patrolman"), OTHER, ROW), ranks=ranks)
    assert [row.rank_name for row in result.rows] == ["Patrolman", "Captain"]
    assert [f.rule for f in result.findings] == ["a rank that the contract knows for other dates only"]


def test_08_an_unmapped_rank_is_an_error_with_its_count():
    words = refused(text(*[ROW] * 4, *[with_cell("rank", "Seargent")] * 16))
    assert "16 of 20 rows break the contract" in words and "'Seargent' in column 'rank' 16 times" in words


def test_08_a_blank_rank_says_nothing_and_is_kept():
    assert got(text(with_cell("rank", ""))).rows[0].rank_name is None


# 9 Events


def test_09_events_in_four_languages_of_reasons():
    events = contract(
        grain="events",
        period={},
        columns={
            "person_id": {"header": "id"},
            "event": {"header": "what"},
            "event_date": {"header": "when"},
            "rank": {"header": "rank"},
        },
        identifying=[],
        event_codes={"Pensiun": "separation", "เลื่อนยศ": "promotion", "Điều động": "transfer", "Recruited": "hire"},
    )
    body = text(
        ["1", "Pensiun", "01/02/2010", ""],
        ["2", "เลื่อนยศ", "01/02/2010", "Captain"],
        ["3", "Điều động", "", ""],
        header=["id", "what", "when", "rank"],
    )
    result = got(body, of=events)
    assert [(row.event_code, row.event_date) for row in result.rows] == [("Pensiun", DAY), ("เลื่อนยศ", DAY)]
    assert [f.rule for f in result.findings] == ["an event without its date"]


# 10 Redaction and absence


def test_10_a_total_that_counts_a_branch_whose_rows_are_withheld_is_told():
    assert "says 12, and 2 rows stand there" in got(text(ROW, OTHER, ["Total", "12", "", "", "", "", ""])).notices[0]


def test_10_legal_text_in_a_cell_is_no_code():
    result = got(text(OTHER, with_cell("rank", "Withheld under section 7(A) of the Act")))
    assert [f.value_class for f in result.findings] == ["text of 38 characters"]


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
