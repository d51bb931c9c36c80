"""Pseudonyms: stable within an agency, unlinkable between agencies."""

import pytest

from ingestion.hr.identity import Pseudonyms, normalise


def test_spellings_of_one_id_are_one_person():
    people = Pseudonyms(b"master", "THA-POL")
    assert people.of("1-2345 67") == people.of("๑๒๓๔๕๖๗") == people.of("1234567")
    assert len(people.of("1234567")) == 64


def test_the_same_id_in_two_agencies_is_two_people():
    assert Pseudonyms(b"m", "A").of("1") != Pseudonyms(b"m", "B").of("1")


def test_another_key_gives_other_pseudonyms():
    assert Pseudonyms(b"m", "A").of("1") != Pseudonyms(b"n", "A").of("1")


@pytest.mark.parametrize("lost", ["1.23E+17", "1E17", "  "])
def test_an_id_that_lost_its_digits_is_refused(lost):
    with pytest.raises(ValueError):
        normalise(lost)


def test_a_hexadecimal_key_with_an_e_is_no_exponent():
    assert normalise("1e23456789012345") == "1E23456789012345"
