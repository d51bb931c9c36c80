"""Tables of a form that may be left out, as its contract says the same."""

import pytest

from parity.catalogue.questionnaire import NOT_REVIEWED
from tests.unit.questionnaire.files import found

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
