"""The page of contracts: what may stand for a key, its default and its bounds, in words, from a made-up schema."""

import pytest

from parity.catalogue.contracts_page import _default, _entry, _file, _kind, _paragraphs, _sections


@pytest.mark.parametrize(("value", "said"), [
    ({"type": "string"}, "text"), ({"type": "integer"}, "whole number"), ({"type": "number"}, "number"), ({"type": "boolean"}, "true or false"),
    ({"type": "string", "format": "date"}, "day"), ({"type": "string", "format": "uri"}, "text"), ({}, "anything"),
    ({"type": "integer", "minimum": 0}, "whole number, 0 or more"), ({"type": "number", "minimum": 0, "maximum": 1}, "number, 0 to 1"),
    ({"type": "number", "minimum": 1, "maximum": 0}, "number, 1 to 0"), ({"type": "number", "maximum": 9}, "number"),
    ({"$ref": "#/$defs/Rank"}, "Rank"), ({"const": "final"}, "`final`"), ({"enum": ["a|b", 2]}, "`a\\|b`, `2`"),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"), ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "text or number"),
    ({"anyOf": [{"type": "string"}, {"type": "string"}]}, "text"), ({"type": "array"}, "list"),
    ({"type": "array", "items": {"$ref": "#/$defs/Rank"}}, "list of Rank"), ({"type": "object"}, "mapping"),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "each with number"), ({"type": "object", "additionalProperties": False}, "mapping"),
])  # fmt: skip
def test_what_may_stand_for_a_key_is_said_in_words(value, said):
    assert _kind(value) == said


@pytest.mark.parametrize(("value", "said"), [
    (None, "none"), ([], "none"), ({}, "none"), ("", "none"), (0, "`0`"), (False, "`false`"), ("*", "`*`"), ([4, 5], "`[4, 5]`"), ("a|b", "`a\\|b`"),
    ({"é": 1}, '`{"é": 1}`'), (1.5, "`1.5`"),
])  # fmt: skip
def test_a_default_is_written_as_yaml_has_it(value, said):
    assert _default(value) == said


def test_a_key_that_must_be_there_has_no_default():
    entry = {
        "required": ["a"],
        "properties": {"a": {"type": "string", "description": "The  a."}, "b": {"type": "string", "default": "x"}, "c": {}},
    }
    assert [*_entry(entry)] == [
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        "| `a` | text |  | The a. |",
        "| `b` | text | `x` |  |",
        "| `c` | anything | none |  |",
    ]


def test_a_description_stands_above_its_table_paragraph_by_paragraph():
    assert [*_paragraphs("One\n two.\n\nThree.")] == ["One two.", "", "Three."]
    assert [*_entry({"description": "Said."})][:2] == ["Said.", ""]


def test_each_kind_of_entry_that_has_keys_is_a_section():
    schema = {
        "properties": {},
        "$defs": {"Rank": {"type": "object", "properties": {"name": {"type": "string"}}}, "Stage": {"enum": ["a"]}},
    }
    assert [line for line in _sections("Contract", schema) if line.startswith("#")] == ["### Contract: Rank"]


def test_a_file_is_quoted_without_what_is_said_of_it():
    assert (
        _file("catalogue/a.yml") == "`catalogue/a.yml`"
        and _file("catalogue/a.yml, if it is there") == "`catalogue/a.yml`, if it is there"
    )
