"""The files of keys: one an agency, its owner's alone, whole or not at all; and what makes a contract read a file in another way."""

import json
import stat

import pytest

from ingestion.hr.anew import fingerprint
from ingestion.hr.keys import KeyMissing, KeyRing, key_id
from tests.unit.ingestion.contracts import contract


def test_a_key_is_random_and_is_known_by_an_id_that_tells_nothing_of_it(tmp_path):
    ring = KeyRing(tmp_path / "keys")
    assert ring.keys("ABC-POL") == {}
    first, second = ring.make("ABC-POL"), ring.make("ABC-POL")
    keys = ring.keys("ABC-POL")
    assert [*keys] == [first, second] and first != second and {len(key) for key in keys.values()} == {32}
    assert {key_id(key) for key in keys.values()} == {first, second} and len(first) == 12 and first not in keys[first].hex()
    assert ring.keys("XYZ-POL") == {}


def test_one_key_may_be_kept_and_the_others_go(tmp_path):
    ring = KeyRing(tmp_path)
    first, second = ring.make("ABC-POL"), ring.make("ABC-POL")
    kept = ring.keys("ABC-POL")[second]
    ring.keep_only("ABC-POL", second)
    assert ring.keys("ABC-POL") == {second: kept} and first != second


def test_keys_are_their_owners_alone_and_no_unfinished_file_is_left(tmp_path):
    folder = tmp_path / "deep" / "keys"
    KeyRing(folder).make("ABC-POL")
    [file] = folder.iterdir()
    assert file.name == "ABC-POL.json"
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


@pytest.mark.parametrize("content", ["", "{", "[1]x", json.dumps({"a": "no hex"})])
def test_a_file_that_is_no_file_of_keys_is_told_with_its_remedy(tmp_path, content):
    (tmp_path / "ABC-POL.json").write_text(content, encoding="utf-8")
    with pytest.raises(KeyMissing, match=r"^ABC-POL\.json: not readable as a key file \(\w+\)\. Restore it from your backup"):
        KeyRing(tmp_path).keys("ABC-POL")


@pytest.mark.parametrize(
    "changes", [{"location": "s3://x"}, {"connection": "x"}, {"due_days": 9}, {"encoding": "utf-8"}, {"header_row": 1}]
)
def test_where_a_file_lies_and_what_holds_anyway_change_nothing_of_how_it_is_read(changes):
    assert fingerprint(contract(**changes)) == fingerprint(contract())


@pytest.mark.parametrize(
    "changes", [{"encoding": "cp874"}, {"header_row": 2}, {"sex_codes": {"F": "woman", "M": "woman"}}, {"blank_values": ["é"]}]
)
def test_what_changes_how_a_file_is_read_is_another_contract(changes):
    assert fingerprint(contract(**changes)) != fingerprint(contract())


def test_the_order_of_keys_is_no_other_contract():
    codes = {"F": "woman", "M": "man"}
    assert fingerprint(contract(sex_codes=codes)) == fingerprint(contract(sex_codes=dict(reversed(codes.items()))))
