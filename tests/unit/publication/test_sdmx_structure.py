"""What a user of SDMX finds in the structure message: roles, types, lists and concepts of every component, and no column that nobody exports."""

from __future__ import annotations

import json

import pytest
from pysdmx.model import Role

from publication.history import ReleaseError
from publication.sdmx_structure import code_id, component_id, status, structure
from publication.seen import KEYS, View
from tests.unit.publication.test_export import KEY, described, messages, view


@pytest.fixture(scope="module")
def message():
    return json.loads(messages(view({}, {"gender": "women minus men"}))[1])["data"]


def by_id(items):
    return {item["id"]: item for item in items}


def test_keys_are_dimensions_the_value_is_the_measure_and_all_else_are_attributes_of_an_observation(message):
    [definition] = message["dataStructures"]
    parts = definition["dataStructureComponents"]
    dimensions = [part["id"] for part in parts["dimensionList"]["dimensions"]]
    assert [*dimensions, *(part["id"] for part in parts["dimensionList"].get("timeDimensions", []))] != []
    found, _, _ = messages(view({}))
    roles = {component.id: component.role for component in found.definition.components}
    assert [found.columns[name] for name, role in roles.items() if role == Role.DIMENSION] == list(KEYS)
    assert [name for name, role in roles.items() if role == Role.MEASURE] == ["OBS_VALUE"]
    others = [component for component in found.definition.components if component.role == Role.ATTRIBUTE]
    assert {component.attachment_level for component in others} == {"O"} and "OBS_STATUS" in {each.id for each in others}
    assert [component.required for component in found.definition.components] == [
        role == Role.DIMENSION for role in roles.values()
    ]


def test_components_bear_the_ids_that_users_of_sdmx_expect():
    assert [component_id(column) for column in ("country_code", "gender", "period_year", "estimate", "unit", "n")] == [
        *("REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "N"),
    ]


def test_a_coded_component_names_its_list_with_owner_and_version_and_no_other_does():
    found, _, _ = messages(view({}))
    lists = {component.id: component.local_enum_ref for component in found.definition.components}
    assert lists["SEX"] == "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=PARITY:CL_GENDER(1.7)"
    assert lists["OBS_STATUS"] == "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_OBS_STATUS(2.2)"
    assert lists["OBS_VALUE"] is lists["N"] is lists["TIME_PERIOD"] is None


def test_the_statuses_are_a_part_of_the_list_of_sdmx(message):
    lists = by_id(message["codelists"])
    statuses = lists["CL_OBS_STATUS"]
    assert (statuses["agencyID"], statuses["version"], statuses["isPartial"]) == ("SDMX", "2.2", True)
    assert {code["id"]: code["name"] for code in statuses["codes"]} == {
        "A": "Normal value",
        "O": "Missing value",
        "Q": "Missing value; suppressed",
        "U": "Low reliability",
    }


def test_lists_and_concepts_have_names_that_people_read_and_the_meaning_of_the_dictionary(message):
    assert by_id(message["codelists"])["CL_GRADE_BAND"]["name"] == "Grade band"
    [scheme] = message["conceptSchemes"]
    concepts = by_id(scheme["concepts"])
    assert concepts["REF_AREA"]["name"] == "Country code"
    assert concepts["REF_AREA"]["description"] == "what country_code means"
    assert concepts["OBS_STATUS"]["description"] == "Whether a value is shown."
    assert (scheme["id"], scheme["agencyID"], scheme["version"], scheme["name"]) == (
        "CS_PARITY", "PARITY", "1.7", "Concepts of Parity",
    )  # fmt: skip


def test_codes_that_are_no_ids_keep_their_words_and_others_have_the_label_beside_them(message):
    lists = by_id(message["codelists"])
    assert {code["id"]: code["name"] for code in lists["CL_GENDER"]["codes"]} == {
        "woman": "woman",
        "women_minus_men": "women minus men",
    }
    assert [(code["id"], code["name"]) for code in lists["CL_INDICATOR"]["codes"]] == [("REP-01", "Women's share")]
    assert not [code for code in lists["CL_GENDER"]["codes"] if "description" in code]
    assert (code_id("a b/ü"), code_id("A-1_b")) == ("a_b$2F$FC", "A-1_b")


def test_only_indicators_have_definitions_whatever_other_codes_are_called():
    shown = view({"gender": "REP-01"})
    found, _, _ = messages(shown, **{"REP-01": "female headcount / headcount"})
    described_codes = {codelist.id: [code.description for code in codelist.items] for codelist in found.codelists}
    assert described_codes["CL_INDICATOR"] == ["female headcount / headcount"] and described_codes["CL_GENDER"] == [None]


def test_the_message_says_when_and_as_what_it_was_prepared():
    header = json.loads(messages(view({}))[1])["meta"]
    assert (header["id"], header["prepared"][:10]) == ("PARITY-7", "2026-01-01")


def test_text_that_is_no_ascii_stands_in_the_message_as_it_is():
    assert "หญิง" in messages(view({"gender": "หญิง"}))[1]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"is_suppressed": True, "estimate": None, "quality_flag": None}, "Q"),
        ({"is_suppressed": True, "estimate": 1.0, "quality_flag": "wide"}, "Q"),
        ({"is_suppressed": False, "estimate": None, "quality_flag": "wide"}, "O"),
        ({"is_suppressed": False, "estimate": 0.0, "quality_flag": None}, "A"),
        ({"is_suppressed": False, "estimate": 0.0, "quality_flag": "wide: read with care"}, "U"),
        ({"is_suppressed": False, "estimate": 0.0, "quality_flag": "as of 30 September 2025"}, "A"),
    ],
)
def test_a_suppressed_value_is_that_before_it_is_missing_and_missing_before_it_is_unreliable(cell, code):
    assert status(cell) == code


def test_a_column_whose_type_nobody_exports_is_named_with_where_to_say_how():
    odd = View("indicator", (*((key, "text") for key in KEY), ("shape", "point")), ())
    with pytest.raises(ReleaseError, match=r"shape is point: say in publication/sdmx_structure\.py how it is exported"):
        structure(described(odd), [], {}, "1")
