"""What a draft says of the lines above its header, of several sheets, and of tables of counts, for its reviewer to check."""

import datetime as dt
import gzip

import pytest
import yaml

from ingestion.hr.scaffold import draft
from parity.catalogue import HrContract, load_catalogue
from parity.settings import REPOSITORY
from tests.unit.ingestion import spreadsheets as make

CATALOGUE = load_catalogue(REPOSITORY / "catalogue")
HEADER = ["Staff ID", "Sex", "Rank"]
PEOPLE = [[f"A{1000 + n}", "F" if n % 3 else "M", "Sergeant"] for n in range(12)]


def lines(rows):
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def drafted(tmp_path, body, name="staff_2024-03.csv", **more):
    path = tmp_path / name
    path.write_bytes(body)
    made = draft(path, "new", "NEW-POL", CATALOGUE.hr_words, {}, **more)
    return made, HrContract.model_validate(yaml.safe_load(made.text()))


def remarks(made, field):
    return made.remarks.get(field, [])


@pytest.mark.parametrize(("n", "said"), [
    (0, []), (1, ["1 line of titles stands above the header."]), (2, ["2 lines of titles stand above the header."]),
])  # fmt: skip
def test_lines_of_titles_are_counted(tmp_path, n, said):
    made, contract = drafted(tmp_path, lines([["List of staff", "", ""]] * n + [HEADER, *PEOPLE]))
    assert contract.header_row == n + 1 and contract.header_rows == 1
    assert remarks(made, "header_row") == said and remarks(made, "header_rows") == []


def test_a_header_of_two_rows_is_told_and_joined(tmp_path):
    rows = [["Rank", "2024", "2024"], ["", "Female", "Male"], ["Sergeant", 10, 30], ["Captain", 4, 9]]
    made, contract = drafted(tmp_path, make.xlsx(rows, merge=[("A1:A2", "Rank"), ("B1:C1", "2024")]), "strength_2024.xlsx")
    assert contract.header_rows == 2
    assert remarks(made, "header_rows") == ["the header takes 2 rows; their names are joined by ' / '."]


def test_an_encoding_is_told_to_be_a_guess_where_it_is_one(tmp_path):
    made, _ = drafted(tmp_path, lines([HEADER, *PEOPLE]))
    assert remarks(made, "encoding") == []
    thai = lines([["เลขประจำตัว", "เพศ", "ยศ"], *PEOPLE]).decode().encode("cp874")
    made, contract = drafted(tmp_path, thai)
    assert contract.encoding == "cp874" and remarks(made, "encoding") == ["guessed. Open the file in it and read a few lines."]


@pytest.mark.parametrize(("others", "sheets", "said"), [
    ({}, "*", []),
    ({"B": [HEADER, *PEOPLE]}, "*", ["all 2 sheets have this header and are read: does one repeat the people of another?"]),
    ({"Notes": [["Codes"], ["F female"]]}, ["A"], ["1 other sheet has not this header, and is not read: should it be?"]),
    (
        {"Notes": [["Codes"], ["F female"]], "More": [["x", "y"]]}, ["A"],
        ["2 other sheets have not this header, and are not read: should they be?"],
    ),
])  # fmt: skip
def test_sheets_with_the_header_are_read_and_others_told(tmp_path, others, sheets, said):
    made, contract = drafted(tmp_path, make.xlsx([HEADER, *PEOPLE], sheet="A", more=others), "staff_2024-03.xlsx")
    assert contract.sheets == sheets and remarks(made, "sheets") == said


WIDE = [["Rank", "Female", "Male"], ["Sergeant", 10, 30], ["Captain", 4, 9]]


def test_counts_of_applicants_are_of_those_who_applied_until_the_reviewer_says_else(tmp_path):
    said = "say of each column whether it counts who applied or who was hired (stage: hired)."
    made, contract = drafted(tmp_path, lines(WIDE), "intake_2024.csv", grain="applicants")
    assert {measure.stage for measure in contract.measures} == {"applied"} and said in remarks(made, "measures")
    made, contract = drafted(tmp_path, lines(WIDE), "strength_2024.csv", grain="aggregate")
    assert {measure.stage for measure in contract.measures} == {None} and remarks(made, "measures") == []


def test_counts_of_several_years_are_told(tmp_path):
    rows = [
        ["Rank", "Female 2023", "Male 2023", "Female 2024", "Male 2024"],
        ["Sergeant", 10, 30, 11, 29],
        ["Captain", 4, 9, 5, 9],
    ]
    made, _ = drafted(tmp_path, lines(rows), "strength.csv", grain="aggregate")
    assert any(remark.startswith("they count several years") for remark in remarks(made, "measures"))
    rows = [[name.replace("2023", "2024") for name in rows[0][:3]], *(row[:3] for row in rows[1:])]
    made, _ = drafted(tmp_path, lines(rows), "strength.csv", grain="aggregate")
    assert not any(remark.startswith("they count several years") for remark in remarks(made, "measures"))


@pytest.mark.parametrize(("name", "pattern"), [
    ("staff_2024-03.csv", "*.csv"), ("staff_2024-03.csv.gz", "*.csv.gz"), ("staff_2024-03.txt.zip", "*.txt.zip"), ("staff_2024-03", "*"),
    ("staff.list.csv", "*.csv"),
])  # fmt: skip
def test_files_of_the_same_ending_belong_to_the_contract(tmp_path, name, pattern):
    body = lines([HEADER, *PEOPLE])
    body = gzip.compress(body) if name.endswith(".gz") else make.archive({"a.txt": body}) if name.endswith(".zip") else body
    assert drafted(tmp_path, body, name)[1].file_pattern == pattern


@pytest.mark.parametrize(("today", "is_read"), [(None, True), (dt.date(2030, 1, 1), True), (dt.date(2090, 1, 1), False)])
def test_days_of_hire_are_looked_at_from_the_day_on_which_the_draft_is_made(tmp_path, today, is_read):
    rows = [[*HEADER, "Hire Date"], *([*row, f"2010-02-{n + 1:02}"] for n, row in enumerate(PEOPLE))]
    _, contract = drafted(tmp_path, lines(rows), today=today)
    assert ("hire_date" in contract.columns) is is_read
