"""Tables of a form from a folder of files: which are read, under which names, and which cells are faults, each in its row and column."""

import pytest

from parity.catalogue import form_files as module
from parity.catalogue.form_files import LONGEST, MOST_FAULTS, column_name, forms, is_form, is_misread, read_list, read_tables

WANTED = {"survey": ("type", "name"), "choices": ("list_name", "name")}
CHOICES = "list_name,name\nyn,y\n"


@pytest.fixture
def read(tmp_path):
    def read(files, may_lack=("choices",)):
        folder = tmp_path / "pulse"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        faults = []
        tables = read_tables(folder, WANTED, faults, may_lack)
        return tables, [fault.replace(f"{folder}/", "") for fault in faults]

    return read


def survey(*rows, header="type,name,label::English (en)"):
    return {"survey.csv": "\n".join([header, *rows]) + "\n"}


def test_rows_keep_the_numbers_that_a_spreadsheet_shows_and_empty_ones_are_left_out(read):
    tables, faults = read({"survey.csv": "\n,,\ntype,name,label::English (en)\ntext,a,A\n,,\ntext,b,B\n"})
    assert faults == [] and [line.number for line in tables["survey"].lines] == [4, 6]
    assert tables["survey"].lines[0].cells == {"type": "text", "name": "a", "label::English (en)": "A"}
    assert tables["survey"].columns == ("type", "name", "label::English (en)") and tables["survey"].source == "survey.csv"


def test_a_short_row_is_empty_at_its_end(read):
    tables, _ = read(survey("text,a"))
    assert tables["survey"].lines[0].cells["label::English (en)"] == ""


@pytest.mark.parametrize(("files", "found", "said"), [
    ({**survey("text,a,A"), "choices.csv": CHOICES}, {"survey", "choices"}, []),
    (survey("text,a,A"), {"survey"}, []),
    ({"choices.csv": CHOICES}, {"choices"}, ["survey.csv: the file is missing. Add it."]),
    ({}, set(), ["survey.csv: the file is missing. Add it."]),
    ({**survey("text,a,A"), "SURVEY.txt": "type,name\nx,y\n"}, set(), ["'survey' stands twice"]),
    ({**survey("text,a,A"), "other.csv": "x", "~$survey.csv": "x", ".survey.csv": "x", "survey.md": "x"}, {"survey"}, []),
])  # fmt: skip
def test_each_table_is_there_once_and_other_files_are_left_alone(read, files, found, said):
    tables, faults = read(files)
    assert {*tables} == found
    assert len(faults) == len(said) and all(each in fault for each, fault in zip(said, faults, strict=True))


def test_a_table_that_may_not_be_lacking_is_told(read):
    _, faults = read(survey("text,a,A"), may_lack=())
    assert faults == ["choices.csv: the file is missing. Add it."]


def test_after_a_file_that_cannot_be_read_none_is_called_missing(read):
    _, faults = read({"survey.csv": "type,name\ntext,a\n", "choices.xlsx": "no workbook"}, may_lack=())
    assert len(faults) == 1 and faults[0].startswith("choices.xlsx:")


@pytest.mark.parametrize(("header", "problem"), [
    ("type,label::English (en)", "the column 'name' is missing"), ("type,name,name", "name: two columns have this name"),
    ("type,name,label", "label: names no language. Write it as 'label::English (en)'"), ("type,name,hint", "hint: names no language"),
    ("type,name,relevent", "relevent: no column of this name is read, and one has nearly this name. Write 'relevant'"),
    ("type,name,lable: English", "Write 'label' if it is meant"), ("type,name,lable::English", "Write 'label' if it is meant"),
    ("type,name,my?note", "letters of this name were lost"), ("type,name,Ã©tat", "letters of this name were lost"),
    ("type,name,a\x07b", "a sign that cannot be printed"),
])  # fmt: skip
def test_a_header_that_would_be_misread_leaves_the_table_out(read, header, problem):
    tables, faults = read(survey("text,a,A", header=header))
    assert len(faults) == 1 and problem in faults[0] and faults[0].startswith("survey.csv:1:")
    assert tables["survey"].lines == () and tables["survey"].columns == ()


@pytest.mark.parametrize("header", ["type,name,remark", "type,name,x", "type,name,"])
def test_a_column_of_ones_own_is_kept_and_one_without_a_name_may_be_empty(read, header):
    tables, faults = read(survey("text,a", header=header))
    assert faults == [] and len(tables["survey"].lines) == 1


@pytest.mark.parametrize(("cells", "said"), [
    ("text,a,A,b", "a cell in column 4 stands under no name"), ("text,a,A,,", None), ("text,a,A, ", None),
])  # fmt: skip
def test_a_cell_beyond_the_header_is_a_fault_and_a_blank_one_is_none(read, cells, said):
    _, faults = read(survey(cells))
    assert len(faults) == (said is not None) and all(fault.startswith(f"survey.csv:2: {said}") for fault in faults)


