"""The questionnaire's files as spreadsheets write them: read, or one fault with file, row, column and remedy."""

from __future__ import annotations

import codecs

import pytest
from pyxform import aliases

from ingestion.questionnaire.check import check, read_words
from ingestion.questionnaire.workbook import QuestionnaireError
from parity.catalogue.form_files import NOT_CARRIED, READ, column_name
from tests.unit.questionnaire.files import TABLES, found, put, rows_of, same, text
from tests.unit.questionnaire.forms import EN, TH, catalogue, delimited


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: ("\n,,,\n" + text + ",,,\n\n").encode(),
    ],
    ids=["bom", "utf-16", "utf-16-be", "utf-16-le unmarked", "utf-16-be unmarked", "utf-32", "crlf", "cr", "blank rows"],
)
def test_encodings_and_line_ends_of_spreadsheets_are_read(form, before, table, encoded):
    n_before = (len(before[0]), len(before[1]))
    put(form, encoded(text(form, table)), table)
    faults, after = found(form)
    assert faults == [] and (len(after.survey), len(after.choices)) == n_before
    assert [dict(row.cells) for row in after.survey] == [dict(row.cells) for row in before[0]]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("table", TABLES)
def test_the_delimiter_of_the_country_is_read(form, before, table, mark):
    put(form, delimited(rows_of(form, table), mark), table)
    assert same(form, before)


def test_a_first_line_that_names_the_delimiter_is_read(form):
    rows = rows_of(form, "survey")
    assert put(form, "sep=;\r\n" + delimited(rows, ";")) == []
    assert put(form, '"sep=,"\n' + delimited(rows, ",")) == []


def test_unicode_text_of_excel_is_read(form, before):
    (form / "survey.txt").write_bytes(delimited(rows_of(form, "survey"), "\t").encode("utf-16"))
    (form / "survey.csv").unlink()
    assert same(form, before) and found(form)[1].source_of("survey") == "survey.txt"


@pytest.mark.parametrize("encoding", ["cp1252", "cp874", "cp1258"])
def test_an_older_encoding_is_one_fault_with_row_column_and_remedy(form, encoding):
    told = put(form, text(form).replace("Colleagues respect me.", "Colleagues’ respect – é").encode(encoding, "replace"))
    assert len(told) == 1 and ": not readable as UTF-8" in told[0] and told[0].startswith("survey.csv:")
    assert "Save it as 'CSV UTF-8'" in told[0]


def test_utf_16_that_is_cut_short_is_told(form):
    told = put(form, text(form).encode("utf-16")[:-1])
    assert len(told) == 1 and "damaged or cut short" in told[0]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("à¸¢à¸´à¸™", "letters were lost"),
        ("??? ???", "letters were lost"),
        ("Kh?o sát", "letters were lost"),
        ("\ufffd", "letters were lost"),
        ("#NAME?", "holds the error #NAME?"),
        ("a\x01b", "a sign that cannot be printed"),
        ("x" * 40_000, "more than 32,767 characters"),
    ],
)
def test_a_cell_that_was_spoiled_is_told(form, cell, problem):
    rows = rows_of(form, "survey")
    rows[4][3] = cell
    told = put(form, delimited(rows, ","))
    assert len(told) == 1 and told[0].startswith(f"survey.csv:5: {TH}: ") and problem in told[0]


@pytest.mark.parametrize("code", ["02-May", "Oct-25"])
def test_a_code_that_became_a_day_is_told(form, code):
    rows = rows_of(form, "choices")
    rows[1][1] = code
    told = put(form, delimited(rows, ","), "choices")
    assert told == [
        "choices.csv:2: name: the spreadsheet made a day of what was typed. Type it again, in a column that is formatted as text."
    ]


def test_a_table_of_mojibake_does_not_bury_the_reader_in_faults(form):
    rows = rows_of(form, "survey")
    header, more = rows[0], [[*rows[4]] for _ in range(200)]
    for number, row in enumerate(more):
        row[1:4] = [f"q{number}", "Words", "à¸¢"]
    told = put(form, delimited([header, *more], ","))
    assert len(told) == 21 and told[-1] == "survey.csv: and 180 more faults of this kind."


def test_a_row_is_counted_as_a_spreadsheet_shows_it(form):
    rows = rows_of(form, "survey")
    rows[2][2] = "Do you\nagree\nnow?"
    rows[4][3] = ""
    assert put(form, delimited(rows, ",")) == [f"survey.csv:5: {TH}: 'respect' has no {TH}. Translate it."]


@pytest.mark.parametrize(
    ("named", "also"),
    [
        ("type", "Type"),
        ("type", " TYPE "),
        ("relevant", "relevance"),
        (EN, "Label::English (en)"),
        (EN, "label : English (en)"),
        (EN, "label :: English  (en)"),
        (EN, "caption::English (en)"),
    ],
)
def test_names_of_columns_are_read_as_pyxform_reads_them(form, before, named, also):
    rows = rows_of(form, "survey")
    rows[0][rows[0].index(named)] = also
    put(form, delimited(rows, ","))
    assert same(form, before)


