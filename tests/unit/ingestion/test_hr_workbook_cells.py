"""A workbook's cells are read as they are: errors, merged cells, hidden rows and formulas without results, in every format."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import re
import struct

import pytest
import xlsxwriter
import xlwt
import yaml

from ingestion.hr.behind import look_behind
from ingestion.hr.behind.model import Behind, Damaged
from ingestion.hr.check import check_content
from ingestion.hr.container import EXCEL_DEFAULT
from ingestion.hr.errors import FileRefused
from ingestion.hr.patches import patched
from ingestion.hr.sheets import BATCH, HEAD
from parity.catalogue import HrContract
from tests.staff import Read, read
from tests.unit.ingestion import spreadsheets as make

pytestmark = pytest.mark.slow

CONTRACT = HrContract.model_validate(
    {
        "name": "abc",
        "agency": "ABC-POL",
        "grain": "spells",
        "file_pattern": "*",
        "format": "workbook",
        "date_format": "%d/%m/%Y",
        "columns": {
            "person_id": {"header": "id"},
            "sex": {"header": "sex"},
            "rank": {"header": "rank"},
            "unit": {"header": "unit"},
            "hire_date": {"header": "hired"},
            "separation_date": {"header": "left"},
        },
        "sex_codes": {"F": "woman", "M": "man", "": "missing"},
        "ranks": [{"name": "Officer", "grade": 1}, {"name": "Captain", "grade": 5}],
        "max_bad_share": 1,
    }
)
HEADER = ["id", "sex", "rank", "unit", "hired", "left"]
SOUND = ["A1", "F", "Officer", "North", "01/02/2010", None]
AN_ERROR = "an error of the spreadsheet instead of a value"
BINARY_AND_ODS = [make.xls, make.xlsb, make.ods]


def got(body: bytes) -> Read:
    return read(body, "staff.any", CONTRACT)


def xlsx_with_results(rows: make.Rows, **options) -> bytes:
    """An .xlsx in which each error is the stored result of a formula."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        page = book.add_worksheet("S")
        for number, line in enumerate(rows):
            for place, value in enumerate(line):
                if value in make.ERROR_BYTES:
                    page.write_formula(number, place, "=A99", None, str(value))
                elif value is not None:
                    page.write(number, place, value)
        for top, bottom, left, right in options.get("merge", ()):
            page.merge_range(top, left, bottom, right, rows[top][left])
    return body.getvalue()


# Errors


@pytest.mark.parametrize("kind", [xlsx_with_results, *BINARY_AND_ODS])
@pytest.mark.parametrize("column", HEADER)
def test_an_error_in_any_column_of_any_format_is_a_finding(kind, column):
    wrong = list(SOUND)
    wrong[HEADER.index(column)] = "#REF!"
    result = got(kind([HEADER, SOUND, wrong]))
    assert [(f.row_no, f.column, f.rule) for f in result.findings] == [(3, column, AN_ERROR)]
    assert len(result.rows) == 1


def xls_with_result(result: bytes, options: int = 0) -> bytes:
    """An .xls whose unit is a formula with that stored result."""
    lines = [HEADER, SOUND, [*SOUND[:3], xlwt.Formula("1+1"), *SOUND[4:]]]
    empty, options_at = b"\x03\0\0\0\0\0\xff\xff\0\0", 8
    body = make.xls(lines)
    assert body.count(empty) == 1
    return body.replace(empty, result + struct.pack("<H", options)[: len(empty) - options_at])


@pytest.mark.parametrize("code", sorted(make.ERROR_BYTES.values()))
def test_an_error_as_the_result_of_a_formula_in_an_xls_is_a_finding(code):
    (finding,) = got(xls_with_result(bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF]))).findings
    assert (finding.row_no, finding.column, finding.rule) == (3, "unit", AN_ERROR)


