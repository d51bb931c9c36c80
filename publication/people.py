"""The people that a count is of: what tells two cells of one count from two cells of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy, Traits
from publication.cell import YEAR, Figure

WOMAN, MAN, BOTH = "woman", "man", "women and men"
INSIDE, REST = "counted", "not counted"
OR, ANY = " or ", "any"


@dataclass(frozen=True, order=True)
class People:
    """Some people of an agency and year, or of its mid-year: these are others. `traits` are the dimensions that they are chosen by, with the value of each; a value may be several
    ("patrol or border"), or any that is known."""

    of: str
    agency_code: str
    period_year: int
    provenance: str
    who: str
    traits: tuple[tuple[str, str], ...] = ()
    period: str = YEAR

    def __str__(self) -> str:
        traits = "".join(f", {name} {value}" for name, value in self.traits)
        when = f"{self.period_year}" if self.period == YEAR else f"{self.period} {self.period_year}"
        return f"{self.of} of {self.agency_code} {when}, {self.who}{traits}"

    def without(self, name: str) -> People:
        """The same people of all values of a trait, also those of whom it is not known."""
        return replace(self, traits=tuple(trait for trait in self.traits if trait[0] != name))


def is_joined(value: str) -> bool:
    """Whether the value of a trait stands for several values."""
    return value == ANY or OR in value


def joins(joined: str, value: str) -> bool:
    return joined == ANY or value in joined.split(OR)


def people_of(cell: Figure, who: str, policy: Policy) -> People:
    """Those of one side of the cell's share, or of both, or of its rate."""
    gender = cell.gender if who in (INSIDE, REST, BOTH) else "all"
    of, traits = traits_of(cell.indicator_code, gender, cell.grade_band, cell.breakdown, cell.breakdown_value, policy)
    return People(of, cell.agency_code, cell.period_year, cell.provenance, who, traits, cell.period)


def traits_of(
    indicator_code: str, gender: str, grade_band: str, breakdown: str, breakdown_value: str, policy: Policy
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a figure's counts are of, and the dimensions that its people are chosen by."""
    traits = dict(policy.counts[indicator_code])
    of = traits.pop("of")
    if grade_band != "all":
        traits["grade_band"] = grade_band
    if breakdown != "none":
        traits[breakdown] = breakdown_value
    if gender != "all":
        traits["gender"] = gender
    return of, tuple(sorted(traits.items()))


def people_compared(cell: Figure, who: str, traits: Traits) -> People:
    """Those whom a ratio counts of one sex, or of whom these are part, by the traits that the policy gives."""
    chosen = {name: OR.join(value) if isinstance(value, tuple) else value for name, value in traits.items() if name != "of"}
    return People(
        str(traits["of"]), cell.agency_code, cell.period_year, cell.provenance, who, tuple(sorted(chosen.items())), cell.period
    )
