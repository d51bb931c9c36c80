"""What may leave the landing is a list of what may: by type, by where choices come from, by what a calculation reads, by shape."""

import pytest
from pyxform.aliases import control, select
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from ingestion.kobo.form import read_form
from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from parity.catalogue.question_types import leaves_as
from tests.unit.ingestion.test_kobo_mapping import contract

NAME, PHONE = "Somchai", "0812345678"
CODES = [{"list_name": "yn", "name": code, "label": [code]} for code in ("y", "n")]


def form(*survey, choices=CODES):
    return read_form("v", {"survey": list(survey), "choices": choices, "translations": [None]})


def one(name, kind="select_one", **others):
    lists = {"select_from_list_name": "yn"} if kind in ("select_one", "select_multiple") else {}
    return {"type": kind, "name": name, "label": [name]} | lists | others


def reader(*survey, fields=("x",), choices=CODES):
    agreement = contract({name: name for name in fields})
    return Reader(agreement, plan(agreement, [form(*survey, choices=choices)]))


PRIVATE = [one("name", "text"), one("phone", "phonenumber"), one("age", "integer"), one("sex"), one("born", "date")]

# By type

KOBO = "score__row rank__level kobomatrix begin_score begin_rank begin_kobomatrix select_one_from_file select_multiple_from_file".split()
TYPES = sorted({*QUESTION_TYPE_DICT, *select, *control, *KOBO})
# Every spelling that pyxform or KoboToolbox knows and that may leave; whatever else they know, or will know, may not.
MAY = {
    *("select_one", "select_multiple", "rank", "score__row", "rank__level", "acknowledge", "trigger", "add acknowledge prompt"),
    *("q acknowledge", "integer", "int", "add integer prompt", "q int", "decimal", "add decimal prompt", "q decimal", "range"),
    *("percentage", "date", "add date prompt", "q date", "today", "get today", "time", "dateTime", "datetime", "date time"),
    *("add dateTime prompt", "add date time prompt", "q dateTime", "q date time", "calculate", "add calculate prompt"),
    *("q calculate", "hidden", "select one from", "select one using", "select multiple from", "select multiple using"),
    "select all that apply from",
}


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_that_pyxform_and_kobotoolbox_know_is_judged(kind):
    assert (leaves_as(kind) is not None) == (kind in MAY)


@pytest.mark.parametrize("kind", ["", "selfie", "select_one_from_tea_leaves", "TEXT", "integer2", "text yn", "begin-group"])
def test_a_type_that_nobody_knows_stays(kind):
    with pytest.raises(MappingError, match=r"x is of type .* never leaves the landing"):
        reader(one("x", kind))


@pytest.mark.parametrize(
    "kind", ["select_one_from_file staff.csv", "select_multiple_from_file staff.csv", "select_one_external staff"]
)
def test_choices_of_a_file_stay(kind):
    with pytest.raises(MappingError, match="x is of type select"):
        reader(one("x", kind))


@pytest.mark.parametrize("kind", ["select_one", "select_multiple", "rank"])
@pytest.mark.parametrize(("list_name", "told"), [("${name}", "earlier answers"), ("staff.csv", "'staff.csv'"), ("", "nowhere")])
def test_choices_that_the_form_does_not_offer_itself_stay(kind, list_name, told):
    with pytest.raises(MappingError, match=f"x takes its choices from {told}, not from a list in the form"):
        reader(*PRIVATE, {"type": kind, "name": "x", "select_from_list_name": list_name})


# By what a calculation reads