@pytest.mark.parametrize(
    "shown",
    ["#REF!", "#N/A", "#BEZUG!", "#VALEUR !", "#NV", "#WERT!", "#N/D", "#ИМЯ?", "#SPILL!", "#FIELD!", "Err:502", "########"],
)
def test_an_error_shown_as_text_is_a_finding_in_any_language(shown):
    csv = "\n".join([",".join(HEADER), f"A1,F,Officer,{shown},01/02/2010,"])
    (finding,) = check_content(csv.encode(), "staff.csv", CONTRACT.model_copy(update={"format": "csv"})).findings.all
    assert finding.rule == AN_ERROR


@pytest.mark.parametrize("unit", ["#1 Precinct", "#7", "Errand", "# North!", "No. 4!"])
def test_a_unit_with_a_number_sign_is_no_error(unit):
    assert got(make.xlsx([HEADER, [*SOUND[:3], unit, *SOUND[4:]]])).rows[0].unit_name == unit


def test_errors_far_down_in_a_long_sheet_stand_in_their_rows():
    n = HEAD + 2 * BATCH
    rows = [["a", "b"] for _ in range(n)]
    behind = Behind()
    for row in (1, HEAD, HEAD + 1, n - 1):
        behind.add_error(row, 2, "#N/A")
    assert len(behind.errors) == 3  # neighbours are one area
    chunks = [rows[:HEAD], rows[HEAD : HEAD + BATCH], rows[HEAD + BATCH :]]
    out = [row for chunk in patched(chunks, behind.errors, [], 1) for row in chunk]
    assert [number for number, row in enumerate(out) if row[2:] == ["#N/A"]] == [1, HEAD, HEAD + 1, n - 1]


# Merged cells

TWO = [SOUND, ["A2", None, None, None, "02/02/2010", None], ["A3", "M", None, None, "03/02/2010", None]]


@pytest.mark.parametrize("kind", [xlsx_with_results, *BINARY_AND_ODS])
def test_a_cell_merged_down_has_its_value_in_every_row(kind):
    merge = ((1, 2, 1, 1), (1, 3, 2, 2), (1, 3, 3, 3))
    rows = got(kind([HEADER, *TWO], merge=merge)).rows
    assert [(row.sex_code, row.rank_name, row.unit_name) for row in rows] == [
        ("F", "Officer", "North"), ("F", "Officer", "North"), ("M", "Officer", "North"),
    ]  # fmt: skip


def test_a_merged_cell_is_filled_across_the_chunks_of_a_long_sheet():
    n = HEAD + BATCH + 10
    lines = [HEADER, *([f"A{row}", "F", None, None, "01/02/2010", None] for row in range(1, n))]
    lines[1][2] = "Captain"
    rows = got(xlsx_with_results(lines, merge=((1, n - 1, 2, 2),))).rows
    assert {row.rank_name for row in rows} == {"Captain"} and len(rows) == n - 1


def test_a_header_merged_into_the_first_row_and_an_empty_row_within_a_merged_cell_make_no_person():
    lines = [HEADER, [None] * 6, SOUND, [None] * 6, TWO[2]]
    rows = got(xlsx_with_results(lines, merge=((0, 1, 0, 0), (2, 4, 2, 2)))).rows
    assert [(row.row_no, row.rank_name) for row in rows] == [(3, "Officer"), (5, "Officer")]


# Hidden rows and formulas without results, however the XML is written


def prefixed(xml: str) -> str:
    """The sheet with a prefix on every element, as some programs write it."""
    xml = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", xml)
    return xml.replace(
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml', 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml'
    )


def spaced(xml: str) -> str:
    return re.sub(r'hidden="1"', "hidden = '1' ", xml).replace("</c>", "\n </c>").replace("<v></v>", "<v>\n</v>")


@pytest.mark.parametrize("written", [prefixed, spaced])
def test_hidden_rows_are_counted_however_the_xml_is_written(written):
    body = make.changed(make.xlsx([HEADER, SOUND, SOUND], hidden_rows=[2]), "xl/worksheets/sheet1.xml", written)
    assert got(body).notices == ["sheet 'S' has 1 hidden or filtered row: it is read"]


