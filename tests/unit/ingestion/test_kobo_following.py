"""Questions followed over three to five versions: every answer under its own field, or a stop that names the line to add."""

import pytest

from ingestion.kobo.form import read_form
from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from parity.catalogue import KoboContract

SCALE = {"1": "Strongly disagree", "2": "Disagree", "3": "Neither", "4": "Agree", "5": "Strongly agree"}
REVERSED = dict(zip(SCALE, reversed(SCALE.values()), strict=True))


def contract(fields, **others):
    return KoboContract.model_validate(
        {"name": "pulse", "asset_name": "Pulse", "fields": fields, "weight": {"frame": {"A": 10}}} | others
    )


def form(number, questions, scale=SCALE, languages=(None,)):
    """A version: (path, $kuid, words) of each question, of which each chooses from one scale."""
    survey = []
    for path, kuid, words in questions:
        *groups, name = path.split("/")
        survey += [{"type": "begin_group", "name": group} for group in groups]
        row = {"type": "select_one", "select_from_list_name": "scale", "name": name, "$kuid": kuid, "label": words}
        survey += [row, *[{"type": "end_group"}] * len(groups)]
    choices = [
        {"list_name": "scale", "name": code, "label": [said] if isinstance(said, str) else list(said)}
        for code, said in scale.items()
    ]
    return read_form(f"v{number}", {"survey": survey, "choices": choices, "translations": list(languages)})


def versions(*listed):
    return [form(number, questions) for number, questions in enumerate(listed, 1)]


def q(path, kuid=None, words=None):
    return path, kuid, [words or path.rpartition("/")[2].lower()]


def read(agreement, forms, *records):
    """The fields of a record of each version; a number in it stands for its version."""
    reader = Reader(agreement, plan(agreement, forms))
    return [reader.answers({"__version__": f"v{number}"} | said) for number, said in enumerate(records, 1)]


KEPT = q("other", "k0")
CHAINS = {
    "a group renamed at each upload, with new kuids": (
        versions([q("g1/r", "k1")], [q("g2/r", "k2")], [q("g3/r", "k3")]),
        ["g1/r", "g2/r", "g3/r"],
    ),
    "the same beside questions that stay": (
        versions([KEPT, q("g1/r", "k1")], [KEPT, q("g2/r", "k2")], [KEPT, q("g3/r", "k3")], [KEPT, q("g3/r", "k4")]),
        ["g1/r", "g2/r", "g3/r", "g3/r"],
    ),
    "a name that changes twice": (
        versions([KEPT, q("r", "k1")], [KEPT, q("s", "k1")], [KEPT, q("t", "k1")]),
        ["r", "s", "t"],
    ),
    "a name that goes back": (
        versions([KEPT, q("r", "k1")], [KEPT, q("s", "k1")], [KEPT, q("r", "k1")], [KEPT, q("s", "k1")]),
        ["r", "s", "r", "s"],
    ),
    "a group that goes back, with new kuids": (
        versions([q("a/r", "k1")], [q("b/r", "k2")], [q("a/r", "k3")]),
        ["a/r", "b/r", "a/r"],
    ),
    "a name that changes only in case, kuids kept": (
        versions([KEPT, q("Respect", "k1")], [KEPT, q("respect", "k1")], [KEPT, q("RESPECT", "k1")]),
        ["Respect", "respect", "RESPECT"],
    ),
    "a name and a group that change only in case, kuids new": (
        versions([q("G/Respect", "k1"), q("H/Respect", "k2")], [q("g/respect", "k3"), q("h/respect", "k4")]),
        ["G/Respect", "g/respect"],
    ),
    "a question that was away for a version": (
        versions([KEPT, q("r", "k1")], [KEPT], [KEPT, q("r", "k1")], [KEPT, q("s", "k1")]),
        ["r", None, "r", "s"],
    ),
    "a rename, a move and an import": (
        versions([KEPT, q("a/r", "k1")], [KEPT, q("a/s", "k1")], [q("other", "k8"), q("b/s", "k9")], [q("other"), q("b/s")]),
        ["a/r", "a/s", "b/s", "b/s"],
    ),
    "a path that was taken over in other versions of the same words": (
        versions([KEPT, q("r", "k1")], [KEPT, q("r", "k2")], [KEPT, q("s", "k2", "r")]),
        ["r", "r", "s"],
    ),
}


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("named", ["first", "last"])
def test_every_answer_is_read_whichever_version_the_contract_names(chain, named):
    forms, places = CHAINS[chain]
    asked = [place for place in places if place]
    drops = [] if named == "first" else ["H/Respect", "h/respect"]
    agreement = contract({asked[0 if named == "first" else -1]: "x"}, drops=drops)
    found = read(agreement, forms, *({place: "4"} if place else {} for place in places))
    assert found == [{"x": "4"} if place else {} for place in places]