@pytest.mark.parametrize(
    ("named", "instead", "problem"),
    [
        (EN, "label", "label: names no language. Write it as 'label::English (en)'."),
        (TH, EN, f"{EN}: two columns have this name"),
        (TH, "label::à¸¢ (th)", "label::à¸¢ (th): letters of this name were lost"),
        ("relevant", "constrain", "constrain: no column of this name is read, and one has nearly this name"),
        (TH, "lable::ไทย (th)", "lable::ไทย (th): no column of this name is read"),
        ("indicator", "hint::Lao (lo)", "hint::Lao (lo): 'Lao (lo)' is no language of the labels"),
    ],
)
def test_a_header_that_would_be_misread_is_told(form, named, instead, problem):
    rows = rows_of(form, "survey")
    rows[0][rows[0].index(named)] = instead
    problem = f"survey.csv:1: {problem}"
    assert any(one.startswith(problem) for one in put(form, delimited(rows, ",")))


@pytest.mark.parametrize(
    "alias", sorted(alias for alias, meant in aliases.survey_header.items() if not alias.startswith(("sms_", "compact")))
)
def test_every_column_of_pyxform_is_read_under_its_own_name_or_told(form, alias):
    base = column_name(alias).partition("::")[0]
    assert base in READ | NOT_CARRIED | {"type", "name"} or "error" in base.lower()


@pytest.mark.parametrize("column", ["default", "repeat_count", "media"])
def test_a_column_of_xlsform_that_would_be_left_out_is_told(form, column):
    rows = rows_of(form, "survey")
    rows = [[*row, cell] for row, cell in zip(rows, [column, *[""] * 3, "1", *[""] * 2], strict=True)]
    assert put(form, delimited(rows, ",")) == [
        f"survey.csv:5: {column}: this column of XLSForm is not read here. Clear its cells, or delete the column."
    ]


def test_a_cell_beyond_the_header_is_told_and_an_empty_one_is_not(form):
    assert put(form, "\n".join(f"{line},," for line in text(form).splitlines())) == []
    told = put(form, text(form).replace("Colleagues respect me.", "Colleagues, all, of, them, respect, me, truly."))
    assert any(one.startswith("survey.csv:5: a cell in column ") and "more cells than the header" in one for one in told)


@pytest.mark.parametrize("bad", ['"never closed', '"closed" and more'])
def test_a_quotation_mark_astray_is_told(form, bad):
    told = put(form, text(form).replace("Colleagues respect me.", bad))
    assert len(told) == 1 and told[0].startswith("survey.csv:5: a quotation mark in or after this row")


def test_curly_quotation_marks_of_a_condition_are_read_as_straight(form):
    put(form, text(form).replace("${consent} = 'yes'", "${consent} = ‘yes’"))
    faults, read = found(form)
    assert faults == [] and read.survey[2]["relevant"] == "${consent} = 'yes'"


@pytest.mark.parametrize(("cell", "is_required"), [("TRUE", "yes"), ("Yes", "yes"), ("true()", "yes"), ("no", ""), ("FALSE", "")])
def test_required_is_read_in_the_words_of_pyxform(form, cell, is_required):
    rows = rows_of(form, "survey")
    rows[2][rows[0].index("required")] = cell
    assert put(form, delimited(rows, ",")) == []
    assert found(form)[1].survey[1]["required"] == is_required


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_a_row_is_told(form, table):
    told = put(form, delimited(rows_of(form, table)[:1], ","), table)
    assert f"{table}.csv:1: no row stands below the header. Write at least one." in told


def test_spellings_of_pyxform_make_the_same_form(form, before):
    put(
        form,
        text(form).replace("begin_group", "begin group").replace("end_group", "End Group").replace("select_one", "select one"),
    )
    assert same(form, before)


@pytest.mark.parametrize(
    ("type", "problem"),
    [
        ("select_one yn or_other", "'or_other' adds a question for free text"),
        ("select_one_from_file yn.csv", "the choices stand in the file 'yn.csv'"),
        ("select_one", "'select_one' names no list"),
        ("select_one nosuch", "'nosuch' is no list of choices.csv"),
    ],
)
def test_a_type_that_is_not_supported_is_told_with_file_row_and_column(form, type, problem):
    told = put(form, text(form).replace("select_one yn", type))
    assert told[0].startswith("survey.csv:3: type: ") and problem in told[0]


def test_groups_that_do_not_match_are_told_where_they_stand(form, tmp_path):
    lines = text(form).splitlines()
    put(form, "\n".join(lines[:-1]))
    told = [str(one) for one in check(found(form)[1], catalogue(), [])]
    assert "survey.csv:4: type: 'g' is begun and does not end. Add end_group behind its last question." in told
    put(form, "\n".join([*lines, lines[-1]]))
    told = [str(one) for one in check(found(form)[1], catalogue(), [])]
    assert "survey.csv:8: type: this end_group ends no group. Add its begin, or remove it." in told


def test_identifying_words_are_read_with_mark_and_semicolons_and_their_faults_are_told(tmp_path):
    path = tmp_path / "identifying_words.csv"
    path.write_bytes("language;pattern;asks_for\r\nen;names?;a name\r\n".encode("utf-8-sig"))
    assert [(word.language, word.pattern.pattern) for word in read_words(path)] == [("en", "names?")]
    path.write_text("language,pattern,asks_for\nen,(name,a name\n", encoding="utf-8")
    with pytest.raises(QuestionnaireError, match=r"identifying_words\.csv:2: pattern: is no pattern"):
        read_words(path)
