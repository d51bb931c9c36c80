"""How many people a respondent stands for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry
from parity.catalogue.vocabulary import GradeBand


class Total(Entry):
    """People whom a group of respondents stands for; without a grade band, the gender's whole staff."""

    agency: str
    """Code of the agency."""
    gender: Literal["woman", "man"]
    """Whose staff."""
    grade_band: GradeBand | None = None
    """Which grade band; without it, the gender's whole staff. Name each band of a gender, or none."""
    n: float = Field(ge=0)
    """Number of people; 0 only in a grade band that nobody holds."""


class Margin(Entry):
    """People of an agency of one gender, or of one grade band, where the two are not known together."""

    agency: str
    """Code of the agency."""
    gender: Literal["woman", "man"] | None = None
    """The gender counted, or none where `grade_band` is."""
    grade_band: GradeBand | None = None
    """The grade band counted, or none where `gender` is."""
    n: float = Field(gt=0)
    """Number of people."""

    @model_validator(mode="after")
    def is_of_one_kind(self) -> Self:
        if bool(self.gender) == bool(self.grade_band):
            raise ValueError("a margin is of either a gender or a grade band")
        return self

    @property
    def kind(self) -> Literal["gender", "grade_band"]:
        return "gender" if self.gender else "grade_band"


class Weight(Entry):
    """The base weight is a field of the form, each agency's people over its respondents, or 1 where everybody is asked, as those who leave are.

    Post-stratification brings base weights to the staff of each agency by gender and grade band: to `hr`, the agency's own list on or
    before `reference_date` (the year's last one without it), or to `totals`. Raking (`rake`) brings them to `margins` of gender and of
    grade band at once.
    """

    field: str | None = None
    """Field of the form that holds the base weight; or `frame`, or `equal`."""
    frame: dict[str, int] | None = None
    """People of each agency, where the base weight is people over respondents; or `field`, or `equal`."""
    equal: bool = False
    """Whether each respondent counts once, as where everybody is asked and nobody knows beforehand how many they are; or `field`, or `frame`."""
    poststratify: Literal["none", "hr", "totals", "rake"] = "none"
    """To which totals weights are brought: `none`, the agency's own staff list (`hr`), `totals`, or `margins` (`rake`)."""
    reference_date: dt.date | None = None
    """With `hr`: the newest list on or before this day; without it, the last list of the year."""
    totals: list[Total] = []
    """With `totals`: people by gender, or gender and grade band."""
    margins: list[Margin] = []
    """With `rake`: people by gender, and people by grade band."""

    @model_validator(mode="after")
    def is_of_one_kind(self) -> Self:
        if sum(map(bool, (self.field, self.frame, self.equal))) != 1:
            raise ValueError("weight names either a field or a frame, or says equal: true where each respondent counts once")
        if (self.poststratify == "totals") != bool(self.totals):
            raise ValueError("totals are listed where, and only where, poststratify says so")
        if (self.poststratify == "rake") != bool(self.margins):
            raise ValueError("margins are listed where, and only where, poststratify is rake")
        for fault in _incomplete(self.totals):
            raise ValueError(fault)
        for agency in {margin.agency for margin in self.margins}:
            genders, bands = (
                sum(margin.n for margin in self.margins if margin.agency == agency and margin.kind == kind)
                for kind in ("gender", "grade_band")
            )
            if abs(genders - bands) > 1e-9 * genders:
                raise ValueError(f"the margins of {agency} have {genders:g} people by gender, {bands:g} by grade band")
        return self

    @property
    def kind(self) -> Literal["field", "frame", "equal"]:
        return "field" if self.field else "frame" if self.frame else "equal"


def _incomplete(totals: Sequence[Total]) -> Iterator[str]:
    """Faults in the totals of each agency and gender. A band that is left out is not known, and would count as nobody."""
    groups = dict.fromkeys((total.agency, total.gender) for total in totals)
    for agency, gender in groups:
        group = [total for total in totals if (total.agency, total.gender) == (agency, gender)]
        bands = Counter(total.grade_band for total in group)
        if bands != Counter([None]) and bands != Counter(get_args(GradeBand)):
            yield f"totals of {agency}, {gender}: give one for each of {', '.join(get_args(GradeBand))} (0 where nobody is), or one for all"
        if not sum(total.n for total in group):
            yield f"totals of {agency}, {gender} sum to 0: leave out a gender whose number is not known"
