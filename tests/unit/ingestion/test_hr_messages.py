"""What a clerk reads: the header that means the same, every difference at once, and no value that could be a name."""

from __future__ import annotations

import stat

import openpyxl
import pytest

from ingestion.hr.annotate import annotated_copy
from ingestion.hr.check import check, check_content
from ingestion.hr.errors import FileRefused
from ingestion.hr.words import could_be_a_name, normal, public_words
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file

SURNAMES = ("NAKAMURA", "Nguyễn", "O'Brien", "SITI AMINAH", "ADEBAYO", "Li")
RED = "FFFFC7CE"


def refusal(body: bytes, **changes) -> str:
    with pytest.raises(FileRefused) as refused:
        check_content(body, "staff.csv", contract(**changes))
    return str(refused.value)


@pytest.mark.parametrize("surname", SURNAMES)
def test_a_surname_that_many_rows_share_is_not_quoted_where_columns_have_moved(surname):
    shifted = f"12/2023,1001,x,{surname},F,Officer,01/02/2010,,"
    words = refusal(csv_file(*[shifted] * 32, ROW), max_bad_share=0.05)
    assert f"'{surname}'" not in words and "column 'sex', code not in the contract" in words and "32 rows" in words


@pytest.mark.parametrize("surname", SURNAMES)
def test_a_surname_among_the_unknown_codes_is_not_reported_either(surname):
    shifted = f"12/2023,1001,x,{surname},F,Officer,01/02/2010,,"
    delivery = check_content(csv_file(*[shifted] * 32), "staff.csv", contract())
    assert not any(surname in code for _, code, _ in delivery.findings.unknown_codes())
    assert {finding.value_class for finding in delivery.findings.all if finding.column == "sex"} == {
        f"text of {len(surname)} characters"
    }


@pytest.mark.parametrize("code", ["Female", "K", "2", "9", "Sergeant", "Offcer", "III", "Police Captain"])
def test_a_code_that_cannot_be_a_name_is_named_with_its_rows(code):
    column = 4 if code[0] in "SOPI" else 3
    cells = ROW.split(",")
    cells[column] = code if code != "III" else "III/2"
    found = check_content(csv_file(*[",".join(cells)] * 9), "staff.csv", contract()).findings.unknown_codes()
    assert found == [(HEADER.split(",")[column], cells[column], 9)]


def test_a_long_number_under_a_column_of_codes_is_not_quoted():
    assert could_be_a_name("01643512", public_words(None)) and not could_be_a_name("12", public_words(None))


def test_the_header_that_means_the_same_is_suggested_before_the_one_that_is_spelt_alike():
    columns = dict(contract().model_dump(exclude_defaults=True)["columns"])
    columns["sex"] = {"header": "SEX"}
    header = HEADER.replace("sex", "SEQ#").replace("unit", "unit,Gender")
    words = refusal(csv_file(ROW.replace("North", "North,F"), header=header), columns=columns)
    assert "column 'SEX' is missing (is it 'Gender'?)" in words and "column 'SEQ#' is not in the contract" in words


def test_a_header_that_means_another_column_is_no_suggestion_for_its_spelling():
    columns = dict(contract().model_dump(exclude_defaults=True)["columns"])
    columns["unit"] = {"header": "Tit1e"}
    words = refusal(csv_file(ROW, header=HEADER.replace("unit", "Title")), columns=columns)
    assert "column 'Tit1e' is missing;" in words


def test_a_missing_column_that_the_contract_leaves_out_under_another_name_is_pointed_at():
    words = refusal(csv_file(ROW, header=HEADER.replace("sex", "Jantina")), ignored=["Jantina"])
    assert "column 'sex' is missing (is it 'Jantina', which abc.yml leaves out?)" in words


def test_a_doubled_header_hides_no_other_difference():
    header = HEADER.replace("unit", "sex").replace("hired", "date joined") + ",shoe size,hat size"
    words = refusal(csv_file(ROW + ",1,2", header=header))
    for part in (
        "column 'sex' stands there 2 times",
        "column 'unit' is missing",
        "column 'hired' is missing (is it 'date joined'?)",
        "column 'shoe size' is not in the contract",
        "column 'hat size' is not in the contract",
        "Leave one of those",
        "map it in abc.yml",
    ):
        assert words.count(part) == 1


@pytest.mark.parametrize("more", ["sex", "sex,sex", "sex,period,sex"])
def test_a_header_that_stands_there_more_than_once_has_one_sentence_and_one_remedy(more):
    cells = ",".join("x" for _ in more.split(","))
    words = refusal(csv_file(f"{ROW},{cells}", header=f"{HEADER},{more}"))
    assert words.count("column 'sex' stands there") == 1
    assert words.endswith(
        " Leave one of those that stand there more than once (one table a sheet), or name each under `repeated_headers` in abc.yml."
    )
    assert words.count("repeated_headers") == 1


def test_headers_are_compared_as_words():
    assert normal("EMPLOYEE_ID") == normal("employeeId") == normal("Employee  id.") == "employee id"
    assert normal("Badge #") == "badge no"


def marked(path):
    sheet = openpyxl.load_workbook(path)["Data"]
    return {(cell.row, cell.column) for row in sheet for cell in row if cell.fill.fgColor.rgb == RED}


def annotated(tmp_path, body: bytes, **changes):
    file, target, the_contract = tmp_path / "staff.csv", tmp_path / "marked.xlsx", contract(**changes)
    file.write_bytes(body)
    with pytest.raises(FileRefused) as refused:
        check(file, the_contract)
    annotated_copy(file, target, the_contract, refusal=refused.value)
    return target


def test_the_marked_copy_shows_which_headers_are_refused(tmp_path):
    header = HEADER.replace("unit", "sex") + ",shoe size"
    assert marked(annotated(tmp_path, csv_file(ROW + ",42", header=header))) == {(1, 4), (1, 6), (1, 10)}


def test_the_marked_copy_shows_the_whole_header_where_only_a_column_is_missing(tmp_path):
    header = ",".join(name for name in HEADER.split(",") if name != "unit")
    assert marked(annotated(tmp_path, csv_file(ROW.replace(",North", ""), header=header))) == {(1, n) for n in range(1, 9)}


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("sex", "gender")], ids=["its name", "its old name"])
def test_the_marked_copy_of_a_file_that_loads_shows_its_bad_cells_and_no_other(tmp_path, header):
    file, target = tmp_path / "staff.csv", tmp_path / "marked.xlsx"
    bad_day, bad_sex, good = ROW.replace("01/02/2010", "soon"), ROW.replace(",F,", ",?,"), ROW.replace("1001", "1004")
    file.write_bytes(csv_file(bad_day, bad_sex, good, "12/2023,1005,NAME,F", header=header))
    annotated_copy(file, target, contract())
    assert marked(target) == {(2, 7), (3, 4), *((5, n) for n in range(1, 5))}  # of the short row, each cell that it has


def test_the_marked_copy_of_a_file_with_too_many_bad_rows_shows_each_of_them(tmp_path):
    target = annotated(tmp_path, csv_file(*[ROW.replace(",F,", ",?,")] * 3), max_bad_share=0.05)
    assert {(2, 4), (3, 4), (4, 4)} <= marked(target)


@pytest.mark.parametrize("was_there", [False, True])
def test_only_the_owner_can_read_the_marked_copy(tmp_path, was_there):
    if was_there:
        (tmp_path / "marked.xlsx").write_bytes(b"")
        (tmp_path / "marked.xlsx").chmod(0o644)
    target = annotated(tmp_path, csv_file(ROW, header=HEADER + ",x"))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