@pytest.mark.parametrize("written", [prefixed, spaced])
def test_formulas_without_results_stop_the_file_however_the_xml_is_written(written):
    body = make.xlsx([HEADER, ['="A"&1', *SOUND[1:]]])
    body = make.changed(make.without_values(body), "xl/worksheets/sheet1.xml", written)
    with pytest.raises(FileRefused, match="1 formula holds no stored result"):
        got(body)


def test_an_xls_of_a_program_that_calculates_nothing_is_refused_or_called_so():
    assert "1 formula, all with an empty result" in got(xls_with_result(b"\x03\0\0\0\0\0\xff\xff")).notices[0]
    with pytest.raises(FileRefused, match="1 formula holds no stored result"):
        got(xls_with_result(bytes(8), options=2))


def test_an_xlsb_of_a_program_that_calculates_nothing_is_refused_or_called_so():
    def sheet(*results: make.Formula) -> bytes:
        return make.xlsb([HEADER, *([f"A{n}", *SOUND[1:3], result, *SOUND[4:]] for n, result in enumerate(results))])

    assert "2 formulas, all with an empty result" in got(sheet(make.formula(""), make.formula(""))).notices[0]
    with pytest.raises(FileRefused, match="2 formulas hold no stored result"):
        got(sheet(make.formula(0.0, 2), make.formula("North"), make.formula(0.0, 2)))
    for results in (("", "North"), ("", 0.0), ("", True), (0.0,)):  # one that was calculated tells that empty and 0 are results
        assert not got(sheet(*map(make.formula, results))).notices
    assert not got(
        sheet(make.formula(7.0, 2), make.formula("", 2), make.formula(False, 2))
    ).notices  # =TODAY() is calculated each time
    (finding,) = got(sheet(make.formula("North"), make.formula("#REF!", 2))).findings
    assert (finding.row_no, finding.column, finding.rule) == (3, "unit", AN_ERROR)


@pytest.mark.parametrize("kind", BINARY_AND_ODS)
def test_hidden_rows_are_counted_in_the_other_formats_too(kind):
    assert got(kind([HEADER, SOUND, SOUND], hidden_rows=[2])).notices == ["sheet 'S' has 1 hidden or filtered row: it is read"]


def ods_with(cell: str) -> bytes:
    """An .ods whose second row has that cell under `unit`."""
    north = '<table:table-cell office:value-type="string"><text:p>North</text:p></table:table-cell>'
    lines = [HEADER, SOUND, ["A2", *SOUND[1:3], "CELL", *SOUND[4:]]]
    return make.changed(make.ods(lines), "content.xml", lambda xml: xml.replace(north.replace("North", "CELL"), cell))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('office:value-type="float" office:value="0"', "#REF!"),
        ('office:value-type="float" office:value="0"', "Err:502"),
        ('office:value-type="string" office:string-value=""', "#N/A"),
        ('office:value-type="string" office:string-value="" calcext:value-type="error"', "#NOM ?"),
    ],
)
def test_an_ods_shows_an_error_beside_any_value(value, shown):
    body = ods_with(f'<table:table-cell table:formula="of:=[.A99]" {value}><text:p>{shown}</text:p></table:table-cell>')
    (finding,) = got(body).findings
    assert (finding.row_no, finding.column, finding.rule) == (3, "unit", AN_ERROR)


def test_a_comment_on_a_cell_of_an_ods_is_no_error_of_it():
    note = "<office:annotation><text:p>#REF!</text:p></office:annotation>"
    body = ods_with(
        f'<table:table-cell table:formula="of:=1" office:value-type="string">{note}<text:p>South</text:p></table:table-cell>'
    )
    assert not got(body).findings


def test_a_formula_without_a_result_stops_an_ods():
    with pytest.raises(FileRefused, match="1 formula holds no stored result"):
        got(ods_with('<table:table-cell table:formula="of:=[.A99]"/>'))


