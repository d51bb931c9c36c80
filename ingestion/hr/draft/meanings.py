"""What the codes of a column mean, as the catalogue's words and the contracts that there are tell; and what may be copied from a column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from ingestion.hr.findings import SHARED_BY
from ingestion.hr.plausible import TRUSTED, Content
from ingestion.hr.words import could_be_a_name, public_words
from parity.catalogue import HrContract
from parity.catalogue.hr_words import HrWords

Meaning = TypeVar("Meaning", bound=str)
NEAR = 0.75
FIELDS = {  # canonical column → the field of the contract that explains its codes
    "sex": "sex_codes",
    "sworn": "sworn_codes",
    "is_active": "active_codes",
    "event": "event_codes",
    "rank": "ranks",
    "function": "functions",
    "course": "course_codes",
    "complaint_type": "complaint_codes",
}


@dataclass(frozen=True)
class Meanings:
    """`known`: the contracts that there are, whose ranks and functions are the best suggestions."""

    words: HrWords
    known: Mapping[str, HrContract]

    @cached_property
    def of_column(self) -> dict[str, Mapping[str, Any]]:
        """Canonical column → lower-case code → meaning."""
        words = self.words
        return {
            "sex": _inverted(words.sex),
            "sworn": _inverted(words.sworn),
            "is_active": _inverted(words.active),
            "event": _inverted(words.events),
            "course": _inverted(words.courses),
            "complaint_type": _inverted(words.complaints),
            "rank": self.grades,
            "function": {code.lower(): value for contract in self.known.values() for code, value in contract.functions.items()},
        }

    @cached_property
    def grades(self) -> dict[str, int | None]:
        found = {rank.name.lower(): rank.grade for contract in self.known.values() for rank in contract.ranks}
        return found | {name.lower(): grade for grade, names in self.words.ranks.items() for name in names}

    @cached_property
    def public(self) -> frozenset[str]:
        return public_words(self.words, self.grades)

    @cached_property
    def rank_words(self) -> frozenset[str]:
        """Single words of ranks, of four letters or more: `Senior Sergeant` holds one."""
        return frozenset(part for name in self.grades for part in name.split() if len(part) > 3)

    def near_rank(self, name: str) -> str | None:
        """The known rank whose words it holds, the longest of them; else the one that is spelt most alike."""
        words = {*re.split(r"[^\w.]+", name.lower())}
        if held := [known for known in self.grades if {*known.split()} <= words]:
            return max(held, key=lambda known: (len(known.split()), len(known)))
        near = difflib.get_close_matches(name.lower(), self.grades, n=1, cutoff=NEAR)
        return near[0] if near else None

    def of_values(self, canonical: str, content: Content) -> Mapping[str, Any] | None:
        """The meanings by which a column is judged; of ranks, also of values that are like one or hold a word of one."""
        if canonical != "rank":
            return self.of_column.get(canonical)
        texts = [text.lower() for text in content.counts][:5_000]
        return {text: True for text in texts if text in self.grades or {*text.split()} & self.rank_words or self.near_rank(text)}

    def may_copy(self, text: str, n_rows: int, *, is_trusted: bool, private: Collection[str]) -> bool:
        """Whether a value that Parity does not know may stand in a draft: it cannot be a name, or it is a code of many rows in a column of codes."""
        if not could_be_a_name(text, self.public):
            return True
        return is_trusted and n_rows >= SHARED_BY and not {*text.lower().replace(",", " ").split()} & {*private}

    def is_trusted(self, content: Content) -> bool:
        """Whether so many cells hold nothing but known words that the column surely holds codes; `Officer` before a surname is none."""
        known = sum(n for text, n in content.counts.items() if not could_be_a_name(text, self.public))
        return known >= TRUSTED * len(content.texts)


def private_words(columns: Iterable[list[str]]) -> frozenset[str]:
    """The words in columns that name people."""
    return frozenset(
        part for cells in columns for cell in cells for part in cell.lower().replace(",", " ").split() if len(part) > 1
    )


def _inverted(groups: Mapping[Meaning, Iterable[str]]) -> dict[str, Meaning]:
    return {word: meaning for meaning, group in groups.items() for word in group}
