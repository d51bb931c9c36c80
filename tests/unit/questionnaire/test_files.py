"""The questionnaire's files as spreadsheets write them: read, or one fault with file, row, column and remedy."""

import codecs
import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from pyxform import aliases

from ingestion.questionnaire.check import check, read_words
from ingestion.questionnaire.workbook import QuestionnaireError, build
from parity.catalogue.form_files import NOT_CARRIED, READ, column_name, forms
from parity.catalogue.questionnaire import NOT_REVIEWED, read_questionnaire
from tests.unit.questionnaire.forms import EN, TH, catalogue, delimited, workbook, write

TABLES = ("survey", "choices", "settings", "translations")


@pytest.fixture
def form(tmp_path):
    folder = tmp_path / "pulse"
    write(folder)
    return folder


def text(folder, table="survey"):
    return (folder / f"{table}.csv").read_text(encoding="utf-8")


def rows_of(folder, table):
    return list(csv.reader(io.StringIO(text(folder, table), newline="")))


def found(folder):
    faults = []
    questionnaire = read_questionnaire(folder, faults)
    return [one.removeprefix(f"{folder}/") for one in faults], questionnaire


def put(folder, body, table="survey"):
    """Puts the file in the place of the former; returns the faults that are found then."""
    (folder / f"{table}.csv").write_bytes(body if isinstance(body, bytes) else body.encode())
    return found(folder)[0]


def same(folder, before):
    """Whether the form is read as it was before, whatever its files are now."""
    faults, after = found(folder)
    return not faults and (after.survey, after.choices, after.settings, after.translations) == before


@pytest.fixture
def before(form):
    _, read = found(form)
    return read.survey, read.choices, read.settings, read.translations


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
    assert same(form, before) and found(form)[1].place("survey") == "survey.txt"


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


def as_workbook(form, tables=TABLES, name="form.xlsx"):
    """Move tables into a workbook of one sheet each."""
    body = workbook({table.title(): rows_of(form, table) for table in tables})
    for table in tables:
        (form / f"{table}.csv").unlink()
    (form / name).write_bytes(body)


@pytest.mark.parametrize("tables", [TABLES, TABLES[:3], TABLES[:1]])
def test_tables_are_read_from_sheets_of_a_workbook(form, before, tables):
    as_workbook(form, tables)
    assert same(form, before) and forms(form.parent) == [form]
    assert found(form)[1].place("survey") == "form.xlsx, sheet survey"


def test_a_workbook_is_known_by_what_it_holds_and_not_by_its_name(form, before):
    (form / "survey.csv").write_bytes(workbook({"Sheet1": rows_of(form, "survey")}))
    assert same(form, before)


def test_faults_of_a_workbook_name_file_sheet_row_and_column(form):
    (form / "survey.csv").write_text(text(form).replace("select_one yn", "select_one yn or_other"), encoding="utf-8")
    as_workbook(form)
    told, _ = found(form)
    assert len(told) == 1 and told[0].startswith("form.xlsx, sheet survey:3: type: 'or_other' adds")


def test_faults_of_the_check_name_the_workbook(form):
    (form / "survey.csv").write_text(text(form).replace("CUL-01", "XYZ-99"), encoding="utf-8")
    as_workbook(form)
    told = [str(one) for one in check(found(form)[1], catalogue(), [])]
    assert any(one.startswith("form.xlsx, sheet survey:6: indicator: 'XYZ-99' is no indicator") for one in told)


def test_a_table_that_stands_twice_is_told(form):
    (form / "form.xlsx").write_bytes(workbook({"survey": rows_of(form, "survey")}))
    told, _ = found(form)
    assert told == [
        "survey.csv:1: 'survey' stands twice, in form.xlsx, sheet survey and in survey.csv. Keep one, and take the other away."
    ]


def test_a_workbook_that_was_built_can_be_read_again(form):
    body = build(found(form)[1])
    kept = found(form)[1]
    for table in TABLES[:3]:
        (form / f"{table}.csv").unlink()
    (form / "form.xlsx").write_bytes(body)
    faults, again = found(form)
    assert faults == [] and [(row["type"], row.name, row[TH]) for row in again.survey] == [
        (row["type"], row.name, row[TH]) for row in kept.survey
    ]


def bent(form, change):
    """Changes a workbook that holds the survey alone; returns the faults that are found then."""
    book = openpyxl.Workbook()
    for row in rows_of(form, "survey"):
        book.active.append(row)
    change(book)
    book.save(form / "survey.xlsx")
    (form / "survey.csv").unlink()
    return found(form)[0]


def test_a_day_and_a_formula_without_result_are_told(form):
    def change(book):
        book.active["B5"] = dt.date(2026, 5, 2)
        book.active["C6"] = '="Promo"&"tion"'

    told = bent(form, change)
    assert told[0].startswith("survey.xlsx:5: name: the spreadsheet made a day of what was typed")
    assert told[1].startswith(f"survey.xlsx:6: {EN}: a formula has no stored result")


def test_a_cell_at_the_far_end_of_a_sheet_costs_a_fault_at_most(form):
    def change(book):
        book.active["XFD1048576"] = "x"

    told = bent(form, change)
    assert len(told) == 1 and "Delete the empty rows and columns" in told[0]