@pytest.mark.parametrize(
    ("file", "n_rows", "n_findings"), [("h1_cached_errors_2024-01.xlsx", 1, 5), ("h2_merged_cells_2024-01.xlsx", 6, 0)]
)
def test_the_shared_cases_of_workbooks_are_read_whole(shared_data, file, n_rows, n_findings):
    cases = shared_data / "cases" / "second_round"
    if not cases.exists():
        pytest.skip(f"the cases are not here: {cases}")
    contract = HrContract.model_validate(yaml.safe_load((cases / "contract.yml").read_text()) | {"max_bad_share": 1})
    result = read(cases / file, file, contract)
    assert (len(result.rows), [finding.rule for finding in result.findings]) == (n_rows, [AN_ERROR] * n_findings)
    assert all(row.rank_name and row.unit_name for row in result.rows)


def test_cells_without_an_address_stand_behind_each_other():
    def unaddressed(xml: str) -> str:
        return re.sub(r' r="[D-F]?\d+"', "", xml)  # the rows, and all cells from the fourth on

    wrong = [*SOUND[:4], "#REF!", "#N/A"]
    body = make.changed(xlsx_with_results([HEADER, SOUND, wrong]), "xl/worksheets/sheet1.xml", unaddressed)
    assert [(area.first_row, area.column, area.text) for area in look_behind(io.BytesIO(body)).sheets["S"].errors] == [
        (2, 4, "#REF!"), (2, 5, "#N/A"),
    ]  # fmt: skip


def test_a_document_type_within_a_sheet_is_refused():
    body = make.changed(
        make.xlsx([HEADER, SOUND], hidden_rows=[1]),
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbook ", "<!DOCTYPE a><workbook ", 1),
    )
    with pytest.raises(Damaged):
        look_behind(io.BytesIO(body))


@pytest.mark.parametrize("kind", [xlsx_with_results, *BINARY_AND_ODS])
def test_damage_anywhere_is_a_refusal_and_no_traceback(kind):
    body = kind([HEADER, SOUND, ["A2", None, "Officer", "#REF!", *SOUND[4:]]], merge=((1, 2, 1, 1),))
    chance = random.Random(5)
    for _ in range(300):
        broken = bytearray(body)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with contextlib.suppress(Damaged):
            look_behind(io.BytesIO(broken[: chance.choice([len(broken), chance.randrange(1, len(broken))])]))


@pytest.mark.parametrize("seed", range(3))
def test_damage_within_the_records_of_an_xlsb_is_a_refusal_and_no_traceback(seed):
    formulas = [make.formula(result) for result in ("", 0.0, True)]
    body = make.xlsb([HEADER, SOUND, [*SOUND[:3], "#REF!", *SOUND[4:]], formulas], merge=((1, 2, 1, 1),))
    chance = random.Random(seed)
    for name in ("xl/workbook.bin", "xl/worksheets/sheet1.bin"):
        for _ in range(200):
            records = bytearray(make.part(body, name))
            records[chance.randrange(len(records))] = chance.randrange(256)
            with contextlib.suppress(Damaged):
                look_behind(io.BytesIO(make.with_part(body, name, bytes(records))))


def test_a_sheet_in_utf_16_hides_nothing():
    body = make.xlsx([HEADER, SOUND, SOUND], hidden_rows=[1])
    xml = make.part(body, "xl/worksheets/sheet1.xml").decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert look_behind(io.BytesIO(make.with_part(body, "xl/worksheets/sheet1.xml", xml))).sheets["S"].n_hidden == 1


# 1904, and the password that Excel sets by itself


@pytest.mark.parametrize("kind", BINARY_AND_ODS)
@pytest.mark.parametrize(("is_1904", "day"), [(False, dt.date(2010, 2, 1)), (True, dt.date(2014, 2, 2))])
def test_days_are_counted_from_1904_where_the_workbook_says_so(kind, is_1904, day):
    assert got(kind([HEADER, [*SOUND[:4], 40210, None]], is_1904=is_1904)).rows[0].hire_date == day


def test_a_workbook_under_excels_default_password_needs_none():
    body = make.protected(make.xlsx([HEADER, SOUND]), EXCEL_DEFAULT)
    assert len(got(body).rows) == 1
    assert len(read(body, "staff.any", CONTRACT, "another password").rows) == 1
