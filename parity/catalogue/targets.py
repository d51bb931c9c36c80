"""Targets and scenarios of the road map, as catalogue/targets.yml states them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry


class Scenario(Entry):
    """How flows of staff differ from those of the newest full year; what is not named stays as it is."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Short name."""
    label: str
    """Name that readers see."""
    hires_factor: float = Field(default=1, ge=0, le=10)
    """Hires, as a multiple of those of the newest full year."""
    women_share_of_hires: float | None = Field(default=None, ge=0, le=1)
    """Women's share of hires, from 0 to 1."""
    women_separation_factor: float = Field(default=1, ge=0, le=10)
    """Women's rate of leaving, as a multiple of today's."""
    men_separation_factor: float = Field(default=1, ge=0, le=10)
    """Men's rate of leaving, as a multiple of today's."""
    women_leave: Literal["as_now", "as_men"] = "as_now"
    """`as_men`: women leave at men's rate."""


class Target(Entry):
    """A value of an indicator that an agency or a country promised for the end of the year `due`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Short name."""
    indicator: str
    """Code of the indicator."""
    agency: str | None = None
    """Code of the agency that promised; or `country`."""
    country: str | None = None
    """Code of the country that promised; or `agency`."""
    value: float
    """The value to reach, in the indicator's unit."""
    due: int = Field(ge=2000, le=2100)
    """The year by whose end it is to be reached."""
    source: str
    """Where the promise stands."""

    @model_validator(mode="after")
    def is_of_one_place(self) -> Self:
        if (self.agency is None) == (self.country is None):
            raise ValueError("a target is of either an agency or a country")
        return self


class RoadMap(Entry):
    """The file; its first scenario leaves flows as they are."""

    scenarios: list[Scenario] = Field(min_length=1)
    """What hiring and leaving could be; the first leaves them as they are."""
    targets: list[Target]
    """The promises."""

    @model_validator(mode="after")
    def begins_with_flows_as_they_are(self) -> Self:
        first = self.scenarios[0]
        if first != Scenario(name=first.name, label=first.label):
            raise ValueError("the first scenario must leave flows as they are")
        return self
