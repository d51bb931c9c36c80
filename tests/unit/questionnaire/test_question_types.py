"""Types of questions: every spelling that pyxform reads means the same here, and what cannot be checked is refused with its remedy."""

import pytest
from pyxform import aliases, constants
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from parity.catalogue.question_types import question_type

KINDS = {constants.SELECT_ONE: "select_one", constants.SELECT_ALL_THAT_APPLY: "select_multiple", constants.RANK: "rank"}
LISTS = sorted(set(aliases.select) - set(aliases.select_from_file) - {"select_one_external"})
WITHOUT_LIST = {"q select", "q select1"} | {name for name in QUESTION_TYPE_DICT if name.startswith(("select", "add select"))}


@pytest.mark.parametrize("spelling", LISTS)
def test_every_spelling_of_a_list_of_choices_is_read_the_same(spelling):
    assert question_type(f" {spelling}  yn ").text == f"{KINDS[aliases.select[spelling]]} yn"
    assert question_type(f"{spelling} yn").problem == ""


@pytest.mark.parametrize("spelling", sorted(aliases.control))
def test_every_spelling_of_a_group_is_read_the_same(spelling):
    kind = aliases.control[spelling]
    for edge in ("begin", "end"):
        assert question_type(f"{edge} {spelling}").text == question_type(f"{edge}_{spelling}").text == f"{edge}_{kind}"


@pytest.mark.parametrize("spelling", sorted(set(QUESTION_TYPE_DICT) - WITHOUT_LIST))
def test_every_other_spelling_means_to_pyxform_what_it_means_here(spelling):
    meant = QUESTION_TYPE_DICT[spelling]
    read = question_type(spelling)
    assert read.problem == "" and (" " not in read.text or read.text == spelling)
    assert spelling.startswith("uri:") or spelling == "phone number" or QUESTION_TYPE_DICT[read.text] == meant


@pytest.mark.parametrize("cell", ["Note", "NOTE", "Begin Group", "Select_One yn"])
def test_a_capital_that_a_spreadsheet_made_changes_nothing(cell):
    assert question_type(cell).text in ("note", "begin_group", "select_one yn")


@pytest.mark.parametrize("other", ["or_other", "or other", "or specify other", "Or_Other"])
@pytest.mark.parametrize("select", ["select_one", "select multiple", "select all that apply"])
def test_or_other_is_refused_with_what_to_write(select, other):
    read = question_type(f"{select} yn {other}")
    assert "free text" in read.problem and "add a choice 'other'" in read.remedy


@pytest.mark.parametrize("spelling", [*sorted(aliases.select_from_file), "select_one_external"])
def test_choices_from_a_file_are_refused_with_what_to_write(spelling):
    read = question_type(f"{spelling} units.csv")
    assert "units.csv" in read.problem and "under a list_name" in read.remedy


def test_words_behind_a_list_are_refused():
    assert question_type("select_one yes no").problem == "'no' stands behind the name of a list"


@pytest.mark.parametrize("cell", ["", "select_one", "what is this", "begin", "begin_score"])
def test_a_type_that_nobody_knows_stays_as_it_is(cell):
    assert question_type(cell).text == cell