@pytest.mark.parametrize(("cell", "said"), [
    ("#REF!", "holds the error #REF! of a formula"), ("Err:502", "holds the error Err:502"), ("#3 of them", None), ("a\x07b", "a sign that cannot be printed"),
    ("wh???", "letters were lost"), ("kl?ster", "letters were lost"), ("Why?", None), ("What? And", None), ("http://x.test/a?b=c", None),
    ("klÃ¶ster", "letters were lost"), ("klöster", None), ("1-May", None),
])  # fmt: skip
def test_a_cell_that_was_spoiled_is_a_fault_in_its_row_and_column(read, cell, said):
    _, faults = read(survey(f'text,a,"{cell}"'))
    assert len(faults) == (said is not None)
    assert all(fault.startswith("survey.csv:2: label::English (en): ") and str(said) in fault for fault in faults)


@pytest.mark.parametrize("code", ["1-May", "12 Dec", "Jan-24", "3-Sep"])
def test_a_code_that_a_spreadsheet_made_a_day_of_is_a_fault(read, code):
    _, faults = read(survey(f"text,{code},A"))
    assert len(faults) == 1 and "name: the spreadsheet made a day of what was typed" in faults[0]


def test_question_marks_within_a_condition_are_no_lost_letters(read):
    _, faults = read({"survey.csv": "type,name,relevant\ntext,a,\"regex(${b}, 'a?b')\"\n"})
    assert faults == []


@pytest.mark.parametrize(("n", "is_long"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_cell_has_so_many_characters_and_no_more(read, n, is_long):
    _, faults = read(survey(f"text,a,{'x' * n}"))
    assert ["holds more than 32,767 characters" in fault for fault in faults] == [True] * is_long


@pytest.mark.parametrize(
    ("n", "last"), [(MOST_FAULTS, "holds the error"), (MOST_FAULTS + 1, "survey.csv: and 1 more faults of this kind.")]
)
def test_so_many_faults_of_a_table_are_told_and_the_rest_counted(read, n, last):
    _, faults = read(survey(*["text,a,#REF!"] * n))
    assert len(faults) == min(n, MOST_FAULTS + 1) and last in faults[-1]


@pytest.mark.parametrize(("cell", "is_told"), [("x", True), ("", False)])
def test_a_column_that_is_not_carried_onto_the_server_may_only_be_empty(read, cell, is_told):
    _, faults = read(survey(f"text,a,{cell}", header="type,name,default"))
    assert ["default: this column of XLSForm is not read here" in fault for fault in faults] == [True] * is_told


def test_a_table_without_a_row_is_a_fault_below_its_header(read):
    _, faults = read({"survey.csv": "\ntype,name\n"})
    assert faults == ["survey.csv:2: no row stands below the header. Write at least one."]


@pytest.mark.parametrize(
    ("cell", "said"),
    [("yes", "yes"), ("TRUE", "yes"), ("true()", "yes"), ("No", ""), ("false", ""), ("maybe", "maybe"), ("", "")],
)
def test_required_has_two_words(read, cell, said):
    tables, _ = read(survey(f"text,a,{cell}", header="type,name,required"))
    assert tables["survey"].lines[0].cells["required"] == said


def test_curly_marks_become_straight_in_conditions_alone(read):
    tables, _ = read({"survey.csv": "type,name,relevant,label::English (en)\ntext,a,${b} = ‘y’,It’s\n"})
    cells = tables["survey"].lines[0].cells
    assert (cells["relevant"], cells["label::English (en)"]) == ("${b} = 'y'", "It’s")


@pytest.mark.parametrize(("header", "name"), [
    ("Label : English (en)", "label::English (en)"), ("label::English (en)", "label::English (en)"), (" TYPE ", "type"), ("List Name", "list_name"),
    ("caption::ไทย (th)", "label::ไทย (th)"), ("relevance", "relevant"), ("My  own note", "My own note"), ("label:", "label::"), ("a: b", "a: b"),
])  # fmt: skip
def test_a_header_is_read_in_the_spellings_of_pyxform(header, name):
    assert column_name(header) == name


@pytest.mark.parametrize(
    ("text", "is_one"), [("Ã©", True), ("é", False), ("plain", False), ("à¹„à¸—à¸¢", True), ("ไทย", False), ("Ã", False)]
)
def test_utf_8_that_was_read_as_another_encoding_is_known(text, is_one):
    assert is_misread(text) is is_one


def test_a_folder_is_a_form_where_it_holds_questions_or_a_workbook(tmp_path):
    for name, file in (("a", "survey.csv"), ("b", "book.xlsx"), ("c", "choices.csv"), ("d", "notes.md"), ("e", "Survey.TSV")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).touch()
    (tmp_path / "survey.csv").touch()
    assert [path.name for path in forms(tmp_path)] == ["a", "b", "e"]
    assert not is_form(tmp_path / "survey.csv") and not is_form(tmp_path / "absent") and is_form(tmp_path)


def test_a_file_is_as_large_as_a_questionnaire_may_be_and_no_larger(tmp_path, monkeypatch):
    path, text = tmp_path / "words.csv", "word\nabc\n"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "MAX_BYTES", len(text))
    faults = []
    assert [line.cells for line in read_list(path, ("word",), faults)] == [{"word": "abc"}] and faults == []
    monkeypatch.setattr(module, "MAX_BYTES", len(text) - 1)
    assert read_list(path, ("word",), faults) == () and "is larger than any questionnaire" in faults[0]


def test_a_list_that_is_not_there_is_told(tmp_path):
    faults = []
    assert read_list(tmp_path / "words.csv", ("word",), faults) == () and "is no file" in faults[0]
