"""The page for reading: words in the language beside the master, codes, conditions, status; what is missing is marked."""

from ingestion.questionnaire.preview import preview
from tests.unit.questionnaire.forms import EN, TH, survey_rows, write


def test_it_shows_words_codes_conditions_and_status(tmp_path):
    page = preview(write(tmp_path / "pulse"), "ไทย (th)")
    assert '<html lang="th">' in page and "machine draft" in page and "<strong>draft</strong>" in page
    assert "เพื่อนร่วมงานให้เกียรติฉัน" in page and "Colleagues respect me." in page
    assert "เห็นด้วย <code>3</code>" in page
    assert "only if <code>${consent} = &#x27;yes&#x27;</code>" in page


def test_what_has_no_words_is_marked_and_shown_in_the_master(tmp_path):
    questionnaire = write(tmp_path / "pulse")
    rows = survey_rows()
    rows[2] |= {EN: "Work & life", TH: ""}
    questionnaire = write(tmp_path / "other", survey=rows)
    assert '<span class="missing">[no words in ไทย (th)] Work &amp; life</span>' in preview(questionnaire, "ไทย (th)")


def test_it_loads_nothing_from_elsewhere(tmp_path):
    page = preview(write(tmp_path / "pulse"), "English (en)")
    assert "http" not in page and "<script" not in page
