"""A code is matched letter by letter; one that only looks like a code of the form is a fault that names both."""

import pytest

from ingestion.kobo.form import read_form
from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from tests.unit.ingestion.test_kobo_mapping import contract

CURLY, STRAIGHT = "don’t_know", "don't_know"


def form(*codes, version="v"):
    survey = [{"type": "select_one", "select_from_list_name": "l", "name": "a"}]
    return read_form(
        version, {"survey": survey, "choices": [{"list_name": "l", "name": code} for code in codes], "translations": [None]}
    )


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (CURLY, STRAIGHT),
        (STRAIGHT, CURLY),
        ("co–ed", "co-ed"),
        ("chef de poste", "chef\u00a0de poste"),
        ("h\u00f4tel", "ho\u0302tel"),
        ("ha\u0300", "h\u00e0"),
        ("yes", "yes\u200b"),
        ("Yes", "yes"),
        ("“other”", '"other"'),
    ],
)
def test_a_code_of_the_contract_that_only_looks_like_one_of_the_form_stops_it_and_both_are_named(offered, said):
    with pytest.raises(MappingError) as caught:
        plan(contract({"a": "x"}, value_maps={"x": {said: "unknown"}}), [form(offered, "n")])
    assert f"'{said}'" in str(caught.value) and f"'{offered}'" in str(caught.value) and "pulse.yml" in str(caught.value)
    strange = next(sign for sign in offered + said if not sign.isascii() or sign.isupper())
    assert strange.isascii() or f"U+{ord(strange):04X}" in str(caught.value)


@pytest.mark.parametrize("code", [CURLY, STRAIGHT, "h\u00f4tel", "ho\u0302tel", "น้ำ", "a b", "Non-Supervisor/Team Leader"])
def test_a_code_is_read_exactly_as_the_form_offers_it(code):
    agreement = contract({"a": "x"}, value_maps={"x": {code: "mapped"}})
    reader = Reader(agreement, plan(agreement, [form(code)]))
    assert [reader.answers({"a": said}) for said in (code, code + " ", code.upper() + "x")] == [{"x": "mapped"}, {}, {}]
    assert reader.unknown == {"x": 2}


def test_two_spellings_that_versions_of_the_form_offer_are_both_mapped():
    agreement = contract({"a": "x"}, value_maps={"x": {CURLY: "dk", STRAIGHT: "dk"}})
    reader = Reader(agreement, plan(agreement, [form(STRAIGHT, version="v1"), form(CURLY, version="v2")]))
    assert [reader.answers({"a": said}) for said in (STRAIGHT, CURLY)] == [{"x": "dk"}] * 2


def test_a_mapped_code_that_no_version_offers_is_told():
    planned = plan(contract({"a": "x"}, value_maps={"x": {"y": "yes", "z": "no"}}), [form("y", "n")])
    assert planned.notices == ("value_maps of x has 'z', which no version of the form offers",)


def test_consent_in_another_spelling_stops_the_form():
    agreement = contract({"a": "consent"}, consent={"field": "consent", "value": "J'accepte"})
    with pytest.raises(MappingError, match=r"consent has .*J'accepte.* the form offers .*J’accepte"):
        plan(agreement, [form("J’accepte", "non")])
