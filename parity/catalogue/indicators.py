"""An indicator: what it measures, from which answers, and what it is broken down by."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from parity.catalogue.entry import Entry

NOTHING = "nothing"  # differs from the standards


class OptIn(Entry):
    """The item that asks whether a respondent is willing to answer, and the answer that says so."""

    item: str
    """The question that asks whether a respondent is willing to answer."""
    answer: str
    """The answer that says yes."""


class Breakdown(Entry):
    """What figures are broken down by; `answer` is the answer of the questionnaire that it goes by, where it is one of the respondents'."""

    name: str
    """What readers see."""
    needs: str
    """What a source must carry, in words that follow *not available: needs*."""
    answer: str | None = None
    """The respondent's answer by which figures are broken down, where it is one."""


class Standard(Entry):
    """A published definition that an indicator follows or comes near to."""

    document: str
    """The document, as a library would find it."""
    table: str | None = None
    """The table, indicator, article or page in it."""
    year: int | None = Field(default=None, ge=1900, le=2100)
    """The year of the edition that was read; without it the document has none, or none was found."""
    says: str
    """What it defines, in our words."""


class Indicator(Entry):
    """One indicator: what it means, where its data come from, and how it is shown.

    A survey indicator counts, for each respondent, what the answers to its items score, joined by `score`. Rules of an agency
    (`fact_finding`) that are not known are in no denominator; above the agency, the figure is the plain mean over agencies.
    """

    id: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    """Domain and number, such as REP-01."""
    tier: Literal["core", "ext"]
    """`core`: Parity answers for it. `ext`: published where a source carries it."""
    domain: int
    """Number of the domain, under `domains`."""
    name: str
    """Name that readers see."""
    source: Literal["hr", "survey", "fact_finding", "external", "hr+external", "external+hr", "pipeline"]
    """Where its data come from."""
    num: str | None = None
    """The numerator in words; needs `den`."""
    den: str | None = None
    """The denominator in words; needs `num`."""
    formula: str | None = None
    """The definition in words, where it is no quotient."""
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
    """Unit of the figure and of its interval."""
    dir: Literal["up", "down", "target 1", "target 0", "context"]
    """Which way is better: `up`, `down`, `target 1`, `target 0`, or `context` where neither is."""
    disagg: list[str] = []
    """What its figures are broken down by, under `breakdowns`."""
    lacks: dict[str, str] = {}
    """Breakdowns that no source carries yet, each with what it needs."""
    goalposts: tuple[float, float] | None = None
    """Worst and best value, for the composite index."""
    reference_value: str | None = None
    """Kind and unit of the value that the figure is compared with, in the column `reference_value`."""
    target: str
    """The value to reach, in words."""
    ref: str
    """The published framework that the definition comes from, in a few words."""
    population: str | None = None
    """Who, or what, may be counted at all."""
    period: str | None = None
    """The day or the time that the figure is of."""
    standards: list[Standard] = []
    """The definitions that it was compared with; with them `differs` is needed."""
    differs: str | None = None
    """How the computation differs from the standards; `nothing` where it does not."""
    why: str | None = None
    """Why it is computed so."""
    unsure: str | None = None
    """What could not be checked in the documents themselves."""
    statistic: Literal["share", "mean"] = "share"
    """`share`: respondents who score 1, per 100. `mean`: mean of the items, from 1 to 5."""
    items: list[str] = []
    """Questions of the questionnaire or of the fact-finding form that it counts."""
    reversed: list[str] = []
    """Those of `items` that are worded the other way round."""
    answers: dict[str, float] = {}
    """The score of each answer, 0 or 1, where answers are not on the scale from 1 to 5."""
    score: Literal["mean", "any"] = "mean"
    """`mean`: a respondent's score is the mean of the items. `any`: 1 where any item counts, else 0."""
    answered_at_least: int = Field(default=1, ge=1)
    """Items that a respondent must have answered to be in the base."""
    opt_in: OptIn | None = None
    """The question by which respondents choose to be asked; their share is published with the figure as `opt_in_pct`."""
    among: str | None = None
    """Another indicator: only respondents who score 1 in it are in the base."""
    sensitive: bool = False
    """Whether its base must be 30 or more and no figure is published for one agency or grade (`catalogue/disclosure.yml`)."""
    needs: str
    """What a source must carry, in words that follow *not available: needs*."""

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

    @model_validator(mode="after")
    def says_what_differs_from_the_standards(self) -> Self:
        if self.standards and not self.differs:
            raise ValueError("differs is missing: say what is computed otherwise than the standards say, or 'nothing'")
        if self.differs and self.differs != NOTHING and not self.why:
            raise ValueError("why is missing: say why it is computed otherwise than the standards say")
        return self

    def answer_scores(self, item: str) -> dict[str, float]:
        """The score of each answer to `item`; an answer that has none is not in the base."""
        if self.answers:
            return self.answers
        scale = {6 - answer if item in self.reversed else answer: str(answer) for answer in range(1, 6)}
        return {code: float(answer if self.statistic == "mean" else answer >= 4) for answer, code in scale.items()}

    @property
    def definition(self) -> str:
        if self.formula:
            return self.formula
        return " / ".join(f"({side})" if " / " in side else side for side in (self.num or "", self.den or ""))


class Condition(Entry):
    """What a respondent must fulfil to count: an answer to an item, or a score of 1 in an indicator."""

    item: str | None = None
    answer: str | None = None
    indicator: str | None = None


class IndicatorFile(Entry):
    """The head of the file. The indicators below it are checked one by one."""

    version: str
    """Version of the definitions; it is published with each figure."""
    domains: dict[int, str]
    """Numbers and names of the domains."""
    breakdowns: dict[str, Breakdown]
    """What figures can be broken down by."""
    sources_read: str | None = None
    """Which documents were read for the comparison with standards, and which are named by reference alone."""
    changes: dict[str, list[str]] = {}
    """What each version changed for users, the newest first."""
    indicators: list[Any]
    """The indicators."""
