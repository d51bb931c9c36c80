"""Invented staff of an agency over time: the truth that the HR files, the survey and the tests are derived from.

A person is hired once, may be promoted up the nine common grades, and may leave. Everything follows from the seed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

FIRST_MONTH = (2022, 12)
LAST_MONTH = (2025, 12)
START = dt.date(2022, 12, 1)
END = dt.date(2025, 12, 31)

FUNCTIONS = ("patrol", "investigation", "border", "intelligence", "special", "forensic", "training", "administration")


@dataclass(frozen=True)
class AgencyPlan:
    """What an invented agency is like: size, women's share now and among new hires, yearly rates."""

    code: str
    size: int
    women_share: float
    women_share_hires: float
    hire_rate: float
    leave_rate_women: float
    leave_rate_men: float
    women_promotion: float
    units: tuple[str, ...]
    post: str | None = None  # where every second person of border control serves
    counter_trafficking: str | None = None  # where every fourth investigator does


# Women in VNM-CUS are promoted so rarely that the senior ones are few enough to be withheld: samples must show it.
PLANS = (
    AgencyPlan(
        "THA-POL",
        4200,
        0.12,
        0.22,
        0.060,
        0.050,
        0.038,
        0.85,
        ("Division 1", "Division 2", "College"),
        "Border Post 1",
        "Anti-Trafficking Division",
    ),
    AgencyPlan(
        "IDN-IMM", 1500, 0.27, 0.34, 0.070, 0.045, 0.035, 0.95, ("Airport", "Seaport", "Head Office"), None, "Anti-Smuggling Unit"
    ),
    AgencyPlan(
        "VNM-CUS", 950, 0.22, 0.30, 0.065, 0.046, 0.040, 0.60, ("Gate A", "Gate B", "Head Office"), None, "Task Force 389"
    ),
    AgencyPlan("PHL-CG", 2600, 0.16, 0.26, 0.080, 0.045, 0.035, 0.90, ("District 1", "District 2")),
    # A second agency of the same type in each country, which takes part in the survey alone: of one agency no sensitive figure is published.
    AgencyPlan("THA-SI", 1400, 0.19, 0.34, 0.070, 0.045, 0.038, 0.90, ("Head Office", "Field Office")),
    AgencyPlan("IDN-BM", 900, 0.23, 0.38, 0.080, 0.045, 0.035, 0.95, ("Crossing 1", "Crossing 2")),
    AgencyPlan("VNM-AS", 800, 0.18, 0.32, 0.075, 0.046, 0.040, 0.80, ("Region North", "Region South")),
    AgencyPlan("PHL-MU", 1100, 0.19, 0.34, 0.080, 0.045, 0.035, 0.90, ("Station 1", "Station 2")),
)


@dataclass
class Person:
    """One invented member of staff; `grades` holds (date, grade) in order of date."""

    number: int
    gender: str
    birth: dt.date
    hired: dt.date
    left: dt.date | None
    grades: list[tuple[dt.date, int]] = field(default_factory=list)
    unit: str = ""
    function: str = ""
    is_sworn: bool = True

    def grade_on(self, day: dt.date) -> int:
        return max((entry for entry in self.grades if entry[0] <= day), default=self.grades[0])[1]

    def is_in_post(self, day: dt.date) -> bool:
        return self.hired <= day and (self.left is None or self.left > day)


def month_ends() -> Iterator[dt.date]:
    """The last day of each month that the files cover."""
    year, month = FIRST_MONTH
    while (year, month) <= LAST_MONTH:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        yield dt.date(year, month, 1) - dt.timedelta(days=1)


def _day_between(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1))


def _gender(rng: random.Random, women_share: float) -> str:
    draw = rng.random()
    if draw < 0.004:
        return "missing"
    return "woman" if rng.random() < women_share else "man"


def _person(rng: random.Random, plan: AgencyPlan, number: int, gender: str, hired: dt.date, grade: int) -> Person:
    age = rng.randint(19, 30)
    birth = dt.date(hired.year - age, rng.randint(1, 12), rng.randint(1, 28))
    person = Person(number, gender, birth, hired, None, [(hired, grade)], rng.choice(plan.units))
    desk = 0.35 if gender == "woman" else 0.12
    person.function = "administration" if rng.random() < desk else rng.choice(FUNCTIONS[:-1])
    if person.function == "border" and number % 2 == 0:
        person.unit = plan.post or person.unit
    if person.function == "investigation" and number % 4 == 0:
        person.unit = plan.counter_trafficking or person.unit
    person.is_sworn = rng.random() > (0.25 if person.function == "administration" else 0.04)
    return person


def _start_grade(rng: random.Random, gender: str, promotion: float) -> int:
    weights = [30, 22, 16, 11, 8, 5.5, 4, 2.2, 1.3]
    if gender == "woman":
        weights = [weight * promotion ** (step / 2) for step, weight in enumerate(weights)]
    return rng.choices(range(1, 10), weights)[0]


def staff(plan: AgencyPlan, seed: int) -> list[Person]:
    """Everybody who was in post at some time from 1 December 2022 to 31 December 2025."""
    rng = random.Random(f"{seed}/{plan.code}")
    people: list[Person] = []
    for _ in range(plan.size):
        gender = _gender(rng, plan.women_share)
        hired = _day_between(rng, dt.date(1998, 1, 1), START - dt.timedelta(days=1))
        people.append(_person(rng, plan, len(people) + 1, gender, hired, _start_grade(rng, gender, plan.women_promotion)))
    for end in month_ends():
        first = end.replace(day=1)
        _leave(rng, plan, people, first, end)
        _promote(rng, plan, people, end)
        for _ in range(sum(rng.random() < plan.hire_rate / 12 for _ in range(plan.size))):
            gender = _gender(rng, plan.women_share_hires)
            people.append(_person(rng, plan, len(people) + 1, gender, _day_between(rng, first, end), 1))
    return people


def _leave(rng: random.Random, plan: AgencyPlan, people: list[Person], first: dt.date, end: dt.date) -> None:
    for person in people:
        rate = plan.leave_rate_women if person.gender == "woman" else plan.leave_rate_men
        if person.left is None and rng.random() < rate / 12:
            person.left = _day_between(rng, first, end)


def _promote(rng: random.Random, plan: AgencyPlan, people: list[Person], end: dt.date) -> None:
    for person in people:
        grade = person.grades[-1][1]
        chance = 0.05 / 12 * (plan.women_promotion if person.gender == "woman" else 1)
        if person.left is None and grade < 9 and (end - person.grades[-1][0]).days > 730 and rng.random() < chance:
            person.grades.append((end, grade + 1))
