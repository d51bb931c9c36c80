"""What the generator knows and the warehouse must find: counted from the people themselves, not from the files."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from stack.samples.people import Person

YEARS = (2022, 2023, 2024, 2025)


def hr_truth(people: list[Person]) -> dict[str, Any]:
    """Per year: stock by gender and by gender and grade on 31 December; from 2023 hires, separations, person-years."""
    return {str(year): _year(people, year) for year in YEARS}


def _year(people: list[Person], year: int) -> dict[str, Any]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    in_post = [person for person in people if person.is_in_post(last)]
    stock = {
        "stock": dict(Counter(person.gender for person in in_post)),
        "stock_by_grade": {
            gender: dict(sorted(Counter(p.grade_on(last) for p in in_post if p.gender == gender).items()))
            for gender in ("woman", "man")
        },
    }
    if year == YEARS[0]:
        return stock
    return {
        **stock,
        "hires": dict(Counter(p.gender for p in people if first <= p.hired <= last)),
        "separations": dict(Counter(p.gender for p in people if p.left and first <= p.left <= last)),
        "person_years": {
            gender: sum(_days(p, first, last) for p in people if p.gender == gender) / 365.25
            for gender in ("woman", "man")
        },
    }


def _days(person: Person, first: dt.date, last: dt.date) -> int:
    start = max(person.hired, first)
    stop = min(person.left or last + dt.timedelta(days=1), last + dt.timedelta(days=1))
    return max(0, (stop - start).days)
