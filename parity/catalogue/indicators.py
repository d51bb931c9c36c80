"""An indicator: what it measures, from which answers, and what it is broken down by."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry


class OptIn(Entry):
    """The item that asks whether a respondent is willing to answer, and the answer that says so."""

    item: str
    answer: str


class Breakdown(Entry):
    """What figures are broken down by; `answer` is the answer of the questionnaire that it goes by, where it is one of the respondents'."""

    name: str
    needs: str
    answer: str | None = None


class Indicator(Entry):
    """One indicator. `goalposts` are its worst and best value; `needs` says what a source must carry for it to be computed.
    `reference_value` says of which kind, and in which unit, the value is that a reader is to read the figure beside.

    A survey indicator's score is, of one respondent: what each answer to an item counts, joined by `score`, where enough items were
    answered, among those who opted in and score 1 in the indicator that `among` names.
    """

    id: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    tier: Literal["core", "ext"]
    domain: int
    name: str
    source: Literal["hr", "survey", "fact_finding", "external", "hr+external", "external+hr", "pipeline"]
    num: str | None = None
    den: str | None = None
    formula: str | None = None
    unit: Literal[
        "pct",
        "percentage points",
        "ratio",
        "index 0-1",
        "score 0-1",
        "flag",
        "mean 1-5",
        "years",
        "per 100 person-years",
        "per 1000",
        "per 100000",
    ]
    dir: Literal["up", "down", "target 1", "target 0", "context"]
    disagg: list[str] = []
    lacks: dict[str, str] = {}
    goalposts: tuple[float, float] | None = None
    reference_value: str | None = None
    target: str
    ref: str
    statistic: Literal["share", "mean"] = "share"
    items: list[str] = []
    reversed: list[str] = []
    answers: dict[str, float] = {}
    score: Literal["mean", "any"] = "mean"
    answered_at_least: int = Field(default=1, ge=1)
    opt_in: OptIn | None = None
    among: str | None = None
    sensitive: bool = False
    needs: str

    @model_validator(mode="after")
    def says_how_it_is_computed(self) -> Self:
        if bool(self.num and self.den) == bool(self.formula):
            raise ValueError("an indicator has either num and den, or a formula")
        if self.items and self.source not in ("survey", "fact_finding"):
            raise ValueError("only an indicator of a survey or of fact-finding has items")
        if stray := set(self.reversed) - set(self.items):
            raise ValueError(f"reversed, but not among the items: {', '.join(sorted(stray))}")
        if (self.statistic == "mean") != (self.unit == "mean 1-5"):
            raise ValueError("the unit of a mean is 'mean 1-5', and of nothing else")
        if self.answers and (self.statistic == "mean" or self.reversed or not set(self.answers.values()) <= {0, 1}):
            raise ValueError("answers count 0 or 1 towards a share, and none is reversed")
        if (self.opt_in or self.among or self.score == "any") and not self.items:
            raise ValueError("opt_in, among and score are of an indicator with items")
        if self.answered_at_least > max(1, len(self.items)):
            raise ValueError("answered_at_least is more than there are items")
        return self

    def worth(self, item: str) -> dict[str, float]:
        """What each answer to `item` counts; other answers count nothing, and are not in the base."""
        if self.answers:
            return self.answers
        scale = {6 - answer if item in self.reversed else answer: str(answer) for answer in range(1, 6)}
        return {code: float(answer if self.statistic == "mean" else answer >= 4) for answer, code in scale.items()}

    @property
    def definition(self) -> str:
        return self.formula or f"{self.num} / {self.den}"


class Condition(Entry):
    """What a respondent must fulfil to count: an answer to an item, or a score of 1 in an indicator."""

    item: str | None = None
    answer: str | None = None
    indicator: str | None = None


class IndicatorFile(Entry):
    """What stands above the indicators themselves, which are checked one by one."""

    version: str
    domains: dict[int, str]
    breakdowns: dict[str, Breakdown]
    indicators: list[Any]
