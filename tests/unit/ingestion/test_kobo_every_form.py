"""Every form in the field: each is read, or refused with a remedy, and nothing that may not leave the landing leaves.

Forms of every type of question that pyxform knows, made of random groups, repeats, scores, ranks, matrices and calculations; and those of
the recorded traffic with all its submissions. What is private is known from how a form was made, not from the code that is tried.
"""

import json
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

import pytest
from pyxform.aliases import select
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2xform import convert

from ingestion.kobo.form import read_form
from ingestion.kobo.leaving import Leaving
from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from parity.catalogue.kobo_contract import METADATA
from tests.unit.ingestion.test_kobo_mapping import contract

CODES = ("y", "n")
CHOICES = [{"list_name": "yn", "name": code, "label": code.upper()} for code in CODES]
SAFE = {"integer": "42", "decimal": "4.5", "range": "7", "date": "2026-01-02", "time": "08:30:00.000+07:00"} | {
    "dateTime": "2026-01-02T08:30:00.000+07:00",
    "acknowledge": "OK",
    "select_one yn": "y",
    "select_multiple yn": "y n",
    "rank yn": "n y",
}
PRIVATE = [
    "text",
    "note",
    "image",
    "audio",
    "video",
    "file",
    "geopoint",
    "geotrace",
    "geoshape",
    "barcode",
    "email",
    "phonenumber",
]
PRIVATE += ["deviceid", "username", "start", "end", "select_one_from_file staff.csv", "select_multiple_from_file staff.csv"]


def everything_that_may_leave(*contents):
    """The versions, and a reader under a contract that lists all that the judge lets out in each."""
    forms = [read_form(str(number), content) for number, content in enumerate(contents)]
    judged = [(question.path, Leaving(form).judge(question)) for form in forms for question in form.questions]
    stays = {path for path, found in judged if found.stays}
    agreement = contract({path: path for path, _ in judged if path not in stays | METADATA})
    return forms, Reader(agreement, plan(agreement, forms))


def leaves(answer):
    """The single values of an answer."""
    if isinstance(answer, dict):
        return [one for inner in answer.values() for one in leaves(inner)]
    return answer if isinstance(answer, list) else [answer]


# Each type alone


def xform_paths(xform):
    """The paths of the answers, as a phone gets them."""
    model = next(node for node in ET.fromstring(xform).iter() if node.tag.endswith("}instance"))

    def walk(node, above):
        children = [child for child in node if not child.tag.endswith("}meta")]
        name = node.tag.rpartition("}")[2]
        return [path for child in children for path in walk(child, [*above, name])] or ["/".join([*above[1:], name])]

    return {path for path in walk(model[0], []) if path}


def spelt(kind):
    """A type with the list that pyxform wants behind it."""
    if "file" in kind and kind in select:
        return f"{kind} staff.csv"
    return f"{kind} yn" if kind in select else kind


def row(kind):
    others = (
        {"calculation": "1 + 1"} if "calculate" in kind else {"parameters": "start=1 end=9 step=1"} if kind == "range" else {}
    )
    return {"type": spelt(kind), "name": "asked", "label": "Asked?"} | others


KINDS = sorted({*QUESTION_TYPE_DICT, *select})


def as_xform(survey):
    sheets = {"survey": survey, "choices": CHOICES, "settings": [{"form_title": "t", "form_id": "t"}]}
    return convert(xlsform=sheets, warnings=[], validate=False).xform


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_type_is_read_or_refused_with_a_remedy_and_lets_no_name_out(kind):
    content = {"survey": [row(kind)], "choices": CHOICES, "translations": [None]}
    form = read_form("v", content)
    try:
        reader = Reader(agreement := contract({"asked": "asked"}), plan(agreement, [form]))
    except MappingError as error:
        assert re.search(r"pulse: asked (is of type|takes its choices from) .*\. Remove it from fields", str(error))
    else:
        said = ["Somchai", "0812345678", "Somchai Jaidee", "081-234-5678", "13.75 100.5 0 0", "a@b.org", "photo.jpg"]
        assert [reader.answers({"asked": one}) for one in said] == [{}] * len(said)


