"""Rows of a deployed form as questions: their paths, lists, codes, conditions, and what fills them without a respondent."""

import pytest

from ingestion.kobo.form import PRELOAD, Form, Question, fills, labels, logic, read_form


def read(*survey, choices=(), translations=None):
    return read_form("v1", {"survey": [*survey], "choices": [*choices], "translations": translations or [None]})


def row(name, kind="text", **more):
    return {"type": kind, "name": name, **more}


def choice(name, list_name="yn", **more):
    return {"list_name": list_name, "name": name, **more}


def test_questions_stand_at_their_paths_and_repeats_are_named():
    form = read(
        row("a"), row("g", "begin_group"), row("b"), row("r", "begin_repeat"), row("c"), {"type": "end_repeat"}, {"type": "end_group"}, row("d"),
        {"type": "end_group"}, row("e"),
    )  # fmt: skip
    assert [(one.path, one.repeats) for one in form.questions] == [
        ("a", ()),
        ("g/b", ()),
        ("g/r/c", ("g/r",)),
        ("d", ()),
        ("e", ()),
    ]


def test_a_row_without_a_name_is_no_question_and_the_servers_own_name_is_the_one_of_answers():
    assert [one.path for one in read({"type": "text"}, row("a", **{"$autoname": "a_001"}), row("")).questions] == ["a_001"]


@pytest.mark.parametrize(("given", "codes"), [
    ([choice("y"), choice("n")], {"y", "n"}), ([choice("y", **{"$autovalue": "yes"})], {"yes"}), ([choice(0), choice("")], {"0"}),
    ([choice(None), choice("y", list_name="")], None), ([choice("x", list_name="other")], None),
])  # fmt: skip
def test_a_question_offers_the_codes_of_its_list(given, codes):
    form = read(row("a", "select_one", select_from_list_name="yn"), choices=given)
    found = form.codes(form.questions[0])
    assert (found and {*found}) == codes


@pytest.mark.parametrize(("question", "name"), [
    (row("a", "select_one yn"), "yn"), (row("a", "select_multiple yn"), "yn"), (row("a", "rank yn"), "yn"), (row("a", "select_one"), None),
    (row("a", "text yn"), None), (row("a", "select_one other", select_from_list_name="yn"), "yn"), ({"type": 5, "name": "a"}, None),
])  # fmt: skip
def test_a_list_is_named_beside_the_type_or_in_it(question, name):
    assert read(question).questions[0].list_name == name


def test_or_other_offers_a_code_more_and_asks_for_words():
    form = read(row("a", "select_one", select_from_list_name="yn", _or_other=True), choices=[choice("y")])
    assert form.codes(form.questions[0]) == {"y", "other"}
    assert [(one.path, one.type) for one in form.questions] == [("a", "select_one"), ("a_other", "text")]


def test_a_question_without_a_list_offers_no_codes():
    form = Form("v1", (), {})
    assert form.codes(Question("a", "a", "text", None, None, (), {})) is None


@pytest.mark.parametrize(("label", "languages", "found"), [
    (["A", "B"], ["en", "ms"], {"en": "A", "ms": "B"}), (["A", None], ["en", "ms"], {"en": "A"}), ("A", ["en"], {"en": "A"}), (None, ["en"], {}),
    (["A"], ["en", "ms"], {"en": "A"}), (["A", "B"], ["en"], {"en": "A"}),
])  # fmt: skip
def test_a_label_is_told_in_each_language_that_has_one(label, languages, found):
    assert labels({"label": label}, languages) == found


@pytest.mark.parametrize(("said", "groups", "found"), [
    ({"relevant": "x"}, [], {"relevant": "(x)"}), ({}, [{"relevant": "g"}], {"relevant": "(g)"}),
    ({"relevant": "x"}, [{"relevant": "g"}, {}, {"relevant": "h"}], {"relevant": "(g) and (h) and (x)"}), ({}, [{}], {}),
    ({"required": True}, [], {"required": "yes"}), ({"required": "TRUE"}, [], {"required": "yes"}), ({"required": "1"}, [], {"required": "yes"}),
    ({"required": "no"}, [], {}), ({"required": False}, [], {}), ({"constraint": ". > 1", "choice_filter": "f"}, [], {"constraint": ". > 1", "choice_filter": "f"}),
    ({"calculation": "1", "hint": "h"}, [], {"calculation": "1"}), ({"constraint": None}, [], {}),
])  # fmt: skip
def test_conditions_of_a_row_are_its_own_and_those_of_its_groups(said, groups, found):
    assert logic(said, groups) == found


@pytest.mark.parametrize(("said", "found"), [
    ({"calculation": "1 + 1"}, ("1 + 1",)), ({"default": "x", "label": "y"}, ("x",)), ({"bind::calculate": "2"}, ("2",)), ({"default": ""}, ()),
    ({"default": None, "calculation": False}, ()), ({"default": 0}, ("0",)), ({"jr:preload": "property"}, (f"{PRELOAD}(property)",)),
    ({"bind": {"calculate": "3", "type": "int"}}, ("3",)), ({"bind": {"jr:preload": "uid"}}, (f"{PRELOAD}(uid)",)), ({"recalculation": "4"}, ()),
    ({"default_language": "en"}, ()), ({"Default": "x"}, ("x",)),
])  # fmt: skip
def test_what_fills_an_answer_without_a_respondent_is_found_under_each_name(said, found):
    assert fills(said) == found


def test_lines_of_a_matrix_are_questions_of_their_own_with_one_outline():
    form = read(
        row("g", "begin_group"), row("m", "begin_kobomatrix", **{"kobo--matrix_list": "lines"}), row("pay", "integer", **{"$kuid": "k"}),
        {"type": "end_kobomatrix"}, {"type": "end_group"}, choices=[choice("x", "lines"), choice("y", "lines")],
    )  # fmt: skip
    assert [(one.path, one.name, one.kuid, one.shown) for one in form.questions] == [
        (f"g/m_{line}/m_{line}_pay", f"m_{line}_pay", f"k/{line}", "g/m_*/m_*_pay") for line in "xy"
    ]


@pytest.mark.parametrize(("name", "kind", "shown"), [
    ("Call_Anna_Smith", "note", "g/note"), ("thanks", "note", "g/thanks"), ("Call_Anna_Smith", "text", "g/Call_Anna_Smith"),
])  # fmt: skip
def test_a_note_that_is_called_after_its_words_is_shown_without_them(name, kind, shown):
    form = read(row("g", "begin_group"), row(name, kind, label=["Call Anna Smith on 555"]))
    assert form.questions[0].shown == shown
