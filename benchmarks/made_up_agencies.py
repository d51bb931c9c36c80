"""Cells of made-up agencies of 60 to 20,000 staff over some years, as indicators.fct_indicator would have them: for the attack, and to time it.

Women are one in eight, and fewer in small units, so that counts of 1 to 4 are common. Staff stay from year to year; some leave, some are hired.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from publication.cell import YEAR, Cell

AGENCIES, YEARS = 15, range(2023, 2026)
SMALLEST, LARGEST = 60, 20_000
TRAITS = {
    "grade_band": (("junior", "middle", "senior"), (70, 24, 6)),
    "function": (
        ("patrol", "investigation", "border", "administration", "forensic", "training", "special"),
        (45, 20, 12, 12, 5, 3, 3),
    ),
    "age_band": (("18-24", "25-34", "35-44", "45-54", "55+"), (8, 30, 32, 22, 8)),
    "border_post": (("yes", "no"), (15, 85)),
    "sworn_civilian": (("sworn", "civilian"), (80, 20)),
    "tenure_band": (("lt2", "2-5", "6-10", "11-20", "gt20"), (30, 25, 20, 15, 10)),
}
NAMES = tuple(TRAITS)
LEAVE = 0.04
SHARES = {"REP-01": {}, "PRO-01": {"grade_band": "senior"}, "PRO-02": {"grade_band": "middle"}, "REP-03": {"border_post": "yes"}}
SPLIT = {"REP-01": NAMES[:-1], "REP-03": ("grade_band",)}
OPERATIONAL = ("patrol", "investigation", "border")


@dataclass(frozen=True)
class Person:
    """`traits` has a value for each of NAMES."""

    is_woman: bool
    traits: tuple[str, ...]

    def has(self, wanted: Mapping[str, str]) -> bool:
        return all(self.traits[NAMES.index(name)] == value for name, value in wanted.items())


@dataclass(frozen=True)
class YearEnd:
    """The lists of an agency and year: staff at its end, and who left and was hired in it, each by number."""

    staff: dict[int, Person]
    left: dict[int, Person]
    hired: dict[int, Person]


def sizes(agencies: int) -> list[int]:
    return [round(SMALLEST * (LARGEST / SMALLEST) ** (number / max(agencies - 1, 1))) for number in range(agencies)]


def made_up_cells(seed: int, *, agencies: int = AGENCIES, years: range = YEARS) -> list[Cell]:
    """Cells of staff of each agency and year, of their leavers and hires."""
    rng = random.Random(seed)
    return [
        cell
        for number, size in enumerate(sizes(agencies))
        for year, lists in zip(years, year_ends(rng, size, len(years)), strict=True)
        for cell in cells_of(lists, f"A{number:02}", year)
    ]


def year_ends(rng: random.Random, size: int, years: int) -> Iterator[YearEnd]:
    moved = round(LEAVE * size)
    staff = dict(enumerate(people(rng, size)))
    left, hired = (dict(zip(range(-moved, 0), people(rng, moved), strict=True)) for _ in range(2))
    for _ in range(years):
        yield YearEnd(staff, left, hired)
        left = {number: staff[number] for number in rng.sample(sorted(staff), round(LEAVE * len(staff)))}
        hired = dict(enumerate(people(rng, len(left)), max(staff) + 1))
        staff = {number: person for number, person in staff.items() if number not in left} | hired


def people(rng: random.Random, n: int) -> list[Person]:
    traits = zip(*(rng.choices(*values, k=n) for values in TRAITS.values()), strict=True)
    return [Person(rng.random() < 1 / 8, each) for each in traits]


def cells_of(lists: YearEnd, agency: str, year: int) -> Iterator[Cell]:
    place = {"agency_code": agency, "period_year": year, "period_date": dt.date(year, 12, 31), "country_code": agency}
    staff = Counter(lists.staff.values())
    for code, wanted in SHARES.items():
        yield _share(code, place, staff, wanted)
        for name in SPLIT.get(code, ()):
            for value in TRAITS[name][0]:
                yield _share(code, place, staff, wanted | {name: value}, name, value)
    yield _share("REC-02", place, Counter(lists.hired.values()), {})
    yield _ratio(place, staff)
    for gender, is_woman in (("woman", True), ("man", False)):
        left = Counter(person.traits[-1] for person in lists.left.values() if person.is_woman == is_woman)
        of_gender = sum(n for person, n in staff.items() if person.is_woman == is_woman)
        yield _rate(place, gender, left.total(), of_gender)
        for value in TRAITS["tenure_band"][0]:
            yield _rate(place, gender, left[value], max(of_gender // 5, 1), value)


def _count(people: Mapping[Person, int], wanted: Mapping[str, str]) -> tuple[int, int]:
    """Women, and all, who have these traits."""
    found = [(person.is_woman, n) for person, n in people.items() if person.has(wanted)]
    return sum(n for is_woman, n in found if is_woman), sum(n for _, n in found)


def _share(
    code: str, place: dict, people: Mapping[Person, int], wanted: Mapping[str, str], name: str = "none", value: str = "all"
) -> Cell:
    women, n = _count(people, wanted)
    split = {"grade_band": value} if name == "grade_band" else {"breakdown": name, "breakdown_value": value}
    level = "agency" if name == "none" else "agency_grade" if name == "grade_band" else "agency_breakdown"
    counts = {"numerator": float(women), "denominator": float(n), "n": n, "estimate": 100 * women / n if n else None}
    gone = {} if n else {"numerator": None, "unavailable_reason": "not available: nobody is there"}
    return _cell(indicator_code=code, unit="pct", method="census share", level=level, **place, **split, **counts | gone)


def _ratio(place: dict, staff: Mapping[Person, int]) -> Cell:
    """DEP-01: women, and men, who hold operational posts."""
    women, both = (sum(part) for part in zip(*(_count(staff, {"function": post}) for post in OPERATIONAL), strict=True))
    all_women, everybody = _count(staff, {})
    counts = tuple(map(float, (women, all_women, both - women, everybody - all_women)))
    is_defined = all_women and both > women
    sides = (women, all_women - women, both - women, everybody - all_women - both + women)
    return _cell(
        indicator_code="DEP-01",
        unit="ratio",
        method="ratio of census shares",
        level="agency",
        **place,
        n=everybody,
        n_least=min(all_women, everybody - all_women),
        count_least=min((side for side in sides if side), default=None),
        **dict(zip(("first_count", "first_base", "second_count", "second_base"), counts, strict=True)),
        estimate=(counts[0] / counts[1]) / (counts[2] / counts[3]) if is_defined else None,
        unavailable_reason=None if is_defined else "not defined: no woman, or no man in an operational post",
    )


def _rate(place: dict, gender: str, events: int, staff: int, tenure: str | None = None) -> Cell:
    split = (
        {"breakdown": "tenure_band", "breakdown_value": tenure, "level": "agency_breakdown"}
        if tenure
        else {"level": "agency_gender"}
    )
    rate = {"numerator": float(events), "denominator": float(max(staff, 1)), "n": staff, "estimate": 100 * events / max(staff, 1)}
    return _cell(
        indicator_code="RET-01",
        unit="per 100 person-years",
        method="events per person-time",
        gender=gender,
        **place,
        **split,
        **rate,
    )


def _cell(**given: Any) -> Cell:
    whole = {"gender": "all", "grade_band": "all", "breakdown": "none", "breakdown_value": "all", "period": YEAR}
    known = {"source": "hr", "agency_type": "police", "provenance": "synthetic", "is_sensitive": False, "statistic": "share"}
    made: dict[str, Any] = dict.fromkeys(each.name for each in fields(Cell)) | whole | known | given
    made["cell_id"] = "/".join(str(made[name]) for name in (
        "indicator_code", "agency_code", "period_year", "gender", "grade_band", "breakdown", "breakdown_value"))  # fmt: skip
    return Cell(**made)


def without(lists: YearEnd, numbers: Iterable[int]) -> YearEnd:
    """The lists with fewer people."""
    gone = set(numbers)
    return replace(lists, staff={number: person for number, person in lists.staff.items() if number not in gone})


def changed(lists: YearEnd, numbers: Sequence[int], rng: random.Random) -> YearEnd:
    """The lists with other traits of some people, who keep their sex."""
    others = zip(numbers, people(rng, len(numbers)), strict=True)
    return replace(
        lists, staff=lists.staff | {number: replace(other, is_woman=lists.staff[number].is_woman) for number, other in others}
    )
