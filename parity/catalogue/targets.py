"""Targets and scenarios of the road map, as catalogue/targets.yml states them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry


class Scenario(Entry):
    """How flows of staff differ from those of the newest full year; what is not named stays as it is."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    hires_factor: float = Field(default=1, ge=0, le=10)
    women_share_of_hires: float | None = Field(default=None, ge=0, le=1)
    women_separation_factor: float = Field(default=1, ge=0, le=10)
    men_separation_factor: float = Field(default=1, ge=0, le=10)
    women_leave: Literal["as_now", "as_men"] = "as_now"


class Target(Entry):
    """A value of an indicator that an agency or a country promised for the end of the year `due`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    indicator: str
    agency: str | None = None
    country: str | None = None
    value: float
    due: int = Field(ge=2000, le=2100)
    source: str

    @model_validator(mode="after")
    def is_of_one_place(self) -> Self:
        if (self.agency is None) == (self.country is None):
            raise ValueError("a target is of either an agency or a country")
        return self


class RoadMap(Entry):
    """The file; its first scenario leaves flows as they are."""

    scenarios: list[Scenario] = Field(min_length=1)
    targets: list[Target]

    @model_validator(mode="after")
    def begins_with_flows_as_they_are(self) -> Self:
        first = self.scenarios[0]
        if first != Scenario(name=first.name, label=first.label):
            raise ValueError("the first scenario must leave flows as they are")
        return self
