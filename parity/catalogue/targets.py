"""Promises, their actions, and scenarios of the road map, as catalogue/targets.yml states them.

What only the whole file or another one can tell is checked in parity/catalogue/promise_rules.py.
"""

from __future__ import annotations

import datetime as dt
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


NOT_STATED = "Not stated"  # a promise of before these fields were there
Framework = Literal["asean_rpa_wps", "actip", "cedaw", "unscr_1325", "national_plan", "other", "not_stated"]
FRAMEWORKS: dict[Framework, str] = {
    "asean_rpa_wps": "ASEAN Regional Plan of Action on Women, Peace and Security",
    "actip": "ASEAN Convention Against Trafficking in Persons (ACTIP)",
    "cedaw": "CEDAW",
    "unscr_1325": "UN Security Council resolution 1325",
    "national_plan": "National plan",
    "other": "Other",
    "not_stated": NOT_STATED,
}
ActionState = Literal["planned", "under_way", "done", "dropped"]


class Milestone(Entry):
    """A value to be reached on the way, by the end of a year before the promise is due."""

    year: int = Field(ge=2000, le=2100)
    """The year by whose end it is to be reached."""
    value: float
    """The value to reach, in the indicator's unit."""


class Action(Entry):
    """An action that is to keep the promise."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Short name, once in its promise."""
    what: str = Field(min_length=10)
    """The action, in a sentence."""
    owner: str = Field(min_length=2)
    """The office that answers for it. Name an office, not a person."""
    due: dt.date
    """The day by which it is to be done."""
    state: ActionState
    """How far it is."""
    evidence: str | None = None
    """A link or a document that shows it; `done` needs one."""
    why: str | None = None
    """Why it was dropped; `dropped` needs it."""


class Change(Entry):
    """An earlier version of the promise: what it was until the day on which it was changed. Name the value, the year, or both."""

    changed_on: dt.date
    """The day of the change."""
    value: float | None = None
    """The value that was promised until then."""
    due: int | None = Field(default=None, ge=2000, le=2100)
    """The year by which it was due until then."""
    why: str = Field(min_length=10)
    """Why it was changed."""
    document: str = Field(min_length=2)
    """Where the change stands."""


class Withdrawal(Entry):
    """The promise holds no more. It stays in the file and is published as withdrawn."""

    since: dt.date
    """The day of the withdrawal."""
    why: str = Field(min_length=10)
    """Why it was withdrawn."""
    document: str = Field(min_length=2)
    """Where the withdrawal stands."""


class Target(Entry):
    """A promise: a value of an indicator that an agency or a country is to reach by the end of the year `due`. It is never deleted: a changed one gets
    an entry in `history`, one that holds no more gets `withdrawn`."""

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
    made_by: str = Field(default=NOT_STATED, min_length=2)
    """Who promised: the office, or the body that decided."""
    made_on: dt.date | None = None
    """The day on which it was promised; the first of the month or of January where only that is known."""
    source: str
    """The document in which the promise stands."""
    framework: Framework = "not_stated"
    """The framework under which it was made."""
    milestones: list[Milestone] = []
    """Values to be reached on the way, in the order of years."""
    actions: list[Action] = []
    """The actions that are to keep it."""
    history: list[Change] = []
    """Its earlier versions, oldest first."""
    withdrawn: Withdrawal | None = None
    """Where it holds no more: since when, and why."""

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