@pytest.mark.parametrize("kind", ["calculate", "hidden", "integer", "decimal", "date", "dateTime"])
@pytest.mark.parametrize(
    "formula",
    [
        "${name}",
        "${ phone }",
        "if(${age} > 5, ${name}, '')",
        "concat(${sex}, ${phone})",
        "once(${phone})",
        "coalesce(., ${phone})",
        "${last-saved#phone}",
        "${step}",
        "string-length(${deeper})",
        "jr:choice-name(${age}, '${name}')",
        "${g}",
        "count(${phone})",
        "indexed-repeat(${in_g}, ${g}, 1)",
        "indexed-repeat(${age}, ${phone}, 1)",
    ],
)
def test_what_is_calculated_from_a_private_answer_stays(kind, formula):
    steps = [one("step", "calculate", calculation="${phone}"), one("deeper", "calculate", calculation="concat(${step}, ${age})")]
    group = [{"type": "begin_repeat", "name": "g"}, one("in_g", "text"), {"type": "end_repeat"}]
    with pytest.raises(MappingError, match=r"x reads .*(name|phone|in_g).* is of type \w+, which may point at a person"):
        reader(*PRIVATE, *steps, *group, one("x", kind, calculation=formula))


@pytest.mark.parametrize(
    "formula",
    [
        "pulldata('staff', 'name', 'id', ${age})",
        "instance('staff')/root/item[name=${age}]/phone",
        "../phone",
        "/data/phone",
        "number(..)",
        "..",
        "sum(*)",
        "current()/../phone",
        "ancestor::*",
        "property('deviceid')",
        "uuid()",
        "${nobody}",
        "search('staff')",
    ],
)
def test_what_comes_from_where_nothing_can_be_followed_stays(formula):
    with pytest.raises(MappingError, match=r"x reads .*so that it never leaves the landing"):
        reader(*PRIVATE, one("x", "calculate", calculation=formula))


@pytest.mark.parametrize(
    "filled",
    [
        {"default": "${phone}"},
        {"bind::calculate": "${phone}"},
        {"bind": {"calculate": "${phone}"}},
        {"bind::jr:preload": "property", "bind::jr:preloadParams": "phonenumber"},
    ],
)
def test_an_answer_that_is_filled_in_some_other_way_stays_too(filled):
    with pytest.raises(MappingError, match="x reads "):
        reader(*PRIVATE, one("x", "integer", **filled))


@pytest.mark.parametrize("kind", ["calculate", "hidden"])
def test_what_nothing_in_the_form_fills_stays(kind):
    with pytest.raises(MappingError, match="says nowhere what fills it"):
        reader(one("x", kind))


def test_a_calculation_that_became_private_in_a_later_version_stops_the_form():
    forms = [form(*PRIVATE, one("x", "calculate", calculation=text)) for text in ("${age} + 1", "${phone}")]
    with pytest.raises(MappingError, match="x reads phone, which is of type phonenumber"):
        plan(contract({"x": "x"}), forms)


@pytest.mark.parametrize(
    ("formula", "kept", "stays"),
    [
        ("(${age} + coalesce(., 0)) div 3", ["7", "2.5"], [NAME, "v2"]),
        ("if(${sex} = 'y', 'young', 'old')", ["young", "old", "y"], [NAME, "middle"]),
        ("${sex}", ["y", "n"], [NAME]),
        ("concat(${age}, '-', ${sex})", ["12"], ["12-y", NAME]),
        ("format-date(${born}, '%Y')", ["1990"], [NAME]),
        ("once(today())", ["2026-11-24"], ["2026-13-24"]),
        ("once(now())", ["2026-11-24T08:30:00.000+07:00"], ["2026-11-24T08:30 Somchai"]),
        ("count(${g})", ["3"], ["three"]),
        ("position(..) * 2", ["4"], ["four"]),
        ("if(${twice} > 2, 'a', 'b')", ["a", "b"], ["c"]),
        ("jr:choice-name(${sex}, '${sex}')", ["y"], ["Yes, indeed"]),
    ],
)
def test_a_calculation_of_what_may_leave_leaves_as_number_date_or_known_code(formula, kept, stays):
    more = [
        one("twice", "calculate", calculation="${age} * 2"),
        {"type": "begin_repeat", "name": "g"},
        one("in_g"),
        {"type": "end_repeat"},
    ]
    read = reader(*PRIVATE, *more, one("x", "calculate", calculation=formula))
    assert [read.answers({"x": said}) for said in kept] == [{"x": said} for said in kept]
    assert [read.answers({"x": said}) for said in stays] == [{}] * len(stays)
    assert read.unknown == {"x": len(stays)}


