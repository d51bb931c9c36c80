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
    name: str
    asean_since: dt.date | None = None


class Agency(Entry):
    code: str
    name: str
    country: str
    type: AgencyType
    provenance: Literal["synthetic", "real"]
    valid_from: dt.date = dt.date(1900, 1, 1)
    valid_to: dt.date | None = None


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