def test_paths_are_those_that_pyxform_gives_to_the_questions():
    rows = []
    for number, kind in enumerate([*SAFE, *PRIVATE[:1], *PRIVATE[2:]]):
        named = row(kind.partition(" ")[0]) | {"type": kind, "name": f"q{number}"}
        rows += [{"type": "begin_group", "name": f"g{number}", "label": "G"}, named, {"type": "end_group"}]
    rows = [{"type": "begin_repeat", "name": "r", "label": "R"}, *rows, {"type": "end_repeat"}]
    form = read_form("v", {"survey": rows, "choices": CHOICES, "translations": [None]})
    assert {question.path for question in form.questions} == xform_paths(as_xform(rows))


# Random forms


@dataclass
class Made:
    """A form under construction, and what its makers know: the questions that may be referred to, and the private answers."""

    rng: random.Random
    survey: list = field(default_factory=list)
    private: dict = field(default_factory=dict)  # name → the answer that points at a person
    harmless: list = field(default_factory=list)
    straight: set = field(default_factory=set)  # of the harmless, those that a respondent answers
    record: dict = field(default_factory=dict)
    n: int = 0

    def name(self):
        self.n += 1
        return f"q{self.n}"

    def secret(self):
        """What a person could be found by, each once: a name, or digits that could pass for a number, a day or a code."""
        mark = f"{self.rng.randrange(10**6):06d}{self.n:03d}"
        return self.rng.choice([f"Somchai-{mark}", f"7{mark}", f"19{mark[:2]}-01-1{mark[3]}T08:30:0{mark[4]}.{mark[6:9]}"])


def make(seed):
    made = Made(random.Random(seed))
    _rows(made, [], made.record, depth=0)
    content = {"survey": made.survey, "choices": CHOICES, "translations": [None]}
    return made, content


def _rows(made, above, node, depth):
    for _ in range(made.rng.randint(3, 6)):
        kind = made.rng.choice(
            ["safe", "private", "private", "calculation", "calculation", "group", "repeat", "score", "rank", "matrix"]
        )
        if kind in ("group", "repeat") and depth < 3:
            _container(made, kind, above, node, depth)
        elif kind in ("score", "rank", "matrix"):
            _kobo(made, kind, above, node)
        elif kind == "calculation":
            _calculation(made, above, node)
        else:
            _question(made, kind == "private", above, node)


def _question(made, is_private, above, node):
    name, kind = made.name(), made.rng.choice(PRIVATE if is_private else list(SAFE))
    kind = "select_one" if is_private and kind == "note" else kind
    others = {"select_from_list_name": f"${{{name}x}}"} if kind == "select_one" else {}
    words = kind.split()
    if len(words) > 1 and words[1] == "yn":
        kind, others = words[0], {"select_from_list_name": "yn"}
    made.survey.append({"type": kind, "name": name, "label": [name]} | others)
    answer = made.secret() if is_private else SAFE[" ".join(words)]
    node["/".join([*above, name])] = answer
    if is_private:
        made.private[name] = answer
    else:
        made.harmless.append((name, answer))
        made.straight.add(name)


def _calculation(made, above, node):
    name, kind = made.name(), made.rng.choice(["calculate", "hidden", "integer", "dateTime"])
    source = made.rng.choice([*made.private.items(), *made.harmless, ("", "5")])
    pattern = made.rng.choice(
        ["${%s}", "once(${%s})", "coalesce(., ${%s})", "if(1 = 1, ${%s}, '')", "concat(${%s}, '')", "string(number(${%s}))"]
    )
    cell = made.rng.choice(["calculation", "calculation", "default", "bind::calculate"])
    text = pattern.replace("%s", source[0]) if source[0] else "2 + 3"
    made.survey.append({"type": kind, "name": name, cell: text})
    node["/".join([*above, name])] = source[1]
    if source[0] in made.private:
        made.private[name] = source[1]
    else:
        made.harmless.append((name, source[1]))