def repacked(body, **parts):
    """A workbook with these parts in place of its own; each is what becomes of the former."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            stem = entry.filename.rsplit("/", 1)[-1].partition(".")[0]
            new.writestr(entry.filename, parts.get(stem, bytes)(old.read(entry)))
    return out.getvalue()


def test_a_workbook_that_unpacks_to_far_more_or_defines_entities_is_told(form):
    body = workbook({"survey": rows_of(form, "survey")})
    told = put(form, repacked(body, styles=lambda part: part + bytes(70 << 20)))
    assert len(told) == 1 and "unpacks to far more than any questionnaire holds" in told[0]
    entities = b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
    told = put(form, repacked(body, sheet1=lambda part: entities + part.replace(b"<v>", b"<v>&b;", 1)))
    assert len(told) == 1 and "it is damaged" in told[0]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is a workbook of before 2007, or has a password"),
        (b"PK\x03\x04 and nothing", "not readable as a workbook: it is damaged"),
        (b"%PDF-1.7", "the column 'type' is missing"),
        (b"", "the column 'type' is missing"),
        (b"<html><table>", "the column 'type' is missing"),
    ],
)
def test_another_kind_of_file_is_told(form, body, problem):
    assert any(one.startswith("survey.csv:1: ") and problem in one for one in put(form, body))


def test_a_workbook_cut_short_is_told(form):
    body = workbook({"survey": rows_of(form, "survey")})
    for length in range(100, len(body) - 1, 997):
        assert put(form, body[:length]) == ["survey.csv:1: not readable as a workbook: it is damaged. Save it as .xlsx again."]


def test_a_folder_in_place_of_a_file_is_told(form):
    (form / "survey.csv").unlink()
    (form / "survey.csv").mkdir()
    assert found(form)[0] == ["survey.csv:1: is no file. Take it away, or put the file in its place."]


def test_a_missing_file_is_told_with_where_it_may_stand(form):
    as_workbook(form, ("survey", "choices"))
    (form / "settings.csv").unlink()
    assert found(form)[0] == ["settings.csv: the file is missing. Add it, or a sheet 'settings' in form.xlsx."]


CONTRACT = "name: pulse\nasset_name: Pulse of a year\n"


def under_a_contract(form, said=CONTRACT):
    """The form's folder in a catalogue that has such a contract of it."""
    folder = form.parent / "questionnaire" / "pulse"
    folder.parent.mkdir(exist_ok=True)
    form.rename(folder)
    contract = form.parent / "sources" / "kobo" / "pulse.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text(said, encoding="utf-8")
    return folder


def test_a_form_with_a_contract_needs_no_settings_and_has_its_title_of_it(form):
    folder = under_a_contract(form)
    (folder / "settings.csv").unlink()
    faults, read = found(folder)
    assert faults == []
    assert read.settings == {"form_title": "Pulse of a year", "form_id": "pulse", "default_language": "English (en)"}
    (folder / "settings.csv").write_text("form_title,form_id\nPulse,own\n", encoding="utf-8")
    assert found(folder)[1].settings == {"form_title": "Pulse", "form_id": "own"}


@pytest.mark.parametrize(
    "said",
    [
        "name: pulse\n",
        "asset_name: [a, b]\n",
        "- asset_name\n",
        "asset_name: {\n",
        "asset_name: &a [*a]\n",
        "due: 2026-02-30\n",
        "",
    ],
)
def test_a_contract_that_tells_no_title_leaves_the_settings_needed(form, said):
    folder = under_a_contract(form, said)
    (folder / "settings.csv").unlink()
    assert found(folder)[0] == ["settings.csv: the file is missing. Add it."]


def test_a_form_without_translations_has_drafts_alone_and_says_why(form):
    (form / "translations.csv").unlink()
    faults, read = found(form)
    assert faults == []
    assert [(entry.language, entry.status) for entry in read.translations] == [("English (en)", "draft"), ("ไทย (th)", "draft")]
    assert {entry.note for entry in read.translations} == {NOT_REVIEWED} and "not field-ready" in NOT_REVIEWED


@pytest.mark.parametrize("table", ["survey", "choices"])
def test_a_form_needs_its_questions_and_choices_whatever_its_contract_says(form, table):
    folder = under_a_contract(form)
    (folder / f"{table}.csv").unlink()
    assert f"{table}.csv: the file is missing. Add it." in found(folder)[0]


def test_a_lock_file_of_a_spreadsheet_program_is_left_alone(form, before):
    (form / "~$form.xlsx").write_bytes(b"\x05owner")
    (form / ".~lock.survey.csv#").write_bytes(b"owner")
    assert same(form, before)


def test_identifying_words_are_read_with_mark_and_semicolons_and_their_faults_are_told(tmp_path):
    path = tmp_path / "identifying_words.csv"
    path.write_bytes("language;pattern;asks_for\r\nen;names?;a name\r\n".encode("utf-8-sig"))
    assert [(word.language, word.pattern.pattern) for word in read_words(path)] == [("en", "names?")]
    path.write_text("language,pattern,asks_for\nen,(name,a name\n", encoding="utf-8")
    with pytest.raises(QuestionnaireError, match=r"identifying_words\.csv:2: pattern: is no pattern"):
        read_words(path)