def test_a_rename_is_told_and_one_that_the_contract_lists_is_not():
    forms = CHAINS["a name that changes twice"][0]
    assert plan(contract({"r": "x"}, drops=["other"]), forms).notices == ("r was renamed to s", "s was renamed to t")
    assert plan(contract({"r": "x", "s": "x", "t": "x"}, drops=["other"]), forms).notices == ()


STOPS = {
    "a copied row with its kuid": (
        versions([q("r", "k1"), q("men", "k1")]),
        r"men has the \$kuid of r in version v1, .*: map or drop",
        "add '- men' to drops",
    ),
    "a copied row in a later version": (
        versions([q("r", "k1")], [q("r", "k1")], [q("r", "k1"), q("men", "k1")]),
        r"men has the \$kuid of r in version v3, .*: map or drop",
        "add '- men' to drops",
    ),
    "another path has the kuid, and the path another": (
        versions([KEPT, q("r", "k1")], [KEPT, q("r", "k2", "new"), q("s", "k1")]),
        r"the question of r \(version v1\) stands at s in version v2 by its \$kuid, and another at r: map or drop",
        "'- {path: r, version: v2, same: true}'",
    ),
    "two questions that exchanged their names": (
        versions([q("r", "k1"), q("s", "k2")], [q("r", "k2"), q("s", "k1")]),
        r"r of version v2 is by its path r of version v1, and by its \$kuid s of version v1: map or drop",
        "'- {path: r, version: v2, same: false}'",
    ),
    "a copied row that exchanged its name with the other": (
        versions([q("r", "k1"), q("men", "k1")], [q("men", "k1", "r"), q("r", "k1", "men")]),
        r"another question seems to stand at r from version v2 on: .*'r', now 'men': same meaning\?",
        "same: false",
    ),
    "a path that another question took over": (
        versions([KEPT, q("r", "k1", "I am respected")], [KEPT, q("r", "k1")], [KEPT, q("r", "k9", "I was promoted")]),
        r"another question seems to stand at r from version v3 on: .*'r', now 'I was promoted': same meaning\?",
        "'- {path: r, version: v3, same: true}'",
    ),
    "a question that vanished in the middle": (
        versions([q("r", "k1")], [q("s", "k2")], [q("r", "k3")]),
        "question r vanished, s appeared: map or drop",
        "'s: x'",
    ),
    "a question that came back under another name": (
        versions([KEPT, q("r", "k1")], [KEPT], [KEPT, q("s", "k2")]),
        "question r vanished, s appeared: map or drop",
        "'s: x'",
    ),
    "a group that split in two": (
        versions([q("a/r", "k1")], [q("b/r", "k2"), q("c/r", "k3")]),
        "question a/r vanished, b/r, c/r appeared: map or drop",
        "'b/r: x'",
    ),
    "a group that came back beside its other self": (
        versions([q("a/r", "k1")], [q("b/r", "k2")], [q("a/r", "k3"), q("b/r", "k4")]),
        "were one question before: map or drop",
        "to drops",
    ),
    "a row that became another question altogether": (
        [form(1, [KEPT, q("r", "k1", "I am respected")]), form(2, [KEPT, q("s", "k1", "Your rank")], {"a": "Low", "b": "High"})],
        r"s of version v2 has the \$kuid of r of version v1, but .*: same meaning\?",
        "same: false",
    ),
}


@pytest.mark.parametrize("case", STOPS)
def test_what_no_rule_decides_stops_the_form_with_the_line_to_add(case):
    forms, what, line = STOPS[case]
    with pytest.raises(MappingError, match=what) as caught:
        drops = ["men"] if "exchanged its name with" in case else []
        plan(contract({"r" if any(q.path == "r" for q in forms[0].questions) else "a/r": "x"}, drops=drops), forms)
    assert line in str(caught.value) and "catalogue/sources/kobo/pulse.yml" in str(caught.value)


