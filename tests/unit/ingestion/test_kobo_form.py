"""A form's content read into questions: each path is the key that submissions carry."""

import json

import pytest

from ingestion.kobo.form import read_form

UNKNOWN_NODE = {"extra_node"}  # sent by the recording to see what the server does with a node of no form


def recorded(shared_data, name):
    return json.loads((shared_data / "kobo" / "traffic" / name).read_text())["response"]["json"]


@pytest.fixture
def form(shared_data):
    return read_form("v2", recorded(shared_data, "12_asset_deployed_v2.json")["content"])


def keys(record):
    """Every key of a submission, those of repeats included."""
    for key, value in record.items():
        yield key
        if isinstance(value, list):
            for instance in value:
                if isinstance(instance, dict) and not key.startswith("_"):
                    yield from keys(instance)


def test_every_answer_of_the_recorded_submissions_stands_at_a_path_of_some_version(shared_data):
    traffic = shared_data / "kobo" / "traffic"
    contents = [recorded(shared_data, name)["content"] for name in ("13_version_detail_0.json", "13_version_detail_1.json")]
    forms = [read_form(str(number), content) for number, content in enumerate(contents)]
    paths = {q.path for form in forms for q in form.questions}
    repeats = {repeat for form in forms for q in form.questions for repeat in q.repeats}
    metadata = {"formhub/uuid", "__version__"}
    seen = 0
    for name in sorted(traffic.glob("data/final_*.json")):
        body = json.loads(name.read_text())["response"].get("json") or {}
        for record in body.get("results", []):
            answers = {key for key in keys(record) if not key.startswith(("_", "meta/")) and key not in metadata}
            assert answers - paths - repeats <= UNKNOWN_NODE, name
            seen += len(answers)
    assert seen > 1000


def test_a_choice_of_ones_own_is_a_question_beside_and_a_code_of_its_list(form):
    by_path = {q.path: q for q in form.questions}
    assert by_path["profile/site_other"].type == "text"
    assert form.codes(by_path["profile/site"]) == {"nbo", "mex", "gva", "other"}
    assert form.codes(by_path["profile/department"]) == {"hr", "eng", "ops", "sales", "fin"}
    assert form.codes(by_path["profile/tenure_months"]) is None


def test_the_rows_of_a_score_share_its_choices(form):
    energy = next(q for q in form.questions if q.path == "wellbeing/wb_energy")
    assert form.codes(energy) == {"1", "2", "3", "4", "5"}


def test_nested_repeats_are_named_outermost_first(form):
    role = next(q for q in form.questions if q.name == "w_role")
    assert role.repeats == ("incidents", "incidents/witnesses")


def test_labels_are_kept_by_language(form):
    assert set(next(q for q in form.questions if q.name == "bel_1").labels) == {"English (en)", "Español (es)"}


def test_ranks_and_matrices_carry_the_name_of_the_group_that_the_server_makes():
    content = {
        "translations": [None],
        "survey": [
            {"type": "begin_group", "name": "g"},
            {"type": "begin_rank", "name": "prio", "kobo--rank-items": "things"},
            {"type": "rank__level", "name": "first", "$xpath": "first"},
            {"type": "rank__level", "name": "second", "$xpath": "second"},
            {"type": "end_rank"},
            {"type": "begin_kobomatrix", "name": "mx", "kobo--matrix_list": "people", "$xpath": "mx"},
            {"type": "select_one", "name": "agree", "select_from_list_name": "yn", "$kuid": "k", "$xpath": "agree"},
            {"type": "end_kobomatrix"},
            {"type": "end_group"},
        ],
        "choices": [
            {"list_name": "things", "name": "pay", "label": ["Pay"]},
            {"list_name": "people", "name": "boss", "label": ["Boss"]},
            {"list_name": "people", "name": "peer", "label": ["Peer"]},
            {"list_name": "yn", "name": "y", "label": ["Yes"]},
        ],
    }
    form = read_form("v", content)
    assert [q.path for q in form.questions] == [
        "g/prio/first",
        "g/prio/second",
        "g/mx_boss/mx_boss_agree",
        "g/mx_peer/mx_peer_agree",
    ]
    assert form.codes(form.questions[0]) == {"pay"}
    assert form.codes(form.questions[2]) == {"y"}
    assert len({q.kuid for q in form.questions[2:]}) == 2


def test_a_form_of_one_unnamed_language_still_has_labels():
    content = {"translations": [None], "survey": [{"type": "integer", "name": "a", "label": ["How many?"]}], "choices": []}
    assert read_form("v", content).questions[0].labels == {"default": "How many?"}


def form_of(*survey, choices=(), translations=(None,)):
    return read_form("v", {"translations": list(translations), "survey": list(survey), "choices": list(choices)})


def test_groups_and_repeats_that_end_are_not_part_of_what_follows():
    form = form_of(
        {"type": "integer", "name": "first"},
        {"type": "begin_group", "name": "g"},
        {"type": "begin_repeat", "name": "r"},
        {"type": "begin_repeat", "$autoname": "inner"},
        {"type": "integer", "name": "deep"},
        {"type": "end_repeat"},
        {"type": "integer", "name": "shallow"},
        {"type": "end_repeat"},
        {"type": "integer", "$autoname": "by_itself"},
        {"type": "end_group"},
        {"type": "end_group"},
        {"type": "integer", "name": "last"},
        {"type": "note"},
    )
    assert {question.path: question.repeats for question in form.questions} == {
        "first": (),
        "g/r/inner/deep": ("g/r", "g/r/inner"),
        "g/r/shallow": ("g/r",),
        "g/by_itself": (),
        "last": (),
    }


