"""Tables of a form as sheets of a workbook, and files that are no table at all: read, or refused with a remedy."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from ingestion.questionnaire.check import check
from ingestion.questionnaire.workbook import build
from parity.catalogue.form_files import forms
from tests.unit.questionnaire.files import TABLES, found, put, rows_of, same, text
from tests.unit.questionnaire.forms import EN, TH, catalogue, workbook


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
    assert found(form)[1].source_of("survey") == "form.xlsx, sheet survey"


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


def test_a_lock_file_of_a_spreadsheet_program_is_left_alone(form, before):
    (form / "~$form.xlsx").write_bytes(b"\x05owner")
    (form / ".~lock.survey.csv#").write_bytes(b"owner")
    assert same(form, before)