def test_what_the_contract_does_not_map_may_change_as_it_likes():
    agreement = contract({"mapped": "x"}, drops=["r", "men", "s"])
    for forms, _, _ in STOPS.values():
        rows = [*forms[0].questions]
        assert rows
        with_mapped = [
            type(one)(one.version_uid, (*one.questions, *form(1, [q("mapped", "m")]).questions), one.choices) for one in forms
        ]
        assert read(agreement, with_mapped, *[{"mapped": "2"}] * len(forms)) == [{"x": "2"}] * len(forms)


@pytest.mark.parametrize("line", ["fields", "drops"])
def test_a_copied_row_that_is_spoken_of_lets_the_form_go_on(line):
    forms = versions([q("r", "k1"), q("men", "k1")], [q("r", "k1"), q("men", "k1")])
    agreement = contract({"r": "x"} | ({"men": "y"} if line == "fields" else {}), drops=["men"] if line == "drops" else [])
    both = {"x": "5"} | ({"y": "1"} if line == "fields" else {})
    alone = {"y": "1"} if line == "fields" else {}
    assert read(agreement, forms, {"r": "5", "men": "1"}, {"men": "1"}) == [both, alone]


def test_the_kuid_of_a_copied_row_is_followed_nowhere():
    forms = versions([KEPT, q("r", "k1"), q("men", "k1")], [KEPT, q("women", "k1"), q("men", "k1")])
    with pytest.raises(MappingError, match="question r vanished, women appeared"):
        plan(contract({"r": "x"}, drops=["men"]), forms)


# The answers to "same meaning?"


def same(path, version, is_same):
    return {"path": path, "version": version, "same": is_same}


TAKEN = versions(
    [KEPT, q("r", "k1", "I am respected")], [KEPT, q("r", "k9", "I was promoted")], [KEPT, q("r", "k9", "I was promoted")]
)


@pytest.mark.parametrize(("is_same", "later"), [(True, {"x": "4"}), (False, {})])
def test_both_answers_about_a_path_that_was_taken_over_hold_from_that_version_on(is_same, later):
    agreement = contract({"r": "x"}, drops=["other"], same_meaning=[same("r", "v2", is_same)])
    assert read(agreement, TAKEN, *[{"r": "4"}] * 3) == [{"x": "4"}, later, later]
    told = "r is another question from version v2 on, as same_meaning says"
    assert (told in plan(agreement, TAKEN).notices) is not is_same


def test_where_a_path_had_two_meanings_an_answer_of_no_known_version_stays_and_is_counted():
    agreement = contract({"r": "x"}, drops=["other"], same_meaning=[same("r", "v2", False)])
    reader = Reader(agreement, plan(agreement, TAKEN))
    assert [reader.answers(said) for said in ({"r": "4"}, {"r": "4", "__version__": "v7"}, {"other": "1"})] == [{}, {}, {}]
    assert reader.unknown["x"] == 2
    assert reader.answers({"r": "4", "__version__": "v2"}) == {} and reader.unknown["x"] == 2


SWAPPED = versions([q("r", "k1"), q("s", "k2")], [q("r", "k2"), q("s", "k1")], [q("r", "k2"), q("s", "k1")])


@pytest.mark.parametrize(("is_same", "later"), [(True, {"x": "1", "y": "5"}), (False, {"x": "5", "y": "1"})])
def test_both_answers_about_exchanged_names_are_kept(is_same, later):
    answers = [same("r", "v2", is_same), same("s", "v2", is_same)]
    agreement = contract({"r": "x", "s": "y"}, same_meaning=answers)
    assert read(agreement, SWAPPED, *[{"r": "1", "s": "5"}] * 3) == [{"x": "1", "y": "5"}, later, later]


DISPLACED = versions(
    [KEPT, q("r", "k1")], [KEPT, q("r", "k2", "new"), q("s", "k1", "r")], [KEPT, q("s", "k1", "r"), q("r", "k2", "new")]
)