def test_another_answer_of_ones_own_adds_a_code_and_a_private_question():
    form = form_of(
        {"type": "select_one", "name": "a", "select_from_list_name": "yn", "_or_other": True},
        {"type": "select_one", "name": "b", "select_from_list_name": "yn"},
        {"type": "select_one", "name": "c", "select_from_list_name": "from_a_file"},
        choices=[
            {"list_name": "yn", "name": "y"},
            {"list_name": "yn", "$autovalue": 0},
            {"name": "of_no_list"},
            {"list_name": "yn"},
        ],
    )
    a, other, b, c = form.questions
    assert (other.path, other.type, other.list_name) == ("a_other", "text", None)
    assert (form.codes(a), form.codes(b), form.codes(c), form.codes(other)) == ({"y", "0", "other"}, {"y", "0"}, None, None)


@pytest.mark.parametrize(
    ("label", "languages", "labels"),
    [
        ("How many?", [None], {"default": "How many?"}),
        (["How many?", "¿Cuántos?"], ["en", "es"], {"en": "How many?", "es": "¿Cuántos?"}),
        (["How many?", None], ["en", "es"], {"en": "How many?"}),
        (["How many?"], ["en", "es"], {"en": "How many?"}),
        (None, ["en"], {}),
    ],
)
def test_a_label_is_kept_in_each_language_that_has_one(label, languages, labels):
    assert form_of({"type": "integer", "name": "a", "label": label}, translations=languages).questions[0].labels == labels


@pytest.mark.parametrize(
    ("said", "required"),
    [(True, "yes"), ("true", "yes"), ("yes", "yes"), ("true()", "yes"), (False, None), ("", None), (None, None)],
)
def test_conditions_of_groups_are_those_of_their_questions(said, required):
    form = form_of(
        {"type": "begin_group", "name": "g", "relevant": "${x} = 1"},
        {"type": "integer", "name": "a", "relevant": "${y} = 2", "required": said, "constraint": ". > 0"},
        {"type": "end_group"},
        {"type": "integer", "name": "b"},
    )
    a, b = form.questions
    assert (a.logic["relevant"], a.logic.get("required"), a.logic["constraint"]) == (
        "(${x} = 1) and (${y} = 2)",
        required,
        ". > 0",
    )
    assert b.logic == {}


def test_answers_carry_the_name_that_the_server_made_of_a_rows_own():
    form = form_of(
        {"type": "begin_group", "name": "my group", "$autoname": "my_group"},
        {"type": "integer", "name": "1. How many?", "$autoname": "_1_How_many"},
        {"type": "integer", "name": "a", "$autoname": "a_001"},
        {"type": "begin_repeat", "name": "r r", "$autoname": "r_r"},
        {"type": "select_one", "name": "b", "select_from_list_name": "yn"},
        {"type": "end_repeat"},
        {"type": "end_group"},
        choices=[{"list_name": "yn", "name": "y e s", "$autovalue": "y_e_s"}, {"list_name": "yn", "name": "no"}],
    )
    assert [question.path for question in form.questions] == [
        "my_group/_1_How_many",
        "my_group/a_001",
        "my_group/r_r/b",
    ]
    assert [question.name for question in form.questions] == ["_1_How_many", "a_001", "b"]
    assert form.questions[2].repeats == ("my_group/r_r",) and form.codes(form.questions[2]) == {"y_e_s", "no"}


RECORDED = ("05_asset_deployed_v1", "12_asset_deployed_v2", "13_version_detail_0", "13_version_detail_1", "20_asset_final")


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_version_has_the_paths_that_the_server_wrote_into_it(shared_data, name):
    content = recorded(shared_data, f"{name}.json")["content"]
    written = {row["$xpath"] for row in content["survey"] if not row["type"].startswith(("begin_", "end_"))}
    assert {question.path for question in read_form("v", content).questions} == written | {"profile/site_other"}
    without = [{key: value for key, value in row.items() if key != "name"} for row in content["survey"]]
    assert read_form("v", content | {"survey": without}) == read_form("v", content) and len(written) == 37


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ({"$autoname": "Focal_point_Malee_081_234", "label": ["Focal point: Malee, 081 234 5678"]}, "g/note"),
        ({"name": "Focal_po_5678", "label": ["Focal point: Malee, 081 234 5678"]}, "g/note"),
        ({"name": "เบอร์_มาลี", "label": [None, "เบอร์ของ มาลี"]}, "g/note"),
        ({"name": "help", "label": ["Focal point: Malee"]}, "g/help"),
        ({"name": "help"}, "g/help"),
    ],
)
def test_a_note_that_is_called_after_its_words_is_shown_as_a_note(note, shown):
    content = {"survey": [{"type": "begin_group", "name": "g"}, {"type": "note"} | note], "translations": [None, "th"]}
    assert [question.shown for question in read_form("v", content).questions] == [shown]


def test_a_code_that_is_the_number_nought_is_a_code():
    form = read_form(
        "v", {"survey": None, "choices": [{"list_name": "l", "name": 0}, {"list_name": "l", "name": "", "$autovalue": "a"}]}
    )
    assert [choice.code for choice in form.choices["l"]] == ["0", "a"]