def _container(made, kind, above, node, depth):
    name = made.name()
    made.survey.append({"type": f"begin_{kind}", "name": name, "label": [name]})
    if kind == "group":
        _rows(made, [*above, name], node, depth + 1)
    else:
        inner = {}
        _rows(made, [*above, name], inner, depth + 1)
        node["/".join([*above, name])] = [inner, dict(inner)]
    made.survey.append({"type": f"end_{kind}"})


def _kobo(made, kind, above, node):
    """A score and a rank of the form's own list, and a matrix of free text, whose lines are a list."""
    name, inner = made.name(), made.name()
    if kind == "matrix":
        made.survey += [
            {"type": "begin_kobomatrix", "name": name, "kobo--matrix_list": "yn"},
            {"type": "text", "name": inner, "label": [inner]},
            {"type": "end_kobomatrix"},
        ]
        for code in CODES:
            made.private[f"{name}_{code}_{inner}"] = made.secret()
            node["/".join([*above, f"{name}_{code}", f"{name}_{code}_{inner}"])] = made.private[f"{name}_{code}_{inner}"]
        return
    items, line = ("kobo--score-choices", "score__row") if kind == "score" else ("kobo--rank-items", "rank__level")
    made.survey += [
        {"type": f"begin_{kind}", "name": name, items: "yn"},
        {"type": line, "name": inner, "label": [inner]},
        {"type": f"end_{kind}"},
    ]
    node["/".join([*above, name, inner])] = "y"
    made.harmless.append((inner, "y"))
    made.straight.add(inner)


SEEDS = range(300)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_private_answer_of_a_random_form_leaves_and_what_is_harmless_does(seed):
    made, content = make(seed)
    _, reader = everything_that_may_leave(content)
    told = reader.answers(made.record)
    out = {one for answer in told.values() for one in leaves(answer)}
    assert not out & {part for answer in made.private.values() for part in (answer, *answer.split())}
    names = {path.rpartition("/")[2] for path in reader.contract.fields}
    assert not names & set(made.private)
    assert {name for name, _ in made.harmless} == names
    assert {path.rpartition("/")[2] for path in told} >= made.straight


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_contract_that_lists_every_question_of_a_random_form_is_refused_question_by_question(seed):
    made, content = make(seed)
    form = read_form("v", content)
    with pytest.raises(MappingError) as caught:
        plan(contract({question.path: question.path for question in form.questions}), [form])
    told = str(caught.value)
    assert len(made.private) > 1 and all(f"{name} " in told for name in made.private) and "Remove it from fields" in told


# The recorded traffic


def test_of_the_recorded_submissions_nothing_leaves_but_what_may(shared_data):
    traffic = shared_data / "kobo" / "traffic"
    contents = [json.loads((traffic / f"13_version_detail_{n}.json").read_text())["response"]["json"]["content"] for n in (1, 0)]
    records = json.loads((traffic / "data" / "final_all_limit1000.json").read_text())["response"]["json"]["results"]
    forms, reader = everything_that_may_leave(*contents)
    stays = {q.path for form in forms for q in form.questions} - set(reader.contract.fields)
    assert stays == {
        *(
            "start",
            "end",
            "today",
            "deviceid",
            "username",
            "intro",
            "comments",
            "legacy_comment",
            "team_size",
            "location",
            "photo",
        ),
        *("document", "voice", "profile/site_other", "incidents/what", "incidents/witnesses/w_role"),
    }
    assert len(records) > 300
    for record in records:
        told = reader.answers(record)
        assert set(told) <= set(reader.contract.fields)
        given = {path: _given(record, path) for path in told}
        assert all(set(leaves(answer)) <= given[path] for path, answer in told.items())
    assert reader.unknown.total() < 20  # the recording holds some answers that no client would send


def _given(node, path):
    """Every word that a record says under a key, at any depth."""
    if isinstance(node, list):
        return {word for inner in node for word in _given(inner, path)}
    if not isinstance(node, dict):
        return set()
    own = {node[path], *node[path].split()} if isinstance(node.get(path), str) else set()
    return own | {word for key, inner in node.items() if key != path for word in _given(inner, path)}