@pytest.mark.parametrize(("is_same", "place"), [(True, "r"), (False, "s")])
def test_both_answers_about_a_question_that_made_room_for_another(is_same, place):
    agreement = contract({"r": "x"}, drops=["other"], same_meaning=[same("r", "v2", is_same)])
    found = read(agreement, DISPLACED, {"r": "3"}, *[{"r": "1", "s": "5"}] * 2)
    assert found == [{"x": "3"}, *[{"x": {"r": "1", "s": "5"}[place]}] * 2]


def test_a_path_may_become_the_question_of_its_field_again():
    forms = [form(1, [q("r", "k1")]), form(2, [q("r", "k1")], REVERSED), form(3, [q("r", "k1")]), form(4, [q("r", "k1")])]
    with pytest.raises(MappingError, match=r"r: code \d was .* in version v2 and is .* in version v3: same meaning"):
        plan(contract({"r": "x"}, same_meaning=[same("r", "v2", False)]), forms)
    agreement = contract({"r": "x"}, same_meaning=[same("r", "v2", False), same("r", "v3", True)])
    assert read(agreement, forms, *[{"r": "4"}] * 4) == [{"x": "4"}, {}, {"x": "4"}, {"x": "4"}]


def test_a_path_that_the_contract_does_not_name_may_become_the_question_of_its_field_again():
    forms = [form(n, [q("r" if n == 1 else "s", "k1", "r")], REVERSED if n == 2 else SCALE) for n in (1, 2, 3, 4)]
    with pytest.raises(MappingError, match=r"s: code \d was .* in version v2 and is .* in version v3: same meaning"):
        plan(contract({"r": "x"}, same_meaning=[same("s", "v2", False)]), forms)
    for is_same, later in ((True, {"x": "4"}), (False, {})):
        agreement = contract({"r": "x"}, same_meaning=[same("s", "v2", False), same("s", "v3", is_same)])
        assert read(agreement, forms, {"r": "4"}, *[{"s": "4"}] * 3) == [{"x": "4"}, {}, later, later]


@pytest.mark.parametrize(
    ("path", "version", "why"), [("r", "v7", "no version of the form is v7"), ("gone", "v2", "version v2 has no question gone")]
)
def test_an_answer_about_no_question_is_refused_with_the_versions_there_are(path, version, why):
    with pytest.raises(MappingError, match=why) as caught:
        plan(contract({"r": "x"}, drops=["other"], same_meaning=[same(path, version, True)]), TAKEN)
    assert "the versions are v1, v2, v3" in str(caught.value)


def test_an_answer_is_given_once():
    with pytest.raises(ValueError, match="'r' is answered twice for version v2"):
        contract({"r": "x"}, same_meaning=[same("r", "v2", True), same("r", "v2", False)])


# Versions in which nobody answered


def test_a_version_without_answers_asks_nothing_and_is_asked_about_only_where_it_matters():
    forms = versions([q("old", "k1")], [q("r", "k2")], [q("r", "k3")])
    asked = []
    agreement = contract({"r": "x"})
    assert plan(agreement, forms, lambda uid: asked.append(uid) or False).fields[0].path == "r"
    assert asked == ["v1"]
    with pytest.raises(MappingError, match="question r appeared, old vanished: map or drop"):
        plan(agreement, forms, lambda uid: True)
    quiet = CHAINS["a name that goes back"][0]
    plan(contract({"r": "x"}), quiet, lambda uid: asked.append(uid) or False)
    assert asked == ["v1"]


def test_a_question_of_a_mapped_name_that_nobody_spoke_of_stops_the_form_where_the_field_is_missing():
    forms = [
        form(1, [KEPT, q("a/r", "k1")]),
        form(2, [KEPT, q("b/r", "k2", "other words")], {"y": "Yes"}),
        form(3, [KEPT, q("a/r", "k1")]),
    ]
    forms[1] = type(forms[1])("v2", tuple(type(one)(**{**one.__dict__, "type": "select_multiple"}) if one.name == "r" else one for one in forms[1].questions), forms[1].choices)  # fmt: skip
    with pytest.raises(MappingError, match=r"b/r of version v2 has the name of a mapped question, .*: map or drop"):
        plan(contract({"a/r": "x"}), forms)
    assert plan(contract({"a/r": "x"}), forms, lambda uid: False).fields[0].path == "a/r"
