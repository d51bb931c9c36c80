"""Where the header of a table stands, before anybody has written its contract. A row of staff is never taken for one.

A header names something that Parity knows, holds no number but a year, and is not repeated in its own columns. It takes several rows where
it is incomplete otherwise and they hold nothing but known words: what may be a name is never joined to a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.hr.cells import DAY, plain
from ingestion.hr.sheets import Merged
from ingestion.hr.table import TITLE_LINES, joined_header
from ingestion.hr.words import code_words, is_named, normal
from parity.catalogue.hr_words import HrWords

MOST_ROWS = 3  # of a header
LOOKED_AT = 2_000  # rows below a header
YEAR = re.compile(r"(?:1[89]|2[0-6])\d\d")


@dataclass(frozen=True)
class Heading:
    """`row` is counted from 1; `names`: one a column, '' where there is none; `n_known`: how many of them Parity knows."""

    row: int
    n_rows: int
    names: list[str]
    n_known: int


@dataclass(frozen=True)
class Vocabulary:
    """The catalogue's words for headers, in the forms in which they are looked up."""

    columns: frozenset[str]
    genders: dict[str, str]
    codes: frozenset[str]
    all_names: tuple[str, ...]

    @classmethod
    def of(cls, words: HrWords) -> Vocabulary:
        names = tuple(name for group in (*words.columns.values(), words.identifying) for name in group)
        genders = {normal(word): gender for gender, group in (*words.sex.items(), ("all", words.totals)) for word in group}
        return cls(frozenset(map(normal, names)), genders, frozenset(map(normal, code_words(words))), names)

    def n_known(self, row: Sequence[str]) -> int:
        """How many different cells are words for a column."""
        return len({normal(cell) for cell in row if cell} & self.columns)


def heading(rows: Sequence[list[str]], merged: list[Merged], vocabulary: Vocabulary) -> Heading | None:
    """The likeliest header; None where no row is one."""
    found = [
        (strength, -start, each)
        for start in range(min(TITLE_LINES, len(rows)))
        for strength, each in _headings_at(rows, start, merged, vocabulary)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def is_printed_again(row: list[str], names: Sequence[str]) -> bool:
    """Whether a row is the header at the top of another page."""
    texts = [plain(cell) for cell in row]
    return sum(text == name for text, name in zip(texts, names, strict=False) if name) * 2 > sum(map(bool, names))


def _headings_at(
    rows: Sequence[list[str]], start: int, merged: list[Merged], vocabulary: Vocabulary
) -> Iterator[tuple[tuple[int, int, int], Heading]]:
    for n_rows in range(1, MOST_ROWS + 1):
        block = rows[start : start + n_rows]
        if len(block) < n_rows or (n_rows > 1 and not all(_is_word(cell, vocabulary) for row in block for cell in row)):
            return
        names = joined_header([*block], start, merged)
        below = rows[start + n_rows : start + n_rows + LOOKED_AT]
        if strength := _strength(block, names, below, vocabulary):
            yield (*strength, -n_rows), Heading(start + 1, n_rows, names, strength[0])
        if _is_complete(names, below) or any(_is_value(cell) for cell in block[-1]):
            return


def _strength(
    block: Sequence[list[str]], names: list[str], below: Sequence[list[str]], vocabulary: Vocabulary
) -> tuple[int, int] | None:
    """How many names are known for sure and how many by a word in them; None where this is no header."""
    filled = [name for name in names if name]
    if len({*filled}) < 2 or any(_is_value(cell) for row in block for cell in row):
        return None
    sure = {name for name in filled if normal(name) in vocabulary.columns and normal(name) not in vocabulary.codes}
    parts = [{*re.split(r"[^\w*]+", name.lower())} for name in filled]
    genders = {vocabulary.genders[part] for group in parts for part in group if part in vocabulary.genders}
    counted = sum(bool(group & vocabulary.genders.keys()) for group in parts) if {"woman", "man"} <= genders else 0
    loose = sum(name not in sure and is_named(name, vocabulary.all_names, is_exact=False) for name in filled)
    if not sure and not (counted and all(_is_word(name, vocabulary) for name in filled)):
        return None
    # One word may stand in a row of staff, too: a unit called Office. Such a row holds codes, or values that others have.
    if len(sure) < 2 and (_recurs(names, below) or (not counted and any(normal(name) in vocabulary.codes for name in filled))):
        return None
    return len(sure) + counted, loose


def _recurs(names: list[str], below: Sequence[list[str]]) -> bool:
    wanted = [name.casefold() for name in names]
    return any(
        wanted[index] and plain(cell).casefold() == wanted[index]
        for row in below
        if not is_printed_again(row, names)
        for index, cell in enumerate(row[: len(wanted)])
    )


def _is_complete(names: list[str], below: Sequence[list[str]]) -> bool:
    """Whether each column that holds something has a name of its own."""
    filled = [name for name in names if name]
    width = max((len(row) for row in below), default=0)
    counts = [sum(bool(plain(row[index])) for row in below if index < len(row)) for index in range(width)]
    most = max(counts, default=0)
    nameless = any(n * 2 > most and (index >= len(names) or not names[index]) for index, n in enumerate(counts))
    return not nameless and len({*filled}) == len(filled)


def _is_word(cell: str, vocabulary: Vocabulary) -> bool:
    text = normal(cell)
    return (
        not text
        or text in vocabulary.columns
        or text in vocabulary.genders
        or text in vocabulary.codes
        or bool(YEAR.fullmatch(text))
    )


def _is_value(cell: str) -> bool:
    """A number, a day or a code with a number in it; a year may head a column."""
    text = plain(cell)
    is_number = re.search(r"^\W*\d[\d\W]*$", text) or (re.search(r"\d{3}", text) and not re.search(r"[^\W\d_]{3}", text))
    return cell.startswith(DAY) or bool(is_number and not YEAR.fullmatch(text))
