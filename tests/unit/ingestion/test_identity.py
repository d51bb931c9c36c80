"""Pseudonyms: stable within an agency, unlinkable between agencies."""

import hashlib
import hmac

import pytest

from ingestion.hr.identity import NumberRule, bare_words, normalise, pseudonym, sex_by_nip
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY

WORDS = load_catalogue(REPOSITORY / "catalogue").hr_words.no_number
RULE = NumberRule(no_numbers=bare_words(WORDS))


def test_spellings_of_one_id_are_one_person():
    assert (
        pseudonym(b"k", "12345 67") == pseudonym(b"k", "๑๒๓๔๕๖๗") == pseudonym(b"k", "'1234567") == pseudonym(b"k", "1234567.0")
    )


def test_separators_tell_people_apart_unless_the_contract_drops_them():
    assert len({normalise(number) for number in ("1-11", "11-1", "11.1", "111")}) == 4
    drops = NumberRule(keeps_separators=False)
    assert {normalise(number, drops) for number in ("1-11", "11-1", "11.1", "1–1 1")} == {"111"}


def test_zeros_that_a_spreadsheet_dropped_come_back_where_the_contract_says_the_width():
    rule = NumberRule(width=5)
    assert normalise("123", rule) == normalise("00123", rule) == normalise("123.0", rule) == "00123"
    assert normalise("AB1", rule) == "AB1"
    with pytest.raises(ValueError, match="id_width"):
        normalise("123456", rule)


@pytest.mark.parametrize(
    "nothing",
    ["REDACTED", "N/A", "n/a", "NULL", "None", "unknown", "Unknown.", "TBC", "0", "00000", "#", "?", "withheld", "999999", "-", "XXXX", "--", "n.a.", "#N/A",
     "tidak ada", "ไม่ทราบ", "không có", "BPD Ofc # 1 GP", "not available"],
)  # fmt: skip
def test_a_value_that_says_nothing_is_no_number(nothing):
    with pytest.raises(ValueError, match="unusable identifier"):
        normalise(nothing, RULE)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_catalogue_is_no_number_in_capitals_too(word):
    for spelling in (word, word.upper(), f"({word})", f" {word}. "):
        with pytest.raises(ValueError, match="unusable identifier"):
            normalise(spelling, RULE)


def test_words_that_say_nothing_are_those_that_the_catalogue_lists():
    assert normalise("redacted") == "REDACTED"
    with pytest.raises(ValueError, match="unusable identifier"):
        normalise("classé  x", NumberRule(no_numbers=bare_words(["Classé-X"])))


@pytest.mark.parametrize(
    "number", ["10", "PNP 12", "O-1234", "99", "999", "TH0001", "X1", "A9999", "PA-0-01", "0ab1cd2ef3ab4cd5", "PNP NCR 12"]
)
def test_a_short_or_lettered_number_is_one(number):
    assert normalise(number, RULE)


def test_a_pseudonym_is_the_standard_hmac():
    assert pseudonym(b"key", "ab 1") == hmac.new(b"key", b"AB1", hashlib.sha256).hexdigest()[:32]


def test_another_key_gives_other_pseudonyms():
    assert pseudonym(b"m", "1") != pseudonym(b"n", "1")


@pytest.mark.parametrize("lost", ["1.23E+17", "1E17", "  ", "***", "XXXX", "*X*X", "x", "(confidential)"])
def test_an_id_that_lost_its_digits_is_refused(lost):
    with pytest.raises(ValueError):
        normalise(lost)


def test_a_hexadecimal_key_with_an_e_is_no_exponent():
    assert normalise("1e23456789012345") == "1E23456789012345"


def test_leading_zeros_are_part_of_an_id():
    assert normalise("00123") != normalise("123")


@pytest.mark.parametrize(("number", "sex"), [("198501012010121001", "man"), ("198501012010122001", "woman"), ("123", None)])
def test_the_sex_digit_of_a_nip(number, sex):
    assert sex_by_nip(number) == sex


@pytest.mark.parametrize("kept", ["X1", "*1", "A", "1X*"])
def test_an_id_of_which_anything_can_be_read_is_one(kept):
    assert normalise(kept, RULE)
