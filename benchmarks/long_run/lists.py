"""The files of the lists: what each edition of a list says, its bytes, and the contract that reads it. Pure."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from benchmarks.long_run.world import BY_CODE, FUNCTIONS, Row, World, true_rows

TRUE = "true"  # as it should be
SLIP = "slip"  # one woman's function is wrong
STALE = "stale"  # twelve women and twelve men have the wrong function
RENUMBERED = "renumbered"  # everybody has another number
TORN = "torn"  # the file ends in the middle of a row, halfway
EDITIONS = (TRUE, SLIP, STALE, RENUMBERED, TORN)
HELD = frozenset({RENUMBERED, TORN})  # these do not continue the list before

HEADER = ("period", "number", "name", "sex", "rank", "unit", "function", "hired", "left")
RANKS = ("Cadet", "Officer", "Corporal", "Sergeant", "Inspector", "Captain", "Major", "Colonel", "General")
SEX_CODES = {"woman": "F", "man": "M"}


@dataclass(frozen=True)
class File:
    """One delivery: an edition of an agency's list of `day`, written at `written` under `name`."""

    agency: str
    day: dt.date
    edition: str
    name: str
    written: dt.datetime

    @property
    def contract(self) -> str:
        return BY_CODE[self.agency].contract


@lru_cache(maxsize=64)
def rows(world: World, code: str, day: dt.date, edition: str) -> tuple[Row, ...]:
    """What this edition of the list says, row by row."""
    right = true_rows(world, code, day)
    if edition == RENUMBERED:
        return tuple(replace(row, number=f"{700_000 + 7 * place}") for place, row in enumerate(right))
    if edition == TORN:
        return right[: len(right) // 2]
    if edition in (SLIP, STALE):
        wrong = _wrong(world, code, day, 1 if edition == SLIP else 12, with_men=edition == STALE)
        return tuple(replace(row, function=_another(row.function)) if row.number in wrong else row for row in right)
    return right


def _another(function: str) -> str:
    return FUNCTIONS[(FUNCTIONS.index(function) + 1) % len(FUNCTIONS)]


def _wrong(world: World, code: str, day: dt.date, n: int, *, with_men: bool) -> frozenset[str]:
    """The numbers of so many women, and men, in post."""
    rng = random.Random(f"{world.seed}/{code}/{day}")
    in_post = [row for row in true_rows(world, code, day) if row.is_in_post(day)]
    women = [row.number for row in in_post if row.sex == "woman"]
    men = [row.number for row in in_post if row.sex == "man"]
    return frozenset(rng.sample(women, n) + (rng.sample(men, n) if with_men else []))


@lru_cache(maxsize=32)
def content(world: World, code: str, day: dt.date, edition: str) -> bytes:
    """The file: comma-separated, one row a person. A torn one ends in the middle of the next row."""
    said = rows(world, code, day, edition)
    lines = [",".join(HEADER), *(_line(row, day) for row in said)]
    text = "\n".join(lines) + "\n"
    if edition == TORN:
        following = true_rows(world, code, day)[len(said)]
        text += _line(following, day)[:9]
    return text.encode()


def _line(row: Row, day: dt.date) -> str:
    left = f"{row.left:%d/%m/%Y}" if row.left else ""
    return (
        f"{day:%m/%Y},{row.number},MADE UP {row.number},{SEX_CODES[row.sex]},{RANKS[row.grade - 1]},{row.unit},{row.function},"
        f"{row.hired:%d/%m/%Y},{left}"
    )


def contract(code: str) -> dict[str, Any]:
    """The contract of the agency's lists, as catalogue/sources/hr has it."""
    agency = BY_CODE[code]
    names = {"period": "period", "number": "person_id", "hired": "hire_date", "left": "separation_date"}
    return {
        "name": agency.contract,
        "agency": code,
        "grain": "roster",
        "file_pattern": "*.csv",
        "format": "csv",
        "period": {"column": "period", "grain": "month"},
        "date_format": "%d/%m/%Y",
        "leavers": "listed" if agency.has_leavers else "absent",
        "columns": {names.get(header, header): {"header": header} for header in HEADER if header != "name"},
        "identifying": ["name"],
        "sex_codes": {said: sex for sex, said in SEX_CODES.items()},
        "ranks": [{"name": name, "grade": grade} for grade, name in enumerate(RANKS, 1)],
        "functions": {name: name for name in FUNCTIONS},
        "units": [{"name": "South", "post": "border"}],
        "max_bad_share": 0.05,
    }
