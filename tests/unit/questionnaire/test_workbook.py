"""The XLSForm: what a form server reads from it is the questionnaire, and the same files give the same bytes."""

import io

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from ingestion.kobo.form import read_form
from ingestion.questionnaire.difference import as_form
from ingestion.questionnaire.workbook import QuestionnaireError, build, kuid
from parity.catalogue.questionnaire import read_questionnaire
from parity.settings import REPOSITORY
from sandbox.kobo_standin.xlsform import content
from tests.unit.questionnaire.forms import survey_rows, write


@pytest.fixture
def questionnaire(tmp_path):
    return write(tmp_path / "pulse")


def sheet(workbook, name):
    rows = list(load_workbook(io.BytesIO(workbook))[name].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_same_files_give_the_same_bytes(tmp_path):
    assert build(write(tmp_path / "pulse")) == build(write(tmp_path / "again" / "pulse"))


def test_a_changed_word_gives_another_version(tmp_path, questionnaire):
    rows = survey_rows()
    rows[3]["label::English (en)"] += "!"
    versions = [sheet(build(one), "settings")[0]["version"] for one in (questionnaire, write(tmp_path / "other", survey=rows))]
    assert versions[0] != versions[1]


def test_the_server_reads_back_the_questions_choices_and_words(questionnaire):
    read = read_form("", content(build(questionnaire)))
    meant = as_form(questionnaire, questionnaire.languages)
    assert [q for q in read.questions if q.type != "start"] == [q for q in meant.questions if q.type != "start"]
    assert read.choices == meant.choices


def test_only_the_languages_asked_for_are_in_it(questionnaire):
    built = build(questionnaire, ["English (en)"])
    assert content(built)["translations"] == ["English (en)"] and "ไทย".encode() not in built
    with pytest.raises(QuestionnaireError, match=r"no language 'Klingon'"):
        build(questionnaire, ["Klingon"])


def test_pyxform_makes_the_shipped_form_a_phones_form_in_every_language():
    faults = []
    questionnaire = read_questionnaire(REPOSITORY / "catalogue" / "questionnaire" / "workplace_culture", faults)
    made = convert(io.BytesIO(build(questionnaire)), file_type=".xlsx", validate=False)
    assert faults == [] and all(f'lang="{language}"' in made.xform for language in questionnaire.languages)


def test_a_renamed_question_keeps_its_identity_where_its_old_name_is_kept(tmp_path):
    rows = survey_rows()
    before = kuid(write(tmp_path / "a", survey=rows).items[1])
    rows[3] |= {"name": "respected", "formerly": "respect"}
    after = write(tmp_path / "b", survey=rows).items[1]
    assert (after.name, kuid(after)) == ("respected", before)


def test_a_form_that_pyxform_refuses_is_not_built(tmp_path):
    rows = survey_rows()
    rows[3]["name"] = "no spaces allowed"
    with pytest.raises(QuestionnaireError, match="pyxform refuses the form"):
        build(write(tmp_path / "pulse", survey=rows))
