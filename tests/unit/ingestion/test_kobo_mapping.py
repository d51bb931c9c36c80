"""A contract aligned with the versions of a form: renames are followed where that is certain, else a person is asked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.kobo.form import Choice, Form, Question, read_form
from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from parity.catalogue import KoboContract


def contract(fields, **others):
    return KoboContract.model_validate(
        {"name": "pulse", "asset_name": "Pulse", "fields": fields, "weight": {"frame": {"A": 10}}} | others
    )


def question(path, kuid=None, type="select_one", list_name="yn", repeats=()):
    return Question(path, path.split("/")[-1], type, list_name if type.startswith("select") else None, kuid, repeats, {})


def version(uid, *questions, codes=("y", "n")):
    return Form(uid, questions, {"yn": tuple(Choice("yn", code, {}) for code in codes)})


def paths(planned):
    return {entry.path: entry.field for entry in planned.fields}


def test_a_renamed_question_is_followed_by_its_kuid():
    forms = [version("v1", question("a/old", "k1")), version("v2", question("a/new", "k1"))]
    assert paths(plan(contract({"a/old": "x"}), forms)) == {"a/old": "x", "a/new": "x"}


def test_a_contract_that_names_the_new_path_reads_the_old_one_too():
    forms = [version("v1", question("a/old", "k1")), version("v2", question("a/new", "k1"))]
    assert paths(plan(contract({"a/new": "x"}), forms)) == {"a/new": "x", "a/old": "x"}


def test_an_import_that_renews_every_kuid_keeps_questions_by_path():
    forms = [version("v1", question("a", "k1"), question("b", "k2")), version("v2", question("a", "k3"), question("b", "k4"))]
    planned = plan(contract({"a": "x", "b": "y"}), forms)
    assert (paths(planned), planned.notices) == ({"a": "x", "b": "y"}, ())


def test_a_question_moved_to_another_group_is_followed_and_told():
    forms = [version("v1", question("a/q", "k1")), version("v2", question("b/q", "k9"))]
    planned = plan(contract({"a/q": "x"}), forms)
    assert paths(planned) == {"a/q": "x", "b/q": "x"}
    assert planned.notices == ("a/q moved to b/q",)


def test_a_question_that_may_have_moved_to_two_places_stops_the_form():
    forms = [version("v1", question("a/q", "k1")), version("v2", question("b/q", "k8"), question("c/q", "k9"))]
    with pytest.raises(MappingError, match="question a/q vanished, b/q, c/q appeared"):
        plan(contract({"a/q": "x"}), forms)


def test_a_path_that_the_contract_drops_is_not_followed_by_its_kuid():
    forms = [version("v1", question("a", "k1")), version("v2", question("b", "k1"))]
    assert paths(plan(contract({"a": "x"}, drops=["b"]), forms)) == {"a": "x"}


def test_of_two_paths_of_one_field_the_first_that_was_answered_counts():
    agreement = contract({"new": "x", "old": "x"})
    reader = Reader(agreement, plan(agreement, [version("v1", question("old")), version("v2", question("new"), question("old"))]))
    assert [reader.answers(said)["x"] for said in ({"new": "y", "old": "n"}, {"old": "n"}, {"old": "n", "new": "y"})] == [
        "y",
        "n",
        "y",
    ]


def test_a_question_that_vanished_while_another_appeared_stops_the_form_with_a_remedy():
    forms = [version("v1", question("a", "k1")), version("v2", question("b", "k9"))]
    with pytest.raises(MappingError, match="question a vanished, b appeared: map or drop") as caught:
        plan(contract({"a": "x"}), forms)
    assert "'b: x'" in str(caught.value) and "drops" in str(caught.value) and "pulse.yml" in str(caught.value)


@pytest.mark.parametrize("answer", [{"fields": {"a": "x", "b": "x"}}, {"fields": {"a": "x"}, "drops": ["b"]}])
def test_either_answer_lets_the_form_go_on(answer):
    forms = [version("v1", question("a", "k1")), version("v2", question("b", "k9"))]
    planned = plan(contract(answer["fields"], drops=answer.get("drops", [])), forms)
    assert paths(planned) == answer["fields"]


def test_a_question_no_longer_asked_is_told_and_its_answers_stay():
    forms = [version("v1", question("a"), question("b")), version("v2", question("a"))]
    planned = plan(contract({"a": "x", "b": "y"}), forms)
    assert paths(planned) == {"a": "x", "b": "y"} and planned.notices == ("b is no longer asked",)


def test_a_path_of_no_version_is_refused_by_name():
    with pytest.raises(MappingError, match="no version of the form has profile/gendr"):
        plan(contract({"profile/gendr": "gender"}), [version("v1", question("profile/gender"))])


@pytest.mark.parametrize("kind", ["text", "image", "geopoint", "deviceid", "username", "audio", "file", "phonenumber", "barcode"])
def test_what_may_point_at_a_person_is_refused_though_the_contract_lists_it(kind):
    with pytest.raises(MappingError, match=f"a is of type {kind}"):
        plan(contract({"a": "x"}), [version("v1", question("a", type=kind))])


def test_a_question_that_became_free_text_in_a_later_version_is_refused():
    with pytest.raises(MappingError, match="never leaves the landing"):
        plan(contract({"a": "x"}), [version("v1", question("a", "k")), version("v2", question("a", "k", type="text"))])


def test_the_codes_of_every_version_leave_and_others_are_counted_and_stay():
    forms = [version("v1", question("a"), codes=("1", "2")), version("v2", question("a"), codes=("2", "3"))]
    agreement = contract({"a": "x"})
    reader = Reader(agreement, plan(agreement, forms))
    assert [reader.answers({"a": code}) for code in ("1", "3", "my boss")] == [{"x": "1"}, {"x": "3"}, {}]
    assert reader.unknown == {"x": 1}


def test_of_several_choices_only_the_unknown_one_stays():
    agreement = contract({"a": "x"})
    reader = Reader(agreement, plan(agreement, [version("v", question("a", type="select_multiple"))]))
    assert reader.answers({"a": "y Maria n"}) == {"x": ["y", "n"]}
    assert reader.answers({"a": "Maria"}) == {} and reader.unknown == {"x": 2}


@pytest.mark.parametrize(
    ("kind", "kept", "stays"),
    [
        ("integer", ["12", "-3"], ["my boss", "12 years", ""]),
        ("decimal", ["12.5", "+0.25"], ["1e9 or so", "12,5"]),
        ("date", ["2026-11-24"], ["last Monday"]),
        ("datetime", ["2026-11-24T08:30:00.000+07:00"], ["2026-11-24 by my boss"]),
    ],
)
def test_words_where_a_number_or_a_date_belongs_stay_in_the_landing(kind, kept, stays):
    agreement = contract({"a": "x"})
    reader = Reader(agreement, plan(agreement, [version("v", question("a", type=kind))]))
    assert [reader.answers({"a": value}) for value in kept] == [{"x": value} for value in kept]
    assert [reader.answers({"a": value}) for value in stays] == [{}] * len(stays)
    assert reader.unknown == {"x": len(stays)}


def test_a_map_of_codes_that_no_version_offers_is_refused_where_all_are_and_told_where_some_are():
    forms = [version("v1", question("a")), version("v2", question("a"), codes=("y", "n", "q"))]
    with pytest.raises(MappingError, match="value_maps lists Yes, No for x, and the form offers n, q, y"):
        plan(contract({"a": "x"}, value_maps={"x": {"Yes": "1", "No": "0"}}), forms)
    some = plan(contract({"a": "x"}, value_maps={"x": {"y": "1", "No": "0", "w": "2"}}), forms)
    assert some.notices == tuple(f"value_maps of x has '{code}', which no version of the form offers" for code in ("No", "w"))
    assert plan(contract({"a": "x"}, value_maps={"x": {"y": "1", "q": "0"}}), forms).notices == ()


def test_a_question_not_in_the_contract_is_told_and_stays():
    planned = plan(contract({"a": "x"}), [version("v1", question("a"), question("b"))])
    assert planned.notices == ("not in the contract, stays in the landing: b",)


# On the recorded form

RECORDED = {
    "profile/site": "site",
    "profile/tenure_months": "tenure",
    "barriers": "barriers",
    "incidents/kind": "kind",
    "incidents/witnesses/w_tags": "tags",
    "wellbeing/wb_energy": "energy",
}


@pytest.fixture(scope="module")
def reader(shared_data):
    traffic = shared_data / "kobo" / "traffic"
    contents = [
        json.loads((traffic / f"13_version_detail_{number}.json").read_text())["response"]["json"]["content"] for number in (1, 0)
    ]
    agreement = contract(RECORDED)
    return Reader(agreement, plan(agreement, [read_form(str(at), content) for at, content in enumerate(contents)]))


def test_several_choices_and_nested_repeats_are_read_as_recorded(reader):
    record = {
        "barriers": "bias time",
        "incidents": [
            {"incidents/kind": "har", "incidents/witnesses": [{"incidents/witnesses/w_tags": "time money"}]},
            {"incidents/kind": "exc"},
        ],
        "profile/site": "other",
    }
    assert reader.answers(record) == {
        "barriers": ["bias", "time"],
        "kind": {"1": "har", "2": "exc"},
        "tags": {"1.1": ["time", "money"]},
        "site": "other",
    }


def test_a_repeat_that_became_scalar_is_its_one_instance(reader):
    assert reader.answers({"incidents/kind": "har"}) == {"kind": {"1": "har"}}


def test_a_repeat_without_instances_has_no_answer(reader):
    assert reader.answers({"incidents": []}) == {}


def test_no_answer_of_the_recorded_submissions_leaves_but_those_of_the_contract(reader, shared_data):
    body = json.loads((shared_data / "kobo" / "traffic" / "data" / "final_all_limit1000.json").read_text())["response"]["json"]
    told = set()
    for record in body["results"]:
        kept = reader.submission(record)
        told |= set(kept.answers)
        private = [record.get(name) for name in ("comments", "location", "photo", "voice", "deviceid", "username")]
        assert not any(text and text in json.dumps(dict(kept.answers)) for text in private)
    assert told == set(RECORDED.values())


SCALARS = st.text(max_size=8) | st.integers() | st.none() | st.booleans()
NODES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(RECORDED)) | st.text(max_size=12), inner, max_size=4))  # fmt: skip
SECRET = "a word that only one person would say"


@pytest.mark.slow
@given(
    record=st.dictionaries(
        st.sampled_from([*sorted(RECORDED), "incidents", "incidents/witnesses"]) | st.text(max_size=12), NODES
    ),
    where=st.text(max_size=12).filter(lambda key: key not in (*RECORDED, "incidents", "incidents/witnesses")),
)
def test_whatever_a_submission_holds_no_unlisted_key_leaves(record, where):
    agreement = contract(RECORDED)
    planned = plan(agreement, [version("v", *(question(path) for path in RECORDED))])
    kept = Reader(agreement, planned).submission({"_id": 1, "_uuid": "u"} | record | {where: SECRET})
    assert SECRET not in str(kept.answers)
    assert set(kept.answers) <= set(RECORDED.values())


def test_an_earlier_name_that_no_version_of_this_project_has_is_passed_over_as_long_as_its_field_is_served():
    fields = {"a/new": "x", "a/older": "x", "a/oldest": "x", "b": "y"}
    forms = [version("v1", question("a/new", "k1"), question("b", "k2"))]
    assert paths(plan(contract(fields), forms)) == {"a/new": "x", "b": "y"}
    forms = [version("v0", question("a/older", "k0"), question("b", "k2")), *forms]
    assert paths(plan(contract(fields), forms)) == {"a/new": "x", "a/older": "x", "b": "y"}


def test_a_field_of_which_no_name_is_in_any_version_is_refused_with_all_of_them():
    forms = [version("v1", question("b", "k2")), version("v2", question("b", "k2"))]
    with pytest.raises(MappingError, match=r"no version of the form has a/new, a/older\. Correct"):
        plan(contract({"a/new": "x", "a/older": "x", "b": "y"}), forms)
