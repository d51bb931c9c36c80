"""What is asked of whoever keeps a contract: each question says what differs and ends with the line that answers it."""

import pytest

from ingestion.kobo.asking import Asking, MappingError, listed
from ingestion.kobo.form import Question
from ingestion.kobo.meaning import Moved
from ingestion.kobo.threads import Doubt, Node

ASKING = Asking("pulse")
FILE = "catalogue/sources/kobo/pulse.yml"


def asked(ask, *args):
    with pytest.raises(MappingError) as error:
        ask(*args)
    assert error.value.what.startswith("pulse: ") and FILE in error.value.remedy
    return error.value.what.removeprefix("pulse: "), error.value.remedy


@pytest.mark.parametrize(("ask", "args", "what", "line"), [
    ("unknown_paths", (["a", "b"],), "no version of the form has a, b", "Correct or remove the line"),
    ("unknown_answer", ("q", "v2", ["v1", "v2"]), "same_meaning: version v2 has no question q", "the versions are v1, v2."),
    ("unknown_answer", ("q", "v9", iter(["v1", "v2"])), "same_meaning: no version of the form is v9", "the versions are v1, v2."),
    ("cloned", ("q", "q2", "v2", "f"), "q2 has the $kuid of q in version v2", "add '- q2' to drops, or 'q2: <its own field>' to fields"),
    ("vanished", ("q", ["r", "s"], "f"), "question q vanished, r, s appeared: map or drop", "add 'r: f' to fields if it is the same question, or '- r'"),
    ("new_field", ("q", ["r", "s"], "f"), "question q appeared, r, s vanished: map or drop", "add 'r: f' to fields if it was the same question"),
    ("mapped_name", ("q", "v2", "f"), "q of version v2 has the name of a mapped question", "add 'q: f' to fields"),
    ("two_of_one", ("q", "r", "v2", "f"), "q and r of version v2 were one question before", "'- {path: q, version: v2, same: false}' to same_meaning"),
    ("which_field", ("q", "v2", ["a", "b", "a"]), "q of version v2 was a, b, of which the contract says different things", "add 'q: <field>' to fields"),
])  # fmt: skip
def test_a_question_says_what_differs_and_which_line_answers_it(ask, args, what, line):
    told, remedy = asked(getattr(ASKING, ask), *args)
    assert told.startswith(what) and line in remedy


def node(path, at=1, label="Words"):
    return Node(at, Question(path, path, "select_one", "yn", "k", (), {"en": label} if label else {}))


def doubt(why, others=(), moved=None, **mine):
    return Doubt(why, node("q", **mine), tuple(others), moved)


def test_a_label_that_moved_is_shown_with_both_versions():
    told, remedy = asked(
        ASKING.doubt, doubt("labels moved", [node("q", 0)], Moved("4", "Agree", "Disagree")), "v2", [("q", "v1")]
    )
    assert told == "q: code 4 was 'Agree' in version v1 and is 'Disagree' in version v2: same meaning?"
    assert "'- {path: q, version: v2, same: true}' if its answers mean the same as before" in remedy


@pytest.mark.parametrize(("when", "what"), [
    ("v2", "the question of p (version v1) stands at r in version v2 by its $kuid, and another at q"),
    ("v0", "q of version v2 is by its path p of version v1, and by its $kuid r of version v0"),
])  # fmt: skip
def test_exchanged_questions_are_told_by_path_and_by_kuid(when, what):
    told, remedy = asked(ASKING.doubt, doubt("exchanged", [node("p", 0), node("r")]), "v2", [("p", "v1"), ("r", when)])
    assert told == f"{what}: map or drop, same meaning?"
    assert "same: true}' if the path tells what it is" in remedy and "same: false}' if the $kuid does" in remedy


def test_two_of_one_question_are_both_named():
    told, _ = asked(ASKING.doubt, doubt("twice", [node("p", 0), node("r")]), "v2", [("p", "v1"), ("r", "v2")])
    assert told == "q and r of version v2 were one question before: map or drop"


def test_other_words_and_other_choices_are_shown_beside_each_other():
    told, _ = asked(ASKING.doubt, doubt("other choices", [node("p", 0, "Before")], label="Now"), "v2", [("p", "v1")])
    assert told.startswith(
        "q of version v2 has the $kuid of p of version v1, but another name, other choices and other words ('Before'; 'Now')"
    )
    told, _ = asked(ASKING.doubt, doubt("other words", [node("q", 0, "")], label="Now"), "v2", [("q", "v1")])
    assert (
        told == "another question seems to stand at q from version v2 on: in version v1 without words, now 'Now': same meaning?"
    )


@pytest.mark.parametrize(("n", "said"), [(0, ""), (1, "0"), (5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4 and 1 more")])
def test_long_lists_are_cut(n, said):
    assert listed([str(number) for number in range(n)]) == said
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
