"""The people of five made-up agencies over the months of a story, and what their lists say of them. Pure: everything follows from the seed.

Nothing here reads Parity's tables or its SQL. What a release should say is counted from these people (truth.py).
"""

from __future__ import annotations

import calendar
import datetime as dt
import random
from dataclasses import dataclass, replace
from functools import lru_cache

SEXES = ("woman", "man")
FUNCTIONS = ("patrol", "investigation", "border", "administration")
UNITS = ("North", "South", "East", "Head Office")
MERGED = {"East": "North"}  # a unit that is merged into another, from the day of a merger on
LEAST_STAFF = 60


@dataclass(frozen=True)
class Agency:
    """`staff` at full scale; `hires` and `leaves`: shares of the staff a year."""

    code: str
    contract: str
    staff: int
    women_share: float
    women_share_of_hires: float
    hires: float = 0.12
    leaves: float = 0.10
    has_leavers: bool = True  # whether its lists name who left during the month


AGENCIES = (
    Agency("THA-POL", "story_police", 20_000, 0.12, 0.22),
    Agency("IDN-IMM", "story_immigration", 5_000, 0.30, 0.40),
    Agency("VNM-CUS", "story_customs", 1_200, 0.25, 0.35, has_leavers=False),
    Agency("PHL-CG", "story_coast_guard", 300, 0.30, 0.40),
    Agency("THA-SI", "story_investigation", 60, 0.40, 0.50, has_leavers=False),
)
BY_CODE = {agency.code: agency for agency in AGENCIES}


@dataclass(frozen=True)
class Person:
    """One made-up member of staff; `grades` holds (first day, grade) in order of day."""

    number: int
    sex: str
    function: str
    unit: str
    hired: dt.date
    left: dt.date | None
    grades: tuple[tuple[dt.date, int], ...]

    def grade_on(self, day: dt.date) -> int:
        return max((entry for entry in self.grades if entry[0] <= day), default=self.grades[0])[1]


@dataclass(frozen=True)
class Row:
    """What a list says of a person."""

    number: str
    sex: str
    grade: int
    function: str
    unit: str
    hired: dt.date
    left: dt.date | None

    def is_in_post(self, day: dt.date) -> bool:
        return self.left is None or self.left > day

    @property
    def traits(self) -> tuple[str, int, str, dt.date]:
        """What figures are broken down by; the unit is not."""
        return self.sex, self.grade, self.function, self.hired


@dataclass(frozen=True)
class World:
    """`first`: a day of the first month. `merger`: the day from which UNITS are merged."""

    seed: int
    first: dt.date
    months: int
    scale: float
    merger: dt.date

    @property
    def ends(self) -> tuple[dt.date, ...]:
        """The last day of each month of the story."""
        return tuple(month_end(self.first, number) for number in range(self.months))


def month_end(first: dt.date, number: int) -> dt.date:
    """The last day of the month so many months after `first`'s."""
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


@lru_cache(maxsize=16)
def people(world: World, code: str) -> tuple[Person, ...]:
    """Everybody who was in post at some time of the story, by number."""
    agency = BY_CODE[code]
    rng = random.Random(f"{world.seed}/{code}")
    size = max(LEAST_STAFF, round(agency.staff * world.scale))
    before = world.ends[0].replace(day=1)
    found = []
    for number in range(size):
        hired = before - dt.timedelta(days=rng.randrange(30, 9_000))
        sex = "woman" if rng.random() < agency.women_share else "man"
        found.append(_person(rng, number + 1, sex, hired, rng.choices(range(1, 10), (30, 22, 16, 11, 8, 6, 4, 2, 1))[0]))
    for end in world.ends:
        start = end.replace(day=1)
        staying = [place for place, person in enumerate(found) if person.left is None]
        for place in staying:
            if rng.random() < agency.leaves / 12:
                found[place] = replace(found[place], left=_day(rng, start, end))
            elif rng.random() < 0.06 / 12 and found[place].grades[-1][1] < 9:
                found[place] = replace(found[place], grades=(*found[place].grades, (end, found[place].grades[-1][1] + 1)))
        for _ in range(sum(rng.random() < agency.hires / 12 for _ in range(size))):
            sex = "woman" if rng.random() < agency.women_share_of_hires else "man"
            found.append(_person(rng, len(found) + 1, sex, _day(rng, start, end), 1))
    return tuple(found)


def _person(rng: random.Random, number: int, sex: str, hired: dt.date, grade: int) -> Person:
    desk = 0.4 if sex == "woman" else 0.15
    function = "administration" if rng.random() < desk else rng.choice(FUNCTIONS[:-1])
    return Person(number, sex, function, rng.choice(UNITS), hired, None, ((hired, grade),))


def _day(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1))


@lru_cache(maxsize=64)
def true_rows(world: World, code: str, day: dt.date) -> tuple[Row, ...]:
    """The agency's list of a month's end, as it should be: who is in post and, where its lists name them, who left during the month."""
    agency, first = BY_CODE[code], day.replace(day=1)
    merged = MERGED if day >= world.merger else {}
    return tuple(
        Row(
            f"{person.number:06d}",
            person.sex,
            person.grade_on(day),
            person.function,
            merged.get(person.unit, person.unit),
            person.hired,
            person.left if person.left is not None and person.left <= day and agency.has_leavers else None,
        )
        for person in people(world, code)
        if person.hired <= day
        and (person.left is None or person.left > day or (agency.has_leavers and first <= person.left <= day))
    )
