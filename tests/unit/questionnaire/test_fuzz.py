"""Whatever becomes of a questionnaire's files, they are read or refused in words with the file's name: no traceback, no hang."""

from __future__ import annotations

import random
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.questionnaire.check import check, read_words
from ingestion.questionnaire.difference import as_form
from ingestion.questionnaire.preview import preview
from ingestion.questionnaire.workbook import QuestionnaireError, build
from parity.catalogue.questionnaire import read_questionnaire
from tests.examples import examples
from tests.unit.questionnaire.forms import catalogue, choice_rows, delimited, statuses, survey_rows, workbook, write

CATALOGUE = catalogue()
TABLES = ("choices", "settings", "survey", "translations")
SETTINGS = [{"form_title": "Pulse", "form_id": "pulse", "default_language": "English (en)"}]
ROWS = {"survey": survey_rows(), "choices": choice_rows(), "settings": SETTINGS, "translations": statuses()}
WHOLE = {}
for table, rows in ROWS.items():
    columns = list(dict.fromkeys(column for row in rows for column in row))
    WHOLE[table] = [columns, *([row.get(column, "") for column in columns] for row in rows)]
SAID = re.compile(r"[^:\n]*(survey|choices|settings|translations|form)[^:\n]*\.(csv|xlsx)(, sheet \w+)?:(\d+:)? \S")
ANY = settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


CSV = {table: delimited(rows).encode() for table, rows in WHOLE.items()}
XLSX = workbook(WHOLE)


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz") / "pulse"
    write(folder)
    return folder


def ends_well(folder, files):
    """Whether the form was sound, with these files alone. Every fault that is told names its file, and nothing else is raised."""
    shutil.rmtree(folder)
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    faults = []
    questionnaire = read_questionnaire(folder, faults)
    told = [one.removeprefix(f"{folder}/") for one in faults]
    if not faults:
        told = [str(one) for one in check(questionnaire, CATALOGUE, [])]
        for language in questionnaire.languages:
            assert preview(questionnaire, language).startswith("<!doctype html>")
        as_form(questionnaire, questionnaire.languages)
        try:
            assert build(questionnaire).startswith(b"PK")
        except QuestionnaireError as error:
            assert str(error).startswith("pyxform ")
    assert all(SAID.match(one) or one.startswith("sources/kobo/") for one in told), told
    assert not any("Traceback" in one for one in told)
    return not told


def with_file(table, body):
    return {f"{name}.csv": body if name == table else whole for name, whole in CSV.items()}


def test_the_files_themselves_are_sound(form):
    assert ends_well(form, with_file("survey", CSV["survey"])) and ends_well(form, {"form.xlsx": XLSX})


@ANY
@given(
    table=st.sampled_from(TABLES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 20), st.binary(max_size=8)), min_size=1, max_size=5
    ),
    cut=st.one_of(st.just(1.0), st.floats(0.0, 1)),
)
def test_bytes_of_a_table_changed_left_out_and_put_in_and_cut_files(form, table, encoding, changes, cut):
    body = CSV[table].decode().encode(encoding)
    damaged = bytearray(body[: int(len(body) * cut)])
    for place, n_out, put_in in changes:
        at = int(place * len(damaged))
        damaged[at : at + n_out] = put_in
    ends_well(form, with_file(table, bytes(damaged)))


@ANY
@given(table=st.sampled_from(TABLES), body=st.binary(max_size=400))
def test_any_bytes(form, table, body):
    assert not ends_well(form, with_file(table, body)) or body == CSV[table]


def test_single_bytes_of_a_workbook_changed(form):
    dice = random.Random(19)
    for _ in range(60):
        damaged = bytearray(XLSX)
        damaged[dice.randrange(len(XLSX))] = dice.randrange(256)
        ends_well(form, {"form.xlsx": bytes(damaged)})
    assert ends_well(form, {"form.xlsx": XLSX})


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "begin group",
                "begin_repeat",
                "end group",
                "end_repeat",
                "begin loop",
                "select_one yn",
                "rank yn",
                "select_one",
            ),
            *(
                "select_one yn or_other",
                "select_one_from_file a.csv",
                "select_multiple agree",
                "note",
                "text",
                "calculate",
                "range",
            ),
            *("${consent}", "${", "}", "selected(${consent}, 'yes')", "= 1", "(", "((((", "'", "../g", "a b", "1", "-1", "1e999"),
            *("label::", "label::English (en)", "label::(", "hint::English (en)", "label::a/../b (x)", "type", "name", "$kuid"),
            *("__version__", "_id", "meta", "instanceID", "Ünïcode", "ไทย", "🙂", "\u202e", "<b>&amp;", "\n\n", "=1+1", "#REF!"),
            *("draft", "yes", "TRUE", "formerly", "other", "consent", "x" * 300),
        ]
    ),
)
PLACES = st.tuples(st.sampled_from(TABLES), st.integers(0, 6), st.integers(0, 9), CELLS)


def bent(changes):
    """The tables with these cells changed; None: not at all."""
    tables = {table: [[*row] for row in rows] for table, rows in WHOLE.items()}
    for table, row, place, cell in changes:
        rows = tables[table]
        rows[row % len(rows)][place % len(rows[0])] = cell
    return tables


@settings(ANY, max_examples=examples(200))
@given(changes=st.lists(PLACES, min_size=1, max_size=6), mark=st.sampled_from(",;\t|"))
def test_any_cells_of_text(form, changes, mark):
    files = {f"{table}.csv": delimited(rows, mark).encode(errors="surrogatepass") for table, rows in bent(changes).items()}
    ends_well(form, files)


VALUES = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes(), st.dates(), st.times(), st.timedeltas(), CELLS
)


@settings(ANY, max_examples=examples(30))
@given(changes=st.lists(st.tuples(st.sampled_from(TABLES), st.integers(0, 6), st.integers(0, 9), VALUES), min_size=1, max_size=4))
def test_any_values_of_a_workbook(form, changes):
    try:
        body = workbook(bent(changes))
    except Exception:  # openpyxl writes no such cell
        body = XLSX
    ends_well(form, {"form.xlsx": body})


@ANY
@given(
    body=st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"language,pattern,asks_for\nen,{text}".encode())
    )
)
def test_any_identifying_words(tmp_path_factory, body):
    path = tmp_path_factory.getbasetemp() / "identifying_words.csv"
    path.write_bytes(body)
    try:
        assert all(word.pattern is not None for word in read_words(path))
    except QuestionnaireError as error:
        assert str(error).startswith(f"{path}:")
