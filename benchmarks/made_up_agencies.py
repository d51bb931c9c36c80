"""Cells of made-up agencies of 60 to 20,000 staff over some years, as indicators.fct_indicator would have them: for the attack, and to time it.

Women are one in eight, and fewer in small units, so that counts of 1 to 4 are common. Staff stay from year to year; some leave, some are hired.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields

from publication.cell import Cell

AGENCIES = 15
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
}
LEAVE, TENURE = 0.04, (("lt2", "2-5", "6-10", "11-20", "gt20"), (30, 25, 20, 15, 10))
SHARES = {"REP-01": {}, "PRO-01": {"grade_band": "senior"}, "PRO-02": {"grade_band": "middle"}, "REP-03": {"border_post": "yes"}}


@dataclass(frozen=True)
class Person:
    is_woman: bool
    traits: tuple[tuple[str, str], ...]

    def has(self, wanted: dict[str, str]) -> bool:
        return wanted.items() <= dict(self.traits).items()


def made_up_cells(seed: int, *, agencies: int = AGENCIES, years: range = range(2023, 2026)) -> list[Cell]:
    """Cells of staff of each agency and year, and of their leavers."""
    rng, found = random.Random(seed), []
    for number in range(agencies):
        size = round(SMALLEST * (LARGEST / SMALLEST) ** (number / max(agencies - 1, 1)))
        staff = [_person(rng) for _ in range(size)]
        for year in years:
            found += _cells_of(staff, f"A{number:02}", year, rng)
            left = set(rng.sample(range(len(staff)), round(LEAVE * len(staff))))
            staff = [person for n, person in enumerate(staff) if n not in left] + [_person(rng) for _ in left]
    return found


def _person(rng: random.Random) -> Person:
    return Person(rng.random() < 1 / 8, tuple((name, rng.choices(*values)[0]) for name, values in TRAITS.items()))


def _cells_of(staff: list[Person], agency: str, year: int, rng: random.Random) -> Iterator[Cell]:
    place = {"agency_code": agency, "period_year": year, "period_date": dt.date(year, 12, 31), "country_code": agency}
    for code, wanted in SHARES.items():
        group = [person for person in staff if person.has(wanted)]
        yield _share(code, place, group)
        split = ("grade_band",) if code == "REP-03" else TRAITS if code == "REP-01" else ()
        for name in split:
            for value in TRAITS[name][0]:
                yield _share(code, place, [person for person in group if person.has({name: value})], name, value)
    for gender, is_woman in (("woman", True), ("man", False)):
        of_gender = sum(person.is_woman == is_woman for person in staff)
        tenures = rng.choices(*TENURE, k=sum(rng.random() < LEAVE for _ in range(of_gender)))
        yield _rate(place, gender, len(tenures), of_gender)
        for value in TENURE[0]:
            yield _rate(place, gender, tenures.count(value), max(of_gender // 5, 1), value)


def _share(code: str, place: dict, group: list[Person], name: str = "none", value: str = "all") -> Cell:
    women, n = sum(person.is_woman for person in group), len(group)
    split = {"grade_band": value} if name == "grade_band" else {"breakdown": name, "breakdown_value": value}
    level = "agency" if name == "none" else "agency_grade" if name == "grade_band" else "agency_breakdown"
    counts = {"numerator": float(women), "denominator": float(n), "n": n, "estimate": 100 * women / n if n else None}
    gone = {} if n else {"numerator": None, "unavailable_reason": "not available: nobody is there"}
    return _cell(indicator_code=code, unit="pct", method="census share", level=level, **place, **split, **counts | gone)


def _rate(place: dict, gender: str, events: int, staff: int, tenure: str | None = None) -> Cell:
    split = (
        {"breakdown": "tenure_band", "breakdown_value": tenure, "level": "agency_breakdown"}
        if tenure
        else {"level": "agency_gender"}
    )
    counts = {
        "numerator": float(events),
        "denominator": float(max(staff, 1)),
        "n": staff,
        "estimate": 100 * events / max(staff, 1),
    }
    return _cell(
        indicator_code="RET-01",
        unit="per 100 person-years",
        method="events per person-time",
        gender=gender,
        **place,
        **split,
        **counts,
    )


def _cell(**given: object) -> Cell:
    neutral = {each.name: None for each in fields(Cell)} | {
        "gender": "all",
        "grade_band": "all",
        "breakdown": "none",
        "breakdown_value": "all",
    }
    known = {"source": "hr", "agency_type": "police", "provenance": "synthetic", "is_sensitive": False, "statistic": "share"}
    made = neutral | known | given
    made["cell_id"] = "/".join(str(made[name]) for name in (
        "indicator_code", "agency_code", "period_year", "gender", "grade_band", "breakdown", "breakdown_value"))  # fmt: skip
    return Cell(**made)
