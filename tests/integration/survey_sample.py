"""For tests: respondents of a made-up stratified sample, and its estimates worked out person by person, without the SQL's sums."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import psycopg

from tests.integration.macros import fill

KEYS = ["level", "agency_code", "gender"]
Domain = tuple[str, str, str]
MEMBER = {
    "level": "text", "agency_code": "text", "gender": "text", "stratum": "text", "poststratum": "text", "weight": "float", "y": "float",
    "n_alike": "bigint",
}  # fmt: skip
GROUP = {
    "stratum": "text", "poststratum": "text", "is_poststratified": "boolean", "is_raked": "boolean", "gender": "text", "grade_band": "text",
    "n": "bigint", "sum_w": "float", "sum_w2": "float",
}  # fmt: skip
# How an agency is calibrated → it; each is a stratum. One person alone answers in D, and E has women alone.
RAKED, POSTSTRATIFIED, BASE, ALONE, WOMEN = "A", "B", "C", "D", "E"


@dataclass(frozen=True)
class Person:
    agency: str
    gender: str
    band: str
    weight: float
    y: float | None  # None: no answer, but in the sample

    @property
    def poststratum(self) -> str:
        return f"{self.agency}/{self.gender}/{self.band if self.agency == RAKED else 'all'}"

    def domains(self) -> list[Domain]:
        return [
            ("agency", self.agency, "all"), ("agency_gender", self.agency, self.gender), ("all", "all", "all"), ("gender", "all", self.gender),
        ]  # fmt: skip


def invent(seed: int) -> list[Person]:
    rng = random.Random(seed)
    people = []
    for agency, n in {RAKED: 40, POSTSTRATIFIED: 30, BASE: 20, ALONE: 1, WOMEN: 6}.items():
        for nth in range(n):
            gender = "woman" if agency == WOMEN or nth < n // 3 else "man"
            band = rng.choice(["junior", "junior", "middle", "senior"])
            people.append(Person(agency, gender, band, rng.choice([1.0, 1.5, 4.25]), rng.choice([0.0, 0.5, 1.0, 1.0, None])))
    return [*people, Person(ALONE, "man", "junior", 2.0, None)] if seed % 2 else people


def fill_members(connection: psycopg.Connection, people: list[Person]) -> None:
    """Who answered, in each domain; those who are alike are one row."""
    alike = Counter(
        (*domain, person.agency, person.poststratum, person.weight, person.y)
        for person in people
        if person.y is not None
        for domain in person.domains()
    )
    fill(connection, "members", MEMBER, [(*row, n) for row, n in alike.items()])


def fill_groups(connection: psycopg.Connection, people: list[Person]) -> None:
    lines = []
    for name in sorted({person.poststratum for person in people}):
        of = [person for person in people if person.poststratum == name]
        raked = of[0].agency == RAKED
        weights = [person.weight for person in of]
        lines.append(
            (
                of[0].agency,
                name,
                of[0].agency == POSTSTRATIFIED,
                raked,
                of[0].gender if raked else None,
                of[0].band if raked else None,
                len(of),
                sum(weights),
                sum(weight**2 for weight in weights),
            )
        )
    fill(connection, "poststrata", GROUP, lines)


@dataclass(frozen=True)
class Estimate:
    n: int
    p: float
    z: np.ndarray  # of each person, 0 outside the domain


def estimates(people: list[Person]) -> dict[Domain, Estimate]:
    """Domain → its mean and linearised values; of gaps, too."""
    found = {}
    for domain in dict.fromkeys(domain for person in people if person.y is not None for domain in person.domains()):
        answers = [person.y if person.y is not None and domain in person.domains() else None for person in people]
        weights = [person.weight if y is not None else 0 for person, y in zip(people, answers, strict=True)]
        p = sum(weight * (y or 0) for weight, y in zip(weights, answers, strict=True)) / sum(weights)
        z = [weight * ((y or 0) - p) / sum(weights) for weight, y in zip(weights, answers, strict=True)]
        found[domain] = Estimate(sum(y is not None for y in answers), p, np.array(z))
    for (level, agency, gender), women in list(found.items()):
        if gender == "woman" and (level, agency, "man") in found:
            men = found[level, agency, "man"]
            gap = Estimate(women.n + men.n, women.p - men.p, women.z - men.z)
            found[level.replace("gender", "gap"), agency, "women minus men"] = gap
    return found


def strata_of(people: list[Person], domain: Domain) -> set[str]:
    """The strata that a domain has members in; of a gap, either side."""
    level, agency, gender = domain
    genders = ("woman", "man") if gender == "women minus men" else (gender,)
    of = {(level.replace("gap", "gender"), agency, each) for each in genders}
    return {person.agency for person in people if person.y is not None and of & set(person.domains())}


def fit_of_margins(people: list[Person], z: np.ndarray) -> np.ndarray:
    """What gender and band explain of z/w by least squares, for each of the people."""
    genders = sorted({person.gender for person in people})
    bands = sorted({person.band for person in people})
    design = [[person.gender == gender for gender in genders] + [person.band == band for band in bands] for person in people]
    x = np.array(design, dtype=float)
    u = z / np.array([person.weight for person in people])
    return x @ np.linalg.lstsq(x, u, rcond=None)[0]


def residuals(people: list[Person], z: np.ndarray) -> np.ndarray:
    """What calibration leaves of each person's z."""
    left = z.copy()
    weights = np.array([person.weight for person in people])
    for name in {person.poststratum for person in people if person.agency == POSTSTRATIFIED}:
        of = np.array([person.poststratum == name for person in people])
        left[of] -= weights[of] * z[of].sum() / weights[of].sum()
    raked = np.array([person.agency == RAKED for person in people])
    left[raked] -= weights[raked] * fit_of_margins([person for person in people if person.agency == RAKED], z[raked])
    return left


def variance(people: list[Person], z: np.ndarray, strata: set[str]) -> float | None:
    """That of the residuals over `strata`, those of the domain; None where a stratum has one respondent."""
    left = residuals(people, z)
    parts = [left[[person.agency == stratum for person in people]] for stratum in strata]
    return sum(len(part) * part.var(ddof=1) for part in parts) if all(len(part) > 1 for part in parts) else None
