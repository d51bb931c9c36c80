"""The staff numbers of a landed file, as nothing else knows them, and readings of them that would be the numbers of the list before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ingestion.hr.check import named_period
from ingestion.hr.header import positions
from ingestion.hr.identity import NumberRule, normalise, pseudonym
from ingestion.hr.reader import read_tables
from ingestion.hr.table import rows_of
from ingestion.landing import Landing
from parity.catalogue import HrContract

SAMPLE = 2_000
WIDEST = 20
PRECISION = 15  # digits that a spreadsheet keeps
Reading = Callable[[str], str]
READINGS: dict[str, Reading] = {
    "the old ones with zeros in front": lambda number: number.lstrip("0"),
    "the old ones with dashes or dots": lambda number: re.sub(r"[\-.–‐‑/]", "", number),
    "the old ones with letters before or behind them": lambda number: re.sub(r"^[^\W\d_]+[\-./]?|[\-./]?[^\W\d_]+$", "", number),
}
WITHOUT_ZEROS = "the old ones without their zeros"


@dataclass(frozen=True)
class Renumbered:
    """How many numbers are those of the list before, read in another way."""

    n: int
    n_numbers: int
    how: str

    def __str__(self) -> str:
        return f"{self.n:,} of {self.n_numbers:,} numbers are {self.how}"


def landed_cells(
    landing: Landing, uri: str, file: str, contract: HrContract, password: str | None, rule: NumberRule
) -> Iterator[str]:
    """The cells of a landed file's column of ids that can be hashed. Raises FileRefused, LandingError."""
    with landing.open(uri, file) as source:
        for table in read_tables(source, file, contract, password):
            index = positions(table, contract, named_period(table, contract))["person_id"]
            for _, chunk in table.batches:
                cells = (row[index] for row in rows_of(chunk) if index < len(row))
                for cell in dict.fromkeys(cells):
                    try:
                        pseudonym(b"any", cell, rule)
                    except ValueError:
                        continue  # a total, a footnote, or quarantined: nobody in raw
                    yield cell


def read_otherwise(cells: Iterable[str], key: bytes, rule: NumberRule, before: frozenset[str]) -> Renumbered | None:
    """The reading under which most numbers that are new are pseudonyms of `before`: half of them and three at least.

    A sample decides which reading it is, so that a list of a million costs two hashes a number.
    """
    plain = replace(rule, width=None, takes_anything=True)
    numbers = {normalise(cell, plain) for cell in cells}
    new = sorted(number for number in numbers if _is_new(key, number, rule, before))

    def n_known(reading: Reading, of: list[str]) -> int:
        return sum(other != number and pseudonym(key, other, plain) in before for number in of if (other := reading(number)))

    sample = new[:: max(1, len(new) // SAMPLE)]
    best = max(_readings(sample), key=lambda named: n_known(named[1], sample), default=None)
    if best is None:
        return None
    n = n_known(best[1], new)
    return Renumbered(n, len(numbers), best[0]) if n >= max(3, len(new) / 2) else None


def _is_new(key: bytes, number: str, rule: NumberRule, before: frozenset[str]) -> bool:
    try:
        return pseudonym(key, number, rule) not in before
    except ValueError:  # it says nothing, or has too many digits: a finding, and nobody in raw
        return False


def are_rounded(cells: Iterable[str]) -> bool:
    """Whether long numbers all end in zeros behind the digits that a spreadsheet keeps."""
    numbers = [number for cell in cells if (number := cell.strip()).isdecimal() and len(number) > PRECISION]
    return len(numbers) >= 3 and all(set(number[PRECISION:]) == {"0"} for number in numbers)


def _readings(sample: list[str]) -> Iterator[tuple[str, Reading]]:
    yield from READINGS.items()
    shortest = min((len(number) for number in sample if number.isdecimal()), default=WIDEST)
    for width in range(shortest + 1, WIDEST + 1):
        yield WITHOUT_ZEROS, partial(_padded, width=width)


def _padded(number: str, width: int) -> str:
    return number.zfill(width) if number.isdecimal() else number
