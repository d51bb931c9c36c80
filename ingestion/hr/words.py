"""Which words mean the same: of headers, and of codes that no person's name could be taken for. The catalogue lists them (`hr_words.yml`).

They make suggestions and decide what a message may quote: without the list a message says less and is never wrong. Only the words that stand for
no staff number decide about rows, so they are never left out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from ingestion.hr.cells import plain
from ingestion.hr.identity import bare_words
from parity.catalogue import HrContract
from parity.catalogue.hr_terms import CanonicalColumn
from parity.catalogue.hr_words import HrWords
from parity.catalogue.loader import read_file
from parity.settings import Settings

ALIKE = 0.86  # what is spelt as much like a known word is that word with an error; the surname Colon is less like a colonel
LONG = 6  # letters of a word in which an error can be told from another word
ROMAN = re.compile("[ivx]{1,4}")  # of `Police Officer II`; by itself it may be a name
MOST_DIGITS = 3  # a longer number may be a person's


def known_words() -> HrWords | None:
    """The words of this installation's catalogue; None where they cannot be read."""
    try:
        return _read(Settings.from_env().catalogue / "hr_words.yml")
    except ValueError:
        return None


def no_numbers() -> frozenset[str]:
    """The words that stand for no staff number in this installation's catalogue, bare. Raises CatalogueError where they cannot be read."""
    return bare_words(_read(Settings.from_env().catalogue / "hr_words.yml").no_number)


@lru_cache(maxsize=8)
def _read(path: Path) -> HrWords:
    return read_file(path, HrWords)


@lru_cache(maxsize=20_000)
def normal(header: str) -> str:
    """A header as words apart: `EMPLOYEE_ID`, `employeeId` and `Employee  id` are one."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain(header)).lower().replace("#", " no ")
    return re.sub(r"[\s_.:*-]+", " ", text).strip()


def is_named(header: str, names: Iterable[str], *, is_exact: bool, but: Collection[str] = ()) -> bool:
    """Whether a header is one of `names`; or holds one as a word and none of `but`, which give it another meaning."""
    text = normal(header)
    if is_exact:
        return any(text == normal(name) for name in names)
    return any(len(name) > 2 and _holds(text, name) for name in names) and not any(_holds(text, word) for word in but)


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(^|\W){re.escape(normal(name))}(\W|$)", text) is not None


def likeliest(name: str, canonical: CanonicalColumn, candidates: Collection[str], words: HrWords | None) -> str | None:
    """The header among `candidates` that means what the missing `name` does; where none does, the one that is spelt alike."""
    if words:
        names, but = words.columns.get(canonical, []), words.misleading.get(canonical, [])
        for is_exact in (True, False):
            if found := next((each for each in candidates if is_named(each, names, is_exact=is_exact, but=but)), None):
                return found
        others = [each for canon, each in words.columns.items() if canon != canonical] + [words.identifying]
        candidates = [each for each in candidates if not any(is_named(each, group, is_exact=True) for group in others)]
    near = difflib.get_close_matches(name, candidates, n=1, cutoff=0.5)
    return near[0] if near else None


def codes_of(contract: HrContract) -> frozenset[str]:
    """Every code that a contract explains."""
    maps = (
        *(contract.sex_codes, contract.sworn_codes, contract.active_codes, contract.event_codes),
        *(contract.course_codes, contract.complaint_codes, contract.functions, contract.agency_codes),
    )
    return frozenset(contract.rank_names.union(*maps, contract.blank_values))


def public_words(words: HrWords | None, codes: Iterable[str] = ()) -> frozenset[str]:
    """The single words of the catalogue's codes and of `codes`: none of them tells who somebody is."""
    return frozenset(part for code in (*codes, *(code_words(words) if words else ())) for part in _parts(code))


def code_words(words: HrWords) -> list[str]:
    """Every code that the catalogue gives as an example."""
    maps = (words.sex, words.sworn, words.active, words.events, words.courses, words.complaints, words.ranks)
    return [code for one in maps for group in one.values() for code in group] + words.totals


def could_be_a_name(text: str, public: Collection[str], codes: Collection[str] = ()) -> bool:
    """Whether a text may be somebody's name or number. Codes of known words, of a letter or two without a vowel, or of a few digits are not."""
    letters = [char for char in text if char.isalpha()]
    n_digits = sum(char.isdecimal() for char in text)
    if n_digits > MOST_DIGITS:
        return True
    if len(letters) <= 1 or (len(letters) <= MOST_DIGITS and n_digits):
        return False
    if len(letters) == 2 and text.isascii() and not {*text.lower()} & {*"aeiouy"} and text.lower() != "ng":
        return False
    parts = [part for part in _parts(text) if not ROMAN.fullmatch(part)] or _parts(text)
    if all(part in public or (len(part) >= LONG and difflib.get_close_matches(part, public, 1, ALIKE)) for part in parts):
        return False
    return not difflib.get_close_matches(text.lower(), [code.lower() for code in codes], 1, ALIKE)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[^\w*]+|\d+", text.lower()) if part]
