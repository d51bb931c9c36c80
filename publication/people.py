"""The people that a count is of: what tells two cells of one count from two cells of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy, Traits
from publication.cell import Cell

WOMAN, MAN, BOTH = "woman", "man", "women and men"
INSIDE, REST = "counted", "not counted"
OR, ANY = " or ", "any"


@dataclass(frozen=True, order=True)
class People:
    """Some people of an agency and year. `traits` are the dimensions that they are chosen by, with the value of each; a value may be several
    ("patrol or border"), or any that is known."""

    of: str
    agency_code: str
    period_year: int
    provenance: str
    who: str
    traits: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        traits = "".join(f", {name} {value}" for name, value in self.traits)
        return f"{self.of} of {self.agency_code} {self.period_year}, {self.who}{traits}"

    def without(self, name: str) -> People:
        """The same people of all values of a trait, also those of whom it is not known."""
        return replace(self, traits=tuple(trait for trait in self.traits if trait[0] != name))


def is_joined(value: str) -> bool:
    """Whether the value of a trait stands for several values."""
    return value == ANY or OR in value


def joins(joined: str, value: str) -> bool:
    return joined == ANY or value in joined.split(OR)


def people_of(cell: Cell, who: str, policy: Policy) -> People:
    """Those of one side of the cell's share, or of both, or of its rate."""
    traits = dict(policy.counts[cell.indicator_code])
    if cell.grade_band != "all":
        traits["grade_band"] = cell.grade_band
    if cell.breakdown != "none":
        traits[cell.breakdown] = cell.breakdown_value
    if cell.gender != "all" and who in (INSIDE, REST, BOTH):
        traits["gender"] = cell.gender
    return _people(cell, who, traits)


def people_compared(cell: Cell, who: str, traits: Traits) -> People:
    """Those whom a ratio counts of one sex, or of whom these are part, by the traits that the policy gives."""
    return _people(cell, who, {name: OR.join(value) if isinstance(value, tuple) else value for name, value in traits.items()})


def _people(cell: Cell, who: str, traits: dict[str, str]) -> People:
    of = traits.pop("of")
    return People(of, cell.agency_code, cell.period_year, cell.provenance, who, tuple(sorted(traits.items())))
