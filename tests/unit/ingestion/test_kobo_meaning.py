"""Labels of codes: one that moved to another code asks, one that was corrected does not."""

import pytest

from ingestion.kobo.mapping import MappingError, plan
from tests.unit.ingestion.test_kobo_following import REVERSED, SCALE, contract, form, q, read, same

BOTH = {code: (said, f"{said} (ms)") for code, said in SCALE.items()}
BACK_IN_ONE = {code: (SCALE[code], f"{REVERSED[code]} (ms)") for code in SCALE}
YES = {"1": "Yes", "0": "No"}

MOVED = {
    "a scale that is reversed": (SCALE, REVERSED, (None,), (None,)),
    "a scale that is reversed and corrected": (SCALE, REVERSED | {"3": "Neither of them"}, (None,), (None,)),
    "two codes that changed places": (SCALE, SCALE | {"4": "Disagree", "2": "Agree"}, (None,), (None,)),
    "a second language that is reversed alone": (BOTH, BACK_IN_ONE, ("en", "ms"), ("en", "ms")),
    "languages in another order, and reversed": (BOTH, {code: said[::-1] for code, said in BACK_IN_ONE.items()}, ("en", "ms"), ("ms", "en")),
    "a language that got a name": (SCALE, REVERSED, (None,), ("English (en)",)),
    "another language added": (SCALE, {code: (said, "…") for code, said in REVERSED.items()}, ("en",), ("en", "ms")),
    "codes that count from nought": (SCALE, {str(n): said for n, said in enumerate(SCALE.values())}, (None,), (None,)),
    "an answer that was put in before the others": (YES, {"1": "Do not know", "2": "Yes", "0": "No"}, (None,), (None,)),
    "an answer taken out, and the codes closed up": (SCALE, {"1": "Strongly disagree", "2": "Disagree", "3": "Agree", "4": "Strongly agree"}, (None,), (None,)),
    "signs that alone tell answers apart": ({"1": "< 5", "2": "> 5"}, {"1": "> 5", "2": "< 5"}, (None,), (None,)),
    "faces": ({"1": "🙂", "2": "🙁"}, {"1": "🙁", "2": "🙂"}, (None,), (None,)),
}  # fmt: skip
STAYED = {
    "a spelling": (SCALE | {"3": "Nether"}, SCALE, (None,), (None,)),
    "every label in other words": (YES, {"1": "I do", "0": "I do not"}, (None,), (None,)),
    "case, marks and blanks": (SCALE, {code: f" {said.upper()}. " for code, said in SCALE.items()}, (None,), (None,)),
    "a language added": (SCALE, BOTH, ("en",), ("en", "ms")),
    "a language taken out": (BOTH, SCALE, ("en", "ms"), ("en",)),
    "languages in another order": (BOTH, {code: said[::-1] for code, said in BOTH.items()}, ("en", "ms"), ("ms", "en")),
    "a language that got a name": (SCALE, SCALE, (None,), ("English (en)",)),
    "a code added": (SCALE, SCALE | {"99": "I would rather not say"}, (None,), (None,)),
    "a code taken out": (SCALE, {code: SCALE[code] for code in "1245"}, (None,), (None,)),
    "codes in another order": (SCALE, dict(reversed(SCALE.items())), (None,), (None,)),
    "two codes of one label": (YES | {"2": "No"}, YES | {"2": "No", "3": "No"}, (None,), (None,)),
    "another list of other codes": (SCALE, {"a": "Agree", "b": "Disagree"}, (None,), (None,)),
}  # fmt: skip


def two(case):
    before, after, languages, later = case
    question = ("r", "k1", ["r"])
    return [form(1, [question], before, languages), form(2, [question], before, languages), form(3, [question], after, later)]


@pytest.mark.parametrize("case", MOVED)
def test_a_label_that_moved_to_another_code_asks_with_code_labels_and_versions(case):
    with pytest.raises(
        MappingError, match=r"r: code \S+ was '.+' in version v2 and is '.+' in version v3: same meaning\?"
    ) as caught:
        plan(contract({"r": "x"}), two(MOVED[case]))
    assert "'- {path: r, version: v3, same: true}'" in str(caught.value) and "same: false}" in str(caught.value)


@pytest.mark.parametrize("case", STAYED)
def test_a_correction_a_language_or_a_code_more_asks_nothing(case):
    assert plan(contract({"r": "x"}), two(STAYED[case])).notices == ()


@pytest.mark.parametrize("case", MOVED)
@pytest.mark.parametrize("is_same", [True, False])
def test_both_answers_let_the_form_go_on(case, is_same):
    forms = two(MOVED[case])
    code = next(iter(forms[2].choices["scale"])).code
    agreement = contract({"r": "x"}, same_meaning=[same("r", "v3", is_same)])
    first = next(iter(forms[0].choices["scale"])).code
    found = read(agreement, forms, {"r": first}, {"r": first}, {"r": code})
    assert found == [{"x": first}, {"x": first}, {"x": code} if is_same else {}]


def test_a_reversal_under_another_name_or_in_another_group_asks_too():
    for moved in (q("s", "k1", "r"), q("g/r", "k9", "r")):
        forms = [form(1, [q("r", "k1")]), form(2, [moved], REVERSED)]
        with pytest.raises(MappingError, match=f"{moved[0]}: code 1 was 'Strongly disagree' in version v1 .*: same meaning"):
            plan(contract({"r": "x"}), forms)
        yes, no = (contract({"r": "x"}, same_meaning=[same(moved[0], "v2", is_same)]) for is_same in (True, False))
        assert read(yes, forms, {"r": "5"}, {moved[0]: "5"}) == [{"x": "5"}, {"x": "5"}]
        assert read(no, forms, {"r": "5"}, {moved[0]: "5"}) == [{"x": "5"}, {}]


def test_labels_that_moved_by_way_of_other_words_are_seen():
    quiet = {code: f"Answer {said}" for code, said in zip(SCALE, "abcde", strict=True)}
    forms = [form(n, [q("r", "k1")], scale) for n, scale in enumerate((SCALE, quiet, REVERSED), 1)]
    with pytest.raises(MappingError, match=r"in version v1 and is .* in version v3: same meaning"):
        plan(contract({"r": "x"}), forms)


def test_a_reversal_of_a_question_that_is_not_mapped_asks_nothing():
    forms = [form(1, [q("r", "k1"), q("o", "k2")]), form(2, [q("r", "k1"), q("o", "k2")], REVERSED)]
    with pytest.raises(MappingError, match="r: code"):
        plan(contract({"r": "x"}, drops=["o"]), forms)
    answered = contract({"r": "x"}, drops=["o"], same_meaning=[same("r", "v2", True)])
    assert read(answered, forms, {"r": "1"}, {"r": "1"}) == [{"x": "1"}, {"x": "1"}]
