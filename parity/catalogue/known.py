"""Figures that readers know from elsewhere, as `catalogue/known.yml` states them: an agency's annual report, a minister's answer.

The attack on a release takes them for known. Only counts of people that a published figure tells of can be stated: `counts` in disclosure.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry
from parity.catalogue.errors import CatalogueError, line_of, nearest
from parity.catalogue.loader import read_file, read_list
from parity.catalogue.policy import Policy
from parity.catalogue.vocabulary import Agency

FILE = "known.yml"


class Known(Entry):
    """A count of people of an agency and year, from `least` to `greatest`, with where it stands. `indicator` says which people are counted, the
    other fields which of them: as in the published figure. Of shares of staff `who` is woman, man or both; of others, counted or not."""

    indicator: str
    agency: str
    year: int = Field(ge=1900, le=2200)
    who: Literal["woman", "man", "women and men", "counted", "not counted"]
    gender: str = "all"
    grade_band: str = "all"
    breakdown: str = "none"
    breakdown_value: str = "all"
    least: int = Field(ge=0)
    greatest: int = Field(ge=0)
    source: str = Field(min_length=10)

    @model_validator(mode="after")
    def be_a_range(self) -> Self:
        if self.greatest < self.least:
            raise ValueError(f"greatest ({self.greatest}) is below least ({self.least})")
        return self

    def __str__(self) -> str:
        traits = (f"{self.gender}", f"{self.grade_band}", f"{self.breakdown} {self.breakdown_value}")
        some = [trait for trait in traits if trait not in ("all", "none all")]
        return ", ".join([f"{self.indicator} of {self.agency} {self.year}", self.who, *some])


class KnownFile(Entry):
    known: list[Known]


def load_known(catalogue: Path, policy: Policy) -> list[Known]:
    """None where there is no file. Raises CatalogueError, with file, line, field and remedy."""
    path = catalogue / FILE
    if not path.exists():
        return []
    known = read_file(path, KnownFile).known
    agencies = {agency.code for agency in read_list(catalogue / "agencies.yml", Agency)}
    faults = []
    for number, entry in enumerate(known):
        for field, value, allowed, where in (
            ("indicator", entry.indicator, policy.counts, "counts in disclosure.yml"),
            ("agency", entry.agency, agencies, "agencies.yml"),
        ):
            if value not in allowed:
                line = line_of(path, ("known", number, field))
                faults.append(f"{path}:{line}: {field}: '{value}' is not in {where}.{nearest(value, sorted(allowed))}")
    if faults:
        raise CatalogueError(faults)
    return known
