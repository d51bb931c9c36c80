"""An example of a file before there is a contract: its delimiter, its sheets, its table without totals, and how large it may be."""

import pytest

from ingestion.hr import specimen as module
from ingestion.hr.cells import LONGEST
from ingestion.hr.errors import FileRefused
from ingestion.hr.specimen import specimen
from ingestion.hr.words import known_words
from tests.unit.ingestion import spreadsheets as make

WORDS = known_words()
HEADER = ["Staff ID", "Sex", "Rank"]
PEOPLE = [[f"A{1000 + n}", "F" if n % 3 else "M", "Sergeant"] for n in range(9)]


def read(tmp_path, body, name="staff.csv"):
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return specimen(path, WORDS)


def lines(*rows, mark=","):
    return "\n".join(mark.join(map(str, row)) for row in rows) + "\n"


def why(tmp_path, *args):
    with pytest.raises(FileRefused) as error:
        read(tmp_path, *args)
    return str(error.value)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_parts_most_lines(tmp_path, mark):
    found = read(tmp_path, lines(HEADER, *PEOPLE, mark=mark))
    assert (found.delimiter, found.header, found.body) == (mark, HEADER, PEOPLE)


def test_a_mark_that_stands_in_a_few_lines_alone_is_no_delimiter(tmp_path):
    people = [[*row[:2], f"Sergeant{',,,,,' * (n < 4)}"] for n, row in enumerate(PEOPLE)]
    assert read(tmp_path, lines(HEADER, *people, mark=";")).delimiter == ";"


def test_a_byte_order_mark_is_no_part_of_the_first_header(tmp_path):
    for encoding in ("utf-8-sig", "utf-16"):
        found = read(tmp_path, lines(HEADER, *PEOPLE).encode(encoding))
        assert found.header == HEADER and found.encoding == encoding.removesuffix("-sig")


def test_totals_headers_again_and_lines_of_one_cell_are_no_rows_of_the_table(tmp_path):
    wide = ["Unit", *HEADER, "Hired", "Grade"]
    people = [["North", *row, "2010", "3"] for row in PEOPLE]
    others = [["Total", "9", "", "", "", ""], ["TOTAL:", "9", "x", "", "", ""], wide, ["Prepared by", "", "", "", "", ""]]
    found = read(tmp_path, lines(wide, *people, *others))
    assert found.body == people and found.below == people + others
    assert found.column("Rank") == ["Sergeant"] * 9


def test_a_row_of_a_third_of_the_cells_is_of_the_table_and_one_of_fewer_is_not(tmp_path):
    wide = [*HEADER, "Unit", "Hired", "Grade", "Duty", "Status", "Salary"]
    people = [[*row, "North", "2010", "3", "Patrol", "Active", "9"] for row in PEOPLE]
    third, fewer = ["A1", "F", "Sergeant", *[""] * 6], ["A2", "F", *[""] * 7]
    assert read(tmp_path, lines(wide, *people, third, fewer)).body == [*people, third]


def test_a_short_row_is_blank_at_its_end(tmp_path):
    found = read(tmp_path, lines(HEADER, *PEOPLE, ["A9", "F"]))
    assert found.column("Rank")[-1] == "" and found.column("Sex")[-1] == "F"


def test_so_many_rows_are_read_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 4)
    assert read(tmp_path, lines(HEADER, *PEOPLE)).below == PEOPLE[:3]


@pytest.mark.parametrize("is_book", [False, True])
def test_a_row_has_so_many_cells_and_no_more_but_for_empty_ones(tmp_path, is_book, monkeypatch):
    monkeypatch.setattr(module, "MAX_COLUMNS", 5)

    def body(*more):
        rows = [[*HEADER, *more], *PEOPLE]
        return make.xlsx(rows) if is_book else lines(*rows)

    name = "staff.xlsx" if is_book else "staff.csv"
    assert read(tmp_path, body("Unit", "Grade"), name).header == [*HEADER, "Unit", "Grade"]
    assert read(tmp_path, body("Unit", "Grade", "", ""), name).header == [*HEADER, "Unit", "Grade"]
    assert "a row has more than 5 cells" in why(tmp_path, body("Unit", "Grade", "Duty"), name)


def test_a_long_cell_is_cut(tmp_path):
    found = read(tmp_path, lines(HEADER, *PEOPLE, ["A9", "F", "x" * (LONGEST + 1)]))
    assert found.column("Rank")[-1] == "x" * LONGEST


@pytest.mark.parametrize(("body", "said"), [
    ("", "holds no row"), ("\n \n,,\n", "holds no row"), ("a,b\n1,2\n", "no row of the first"), ('a,b\n"1,2\n' + "x" * 1_100_000, "a cell has no end"),
])  # fmt: skip
def test_what_is_no_list_is_refused_in_words(tmp_path, body, said):
    assert said in why(tmp_path, body)


def test_of_sheets_the_first_that_knows_most_of_its_header_is_read_and_others_like_it_are_named(tmp_path):
    more = {"March": [HEADER, *PEOPLE], "April": [HEADER, *PEOPLE[:4]], "Less": [["Sex", "Rank", "q"], *PEOPLE], "Empty": []}
    found = read(tmp_path, make.xlsx([["Codes", "Words"], ["F", "female"]], sheet="Notes", more=more), "staff.xlsx")
    assert (found.sheets, found.other_sheets) == (["March", "April"], ["Notes", "Less"])
    assert found.below == PEOPLE and (found.format, found.member) == ("workbook", None)


def test_sheets_whose_header_stands_in_another_row_are_others(tmp_path):
    more = {"B": [["Title", "", ""], HEADER, *PEOPLE]}
    assert read(tmp_path, make.xlsx([HEADER, *PEOPLE], sheet="A", more=more), "staff.xlsx").other_sheets == ["B"]


def test_rows_of_a_long_sheet_are_read_beyond_its_head(tmp_path):
    people = [[f"A{n:05}", "F", "Sergeant"] for n in range(200)]
    assert read(tmp_path, make.xlsx([HEADER, *people]), "staff.xlsx").below == people


def test_the_file_of_an_archive_is_named(tmp_path):
    found = read(tmp_path, make.archive({"in/staff.csv": lines(HEADER, *PEOPLE)}), "staff.zip")
    assert found.member == "in/staff.csv" and found.header == HEADER