def test_calculations_that_read_each_other_end():
    read = reader(one("x", "calculate", calculation="${y} + 1"), one("y", "calculate", calculation="${x} + 1"))
    assert read.answers({"x": "2"}) == {"x": "2"}


def test_a_hidden_answer_is_what_its_form_says_or_stays():
    read = reader(one("x", "hidden", default="v2"))
    assert (read.answers({"x": "v2"}), read.answers({"x": NAME})) == ({"x": "v2"}, {})


def test_every_question_that_may_not_leave_is_named_at_once():
    with pytest.raises(MappingError, match=r"name is of type text.*phone is of type phonenumber.*Remove it from fields"):
        reader(*PRIVATE, fields=("name", "age", "phone"))


# By shape


@pytest.mark.parametrize(
    ("kind", "kept", "stays"),
    [
        ("integer", ["0", "-12", "007", "123456789012345", "12.", "1E3"], [PHONE, "+66812345678", "๑๒", "١٢", "1234567890123456", "1,5"]),
        ("decimal", ["0.5", "1.5e-3", "00.5"], [".5", "1e100", "½", "NaN", "inf"]),
        ("date", ["2026-02-28", "1950-01-01"], [PHONE, "081-234-5678", "0812-12-12", "2026-02-30", "2569-01-01", "2026-1-1", "๒๐๒๖-๐๑-๐๑"]),
        ("time", ["08:30", "08:30:00.000+03:00", "23:59:59Z"], [PHONE, "24:00", "8:30", "08:12:34.5678901"]),
        ("dateTime", ["2026-02-28T08:30:00.000+07:00"], [PHONE, "2026-02-28", "2026-02-30T08:30:00", "2026-02-28T08:30 Somchai"]),
        ("acknowledge", ["OK"], ["ok", NAME, "1"]),
    ],
)  # fmt: skip
def test_numbers_dates_and_times_leave_in_the_shape_that_the_models_read(kind, kept, stays):
    read = reader(one("x", kind))
    assert [read.answers({"x": said}) for said in kept] == [{"x": said} for said in kept]
    assert [read.answers({"x": said}) for said in stays] == [{}] * len(stays)
    assert read.unknown == {"x": len(stays)}


def test_a_question_that_was_a_choice_and_is_a_number_lets_out_no_word():
    agreement = contract({"x": "x"})
    read = Reader(agreement, plan(agreement, [form(one("x")), form(one("x", "integer"))]))
    assert [read.answers({"x": said}) for said in ("y", "12", NAME)] == [{"x": "y"}, {"x": "12"}, {}]


def test_a_number_of_the_json_is_read_as_its_text_and_what_is_no_answer_is_counted():
    group = [{"type": "begin_repeat", "name": "g"}, one("n", "integer"), {"type": "end_repeat"}]
    codes = [*CODES, {"list_name": "yn", "name": "1", "label": ["one"]}]
    read = reader(
        one("a"), one("b", "select_multiple"), one("c", "decimal"), *group, fields=("a", "b", "c", "g/n"), choices=codes
    )
    record = {"a": 1, "b": 1, "c": 2.5, "g": [{"g/n": 3}, {"g/n": "4"}, {"g/n": True}]}
    assert read.answers(record) == {"a": "1", "b": ["1"], "c": "2.5", "g/n": {"1": "3", "2": "4"}}
    assert read.unknown.total() == 1
    assert read.answers({"a": 7, "b": {"y": 1}, "c": ["1"]}) == {}
    assert read.unknown == {"a": 1, "b": 1, "c": 1, "g/n": 1}


def test_consent_that_the_json_holds_as_a_number_is_consent():
    agreement = contract({"a": "consent"}, consent={"field": "consent", "value": "1"})
    codes = [{"list_name": "yn", "name": code, "label": [code]} for code in "12"]
    read = Reader(agreement, plan(agreement, [form(one("a"), choices=codes)]))
    assert [read.has_consent({"a": said}) for said in (1, "1", 2, True, None)] == [True, True, False, False, False]


def test_a_form_without_a_deployed_version_lets_nothing_out():
    with pytest.raises(MappingError, match="no deployed version"):
        plan(contract({"x": "x"}), [])
