"""What a formula reads: questions, texts of its own, and the first thing that nobody can follow."""

import pytest

from ingestion.kobo.formula import PATH, read_formula


def read(text):
    found = read_formula(text)
    return {*found.names}, {*found.counted}, {*found.texts}, found.foreign


@pytest.mark.parametrize(("text", "names"), [
    ("${a}", {"a"}), ("${ a } + ${b}", {"a", "b"}), ("${last-saved#a}", {"a"}), ("if(${a} > 3, ${b}, .)", {"a", "b"}), ("round(${a} * 2.5, 1)", {"a"}),
    ("sum(${a}) div count-selected(${b})", {"a", "b"}), ("position(..)", set()), ("1 + .5", set()), ("coalesce(${a}, ${b}) mod 2", {"a", "b"}),
    ("not(${a} = ${b}) and true()", {"a", "b"}), ("(${a} - 1) * 3", {"a"}), ("", set()),
])  # fmt: skip
def test_the_questions_that_are_read_are_known(text, names):
    assert read(text) == (names, set(), set(), "")


@pytest.mark.parametrize(("text", "names", "counted"), [
    ("count(${group})", set(), {"group"}), ("count-non-empty(${group})", set(), {"group"}), ("count(1 + ${a})", {"a"}, set()),
    ("sum(${group})", {"group"}, set()), ("indexed-repeat(${a}, ${group}, 1)", {"a"}, {"group"}),
    ("indexed-repeat(${a}, ${group}, ${n})", {"a"}, {"group", "n"}), ("indexed-repeat(${a}, ${group}, 1 + ${n})", {"a", "n"}, {"group"}),
    ("count(${group}) + ${a}", {"a"}, {"group"}), ("count((${a}))", {"a"}, set()), ("count(${group}) + count(${other})", set(), {"group", "other"}),
])  # fmt: skip
def test_a_group_that_is_only_counted_or_picked_from_is_no_answer(text, names, counted):
    assert read(text) == (names, counted, set(), "")


@pytest.mark.parametrize(("text", "names", "texts"), [
    ("if(${a} = 'x', 'high', \"low\")", {"a"}, {"x", "high", "low"}), ("concat('a ', ${b})", {"b"}, {"a "}), ("'${a} and ${b}'", {"a", "b"}, set()),
    ("''", set(), {""}), ("concat('${a}', 'x')", {"a"}, {"x"}),
])  # fmt: skip
def test_texts_are_its_own_unless_questions_stand_in_them(text, names, texts):
    assert read(text) == (names, set(), texts, "")


@pytest.mark.parametrize("text", ["North", "Don't know", "a.b", "100%", "50 or so?", "Ngo Van"])
def test_a_default_that_calculates_nothing_is_a_text_of_its_own(text):
    assert read(text) == (set(), set(), {text}, "")


@pytest.mark.parametrize(("text", "foreign"), [
    ("pulldata('x', 'y', 'z', ${a})", "pulldata()"), ("instance('x')/root", PATH), ("/data/name", PATH), ("../name", PATH), ("a::b", PATH),
    ("item[1]", PATH), ("${a}/b", PATH), ("$a", PATH), ("sum(*)", PATH), ("*", {"*"}), ("property('x')", "property()"),
    ("concat(${a}, jr:itext('x'))", "jr:itext()"),
])  # fmt: skip
def test_what_nobody_can_follow_is_named(text, foreign):
    found = read_formula(text)
    assert (found.foreign or {*found.texts}) == foreign and not found.names


@pytest.mark.parametrize("before", ["${a}", "2", "(1)", "'x'", ".", "position(..)"])
def test_a_star_behind_an_operand_multiplies(before):
    assert read_formula(f"{before} * 2").foreign == ""
