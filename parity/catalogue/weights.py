"""How many people a respondent stands for."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry
from parity.catalogue.vocabulary import GradeBand


class Total(Entry):
    """People whom a group of respondents stands for; without a grade band, the gender's whole staff."""

    agency: str
    gender: Literal["woman", "man"]
    grade_band: GradeBand | None = None
    n: float = Field(gt=0)


class Margin(Entry):
    """People of an agency of one gender, or of one grade band, where the two are not known together."""

    agency: str
    gender: Literal["woman", "man"] | None = None
    grade_band: GradeBand | None = None
    n: float = Field(gt=0)

    @model_validator(mode="after")
    def is_of_one_kind(self) -> Self:
        if bool(self.gender) == bool(self.grade_band):
            raise ValueError("a margin is of either a gender or a grade band")
        return self

    @property
    def kind(self) -> Literal["gender", "grade_band"]:
        return "gender" if self.gender else "grade_band"


class Weight(Entry):
    """The base weight is a field of the form, or each agency's people over its respondents.

    Post-stratification brings base weights to the staff of each agency by gender and grade band: to `hr`, the agency's own list on or
    before `reference_date` (the year's last one without it), or to `totals`. Raking (`rake`) brings them to `margins` of gender and of
    grade band at once.
    """

    field: str | None = None
    frame: dict[str, int] | None = None
    poststratify: Literal["none", "hr", "totals", "rake"] = "none"
    reference_date: dt.date | None = None
    totals: list[Total] = []
    margins: list[Margin] = []

    @model_validator(mode="after")
    def is_one_of_both(self) -> Self:
        if bool(self.field) == bool(self.frame):
            raise ValueError("weight names either a field or a frame")
        if (self.poststratify == "totals") != bool(self.totals):
            raise ValueError("totals are listed where, and only where, poststratify says so")
        if (self.poststratify == "rake") != bool(self.margins):
            raise ValueError("margins are listed where, and only where, poststratify is rake")
        for agency in {margin.agency for margin in self.margins}:
            genders, bands = (
                sum(margin.n for margin in self.margins if margin.agency == agency and margin.kind == kind)
                for kind in ("gender", "grade_band")
            )
            if abs(genders - bands) > 1e-9 * genders:
                raise ValueError(f"the margins of {agency} have {genders:g} people by gender, {bands:g} by grade band")
        return self

    @property
    def kind(self) -> Literal["field", "frame"]:
        return "field" if self.field else "frame"
