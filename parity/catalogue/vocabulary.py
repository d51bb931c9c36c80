"""Words that every source shares: countries, agencies, genders, grades, functions."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from parity.catalogue.entry import Entry, Gender

GradeBand = Literal["junior", "middle", "senior"]
AgencyType = Literal[
    "police",
    "immigration",
    "customs",
    "border",
    "customs_border",
    "coast_guard",
    "transport_security",
    "prisons",
    "training",
]


class Country(Entry):
    code: str = Field(pattern=r"^[A-Z]{3}$")
    """ISO 3166-1 alpha-3."""
    name: str
    """Name that readers see."""
    asean_since: dt.date | None = None
    """Day of admission to ASEAN; without it, no member."""


class Agency(Entry):
    code: str
    """Code that contracts and figures use: the country's, then the agency's."""
    name: str
    """Name that readers see. A synthetic agency says so in it."""
    country: str
    """Code of the country."""
    type: AgencyType
    """Kind of agency; figures of a type join the agencies of one kind."""
    provenance: Literal["synthetic", "real"]
    """Whether its people are invented."""
    valid_from: dt.date = dt.date(1900, 1, 1)
    """First day on which this is so."""
    valid_to: dt.date | None = None
    """Last day on which it is; none while it lasts."""


class GenderState(Entry):
    gender: Gender
    label: str


class Grade(Entry):
    grade: int = Field(ge=1, le=9)
    band: GradeBand
    label: str


class Function(Entry):
    code: str
    label: str
