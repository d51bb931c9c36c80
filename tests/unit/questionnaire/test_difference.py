"""What a new version changes, and whether answers can still be compared."""

import pytest

from ingestion.questionnaire.difference import changes
from ingestion.questionnaire.workbook import build
from sandbox.kobo_standin.xlsform import content
from tests.unit.questionnaire.forms import EN, TH, choice_rows, survey_rows, write


@pytest.fixture
def deployed(tmp_path):
    return content(build(write(tmp_path / "pulse")))


@pytest.fixture
def told(tmp_path, deployed):
    def tell(languages=("English (en)", "ไทย (th)"), **files):
        found = changes(deployed, write(tmp_path / "new", **files), languages)
        return [(change.where, change.what, change.breaks) for change in found]

    return tell


def bend(number, **cells):
    rows = survey_rows()
    rows[number] |= cells
    return rows


def test_the_same_questionnaire_changes_nothing(told):
    assert told() == []


def test_a_question_more_breaks_nothing_and_one_less_does(told):
    more = survey_rows()
    more.insert(5, {"type": "select_one agree", "name": "extra", EN: "More", TH: "เพิ่ม", "indicator": "CUL-01"})
    assert told(survey=more) == [("g/extra", "added", False)]
    assert told(survey=[row for row in survey_rows() if row["name"] != "merit"]) == [("g/merit", "removed", True)]


def test_a_new_name_is_a_rename_where_the_former_is_kept_and_another_question_where_not(told):
    renamed = ("g/esteem", "renamed from g/respect, followed by its $kuid", False)
    assert told(survey=bend(3, name="esteem", formerly="respect")) == [renamed]
    assert told(survey=bend(3, name="esteem")) == [("g/respect", "removed", True), ("g/esteem", "added", False)]


def test_new_words_break_in_the_master_language_only(told):
    assert told(survey=bend(3, **{EN: "They respect me."})) == [
        ("g/respect", 'English (en): was "Colleagues respect me.", is "They respect me."', True)
    ]
    assert [breaks for _, _, breaks in told(survey=bend(3, **{TH: "ใหม่"}))] == [False]


def test_another_list_type_or_condition_breaks(told):
    assert told(survey=bend(3, type="select_one yn")) == [("g/respect", "chose from agree, chooses from yn", True)]
    assert told(survey=bend(3, type="select_multiple agree"))[0] == ("g/respect", "was select_one, is select_multiple", True)
    condition = "relevant: was (${consent} = 'yes'), is (${consent} = 'no')"
    assert [one for one in told(survey=bend(2, relevant="${consent} = 'no'")) if one[0] == "g/merit"] == [
        ("g/merit", condition, True)
    ]
    assert told(survey=bend(3, required="yes")) == [("g/respect", "required: was nothing, is yes", False)]


def test_a_choice_taken_away_breaks_and_one_given_breaks_a_scale_only(told):
    rows = choice_rows()
    assert told(choices=[row for row in rows if row["name"] != "no"]) == [("yn", "choice no removed", True)]
    assert told(choices=[*rows, {"list_name": "yn", "name": "unsure", EN: "Unsure", TH: "ไม่แน่ใจ"}]) == [
        ("yn", "choice unsure added", False)
    ]
    assert told(choices=[*rows, {"list_name": "agree", "name": "4", EN: "Fully", TH: "เต็มที่"}]) == [
        ("agree", "choice 4 added", True)
    ]


def test_a_code_with_another_meaning_or_a_scale_in_another_order_breaks(told):
    rows = choice_rows()
    rows[0], rows[2] = rows[2], rows[0]
    assert told(choices=rows) == [("agree", "choices stand in another order", True)]
    rows = choice_rows()
    rows[0][EN] = "Agree"
    assert ("agree 1", 'English (en): was "Disagree", is "Agree"', True) in told(choices=rows)


def test_languages_that_come_and_go_are_told(told):
    assert told(languages=("English (en)",)) == [("ไทย (th)", "language removed", False)]
