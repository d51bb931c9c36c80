"""People are HMAC(agency key, normalised number): stable within an agency, unlinkable between agencies, useless without the key.

A number that says nothing (`N/A`, `0`, `REDACTED`) is no number: all who have it would be one person. The catalogue lists such words
(`no_number` in `hr_words.yml`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.hr.cells import plain
from ingestion.hr.dates import plain_digits
from parity.catalogue import HrContract

NO_NUMBER = "unusable identifier: empty, blacked out, or a word in place of a number"
EXPONENT = re.compile(r"\d([.,]\d+)?E\+?\d{1,2}")
NO_LETTER_OR_DIGIT = re.compile(r"[\W_]")
SEPARATORS, OLD_SEPARATORS = r"[\-.–‐‑]", r"[\-.]"


@dataclass(frozen=True)
class NumberRule:
    """How staff numbers are read. `width`: digits that a number has, with the zeros that a spreadsheet dropped. `is_old`: as they were hashed before
    separators told people apart. `takes_anything`: also what says nothing, which earlier versions loaded. `no_numbers`: words that say nothing, bare."""

    keeps_separators: bool = True
    width: int | None = None
    is_old: bool = False
    takes_anything: bool = False
    no_numbers: frozenset[str] = frozenset()


def number_rule(contract: HrContract, no_numbers: frozenset[str], *, is_old: bool = False) -> NumberRule:
    """How an agency's numbers are read under a contract; `no_numbers` as `bare_words` gives them."""
    separators = contract.id_separators or ("drop" if is_old else "keep")
    return NumberRule(separators == "keep", contract.id_width, is_old, no_numbers=no_numbers)


def bare_words(words: Iterable[str]) -> frozenset[str]:
    """Words in upper case without blanks and punctuation, as `says_nothing` compares them."""
    return frozenset(_bare(plain(word).upper()) for word in words)


def pseudonym(key: bytes, cell: str, rule: NumberRule = NumberRule()) -> str:
    """32 hex digits for a number (HMAC-SHA-256-128, as in RFC 4868). Raises ValueError where it has lost its precision or says nothing."""
    return hmac.digest(key, normalise(cell, rule).encode(), hashlib.sha256)[:16].hex()


def normalise(person_id: str, rule: NumberRule = NumberRule()) -> str:
    """Digits of any script as 0-9, no blanks, letters in upper case; `123456.0` is the number 123456, `'00123` the number 00123.

    `1-11`, `11-1` and `11.1` are three numbers, unless the rule drops separators.
    """
    text = person_id
    if not (text.isascii() and text.isdecimal()):
        text = _plain(person_id, rule)
        if not rule.takes_anything and says_nothing(text, rule.no_numbers):
            raise ValueError(NO_NUMBER)
        text = re.sub(r"\s", "", text)
        if EXPONENT.fullmatch(text):
            raise ValueError("unusable identifier: a number whose digits were lost (1.23E+17): store ids as text")
        if not rule.keeps_separators:
            text = re.sub(OLD_SEPARATORS if rule.is_old else SEPARATORS, "", text)
    elif is_filler(text) and not rule.takes_anything:
        raise ValueError(NO_NUMBER)
    if rule.width and text.isdecimal():
        if len(text) > rule.width:
            raise ValueError("unusable identifier: more digits than `id_width`")
        text = text.zfill(rule.width)
    return text


def is_filler(digits: str) -> bool:
    """Whether digits stand for no number: `0`, `00000`, `999999`."""
    return bool(digits) and (not digits.strip("0") or (len(digits) >= 6 and not digits.strip("9")))


def says_nothing(number: str, no_numbers: frozenset[str]) -> bool:
    """Whether a number, in upper case, stands for none."""
    text = _bare(number)
    if number.startswith("(") or not text or set(text) <= {"X"} or text in no_numbers:
        return True
    if text.isdecimal():
        return is_filler(text)
    words = [word for word in re.split(r"[\s#/,;]+", number) if len(word) > 1 and word.isalpha()]
    return len(words) >= 3  # a description, as `Ofc # 1 of the Border Post`


def sex_by_nip(cell: str) -> str | None:
    """What digit 15 of an Indonesian civil servant's number says, as a cross-check of the column of sex and never in its place."""
    text = normalise(cell, NumberRule(keeps_separators=False))
    return {"1": "man", "2": "woman"}.get(text[14]) if len(text) == 18 and text.isdecimal() else None


def _bare(text: str) -> str:
    return NO_LETTER_OR_DIGIT.sub("", text)


def _plain(cell: str, rule: NumberRule) -> str:
    text = plain_digits(plain(cell)).upper()
    if not rule.is_old:
        text = text.lstrip("'’‘`").strip()
    return re.sub(r"^(\d+)\.0$", r"\1", text)
