"""Which texts a message may quote, and which header means the one that is missing."""

import pytest

from ingestion.hr.words import could_be_a_name, is_named, known_words, likeliest, normal, public_words

WORDS = known_words()
PUBLIC = public_words(WORDS)


@pytest.mark.parametrize(("text", "could_be"), [
    ("123", False), ("1234", True), ("A1234", True), ("A123", False), ("AB12", False), ("ABC1", False), ("ABCD1", True), ("F", False), ("ญ", False),
    ("", False), ("--", False), ("QX", False), ("PK", False), ("Ng", True), ("ng", True), ("Li", True), ("My", True), ("Ab", True), ("นท", True),
    ("Ramirez", True), ("Somchai Jaidee", True), ("Sergeant", False), ("Police Officer II", False), ("Sergeent", False), ("II", True),
    ("Officer Ramirez", True),
])  # fmt: skip
def test_a_text_may_be_quoted_where_it_can_be_nobody(text, could_be):
    assert could_be_a_name(text, PUBLIC) is could_be


def test_a_word_of_the_contracts_own_codes_and_one_that_is_spelt_like_it_may_be_quoted():
    codes = frozenset({"Zugführer"})
    assert could_be_a_name("Zugführer", PUBLIC) and not could_be_a_name("Zugführer", public_words(WORDS, codes), codes)
    assert not could_be_a_name("Zugfuhrer", public_words(None, codes), codes) and could_be_a_name(
        "Zuckerman", public_words(None, codes), codes
    )


@pytest.mark.parametrize(("header", "words"), [
    ("EMPLOYEE_ID", "employee id"), ("employeeId", "employee id"), (" Employee  id: ", "employee id"), ("Badge#", "badge no"), ("a.b-c*d", "a b c d"),
    ("HRData", "hrdata"),
])  # fmt: skip
def test_a_header_is_its_words(header, words):
    assert normal(header) == words


@pytest.mark.parametrize(("header", "names", "but", "is_exact", "is_one"), [
    ("Job Title", ["title"], [], True, False), ("Job Title", ["job title"], [], True, True), ("Job Title", ["title"], [], False, True),
    ("Subtitle", ["title"], [], False, False), ("Title of course", ["title"], ["course"], False, False), ("My id", ["id"], [], False, False),
    ("My nip", ["nip"], [], False, True), ("x", [], [], False, False),
])  # fmt: skip
def test_a_header_is_named_by_all_of_its_words_or_by_one_of_three_letters_or_more(header, names, but, is_exact, is_one):
    assert is_named(header, names, is_exact=is_exact, but=but) is is_one


@pytest.mark.parametrize(("name", "canonical", "candidates", "found"), [
    ("Jantina", "sex", ["Rank", "Gender of staff", "Gender"], "Gender"), ("Jantina", "sex", ["Rank", "Gender of staff"], "Gender of staff"),
    ("Jantina", "sex", ["Rank", "Unit"], None), ("Dienstgrad", "rank", ["Dienstgrat", "Gender"], "Dienstgrat"),
    ("Gander", "rank", ["Gender"], None), ("Dienstgrad", "rank", [], None),
])  # fmt: skip
def test_the_likeliest_header_means_the_same_or_is_spelt_alike_and_means_nothing_else(name, canonical, candidates, found):
    assert likeliest(name, canonical, candidates, WORDS) == found


def test_without_the_words_of_a_catalogue_only_the_spelling_tells():
    assert likeliest("Gander", "rank", ["Gender", "Unit"], None) == "Gender"
