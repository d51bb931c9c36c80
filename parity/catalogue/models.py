"""What the catalogue's files must look like; the contracts of staff files have a module of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from parity.catalogue.composite import Composite
from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.hr_words import HrWords
from parity.catalogue.targets import RoadMap
from parity.catalogue.waves import Wave, check_waves

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
RESPONDENT_FIELDS = frozenset(
    {
        "consent",
        "agency",
        "gender",
        "age_band",
        "sworn",
        "grade_band",
        "tenure_band",
        "function",
        "border_post",
        "caring",
        "weight",
    }
)
# What a fact-finding form reports on, each a group of that name in the form; and what says which agency, year and post it is of.
Subject = Literal["policies", "post"]
FINDING_FIELDS = frozenset({"subject", "agency", "period_year", "post_no", "post_type", "staff_band"})


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


class Indicator(Entry):
    """One indicator: what it means, where its data come from, and how it is shown.

    A survey indicator counts, for each respondent, what the answers to its items are worth, joined by `score`. Rules of an agency
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
    """What is counted, in words, with `den`."""
    den: str | None = None
    """What it is divided by, in words, with `num`."""
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
    """What the column `reference_value` holds beside the figure: kind and unit."""
    target: str
    """The value to reach, in words."""
    ref: str
    """The published framework that the definition comes from."""
    statistic: Literal["share", "mean"] = "share"
    """`share`: respondents who score 1, per 100. `mean`: mean of the items, from 1 to 5."""
    items: list[str] = []
    """Questions of the questionnaire or of the fact-finding form that it counts."""
    reversed: list[str] = []
    """Those of `items` that are worded the other way round."""
    answers: dict[str, float] = {}
    """What each answer counts, 0 or 1, where answers are not on the scale from 1 to 5."""
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
    """Version of the definitions; it is published with each figure."""
    domains: dict[int, str]
    """Numbers and names of the domains."""
    breakdowns: dict[str, Breakdown]
    """What figures can be broken down by."""
    indicators: list[Any]
    """The indicators."""


class Consent(Entry):
    field: str
    """The question that asks for consent."""
    value: str
    """The answer that gives it."""


class Total(Entry):
    """People whom a group of respondents stands for; without a grade band, the gender's whole staff."""

    agency: str
    """Code of the agency."""
    gender: Literal["woman", "man"]
    """Whose staff."""
    grade_band: GradeBand | None = None
    """Which grade band; without it, the gender's whole staff."""
    n: float = Field(gt=0)
    """Number of people."""


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
    """The base weight is a field of the form, or each agency's people over its respondents.

    Post-stratification brings base weights to the staff of each agency by gender and grade band: to `hr`, the agency's own list on or
    before `reference_date` (the year's last one without it), or to `totals`. Raking (`rake`) brings them to `margins` of gender and of
    grade band at once.
    """

    field: str | None = None
    """Field of the form that holds the base weight; or `frame`."""
    frame: dict[str, int] | None = None
    """People of each agency, where the base weight is people over respondents; or `field`."""
    poststratify: Literal["none", "hr", "totals", "rake"] = "none"
    """To which totals weights are brought: `none`, the agency's own staff list (`hr`), `totals`, or `margins` (`rake`)."""
    reference_date: dt.date | None = None
    """With `hr`: the newest list on or before this day; without it, the last list of the year."""
    totals: list[Total] = []
    """With `totals`: people by gender, or gender and grade band."""
    margins: list[Margin] = []
    """With `rake`: people by gender, and people by grade band."""

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


class Scale(Entry):
    positive: list[int] = [4, 5]
    """Answers that count as favourable."""
    missing: list[int] = [88, 99]
    """Answers that are no answer, such as *do not know*."""


# Keys that KoboToolbox adds to a submission, or that forms call so: they tell the device, its user, or the moment.
METADATA = frozenset("start end today deviceid username phonenumber simserial subscriberid email audit background-audio".split())


class KoboContract(Entry):
    """What leaves the landing of one form, and under which name; what is not listed never does, what may name a person may not.

    `kind`: respondents speak for people, weigh and consent; fact-finding tells of an agency's rules and posts, a year each.
    """

    name: str
    """Name of the contract and of its file."""
    kind: Literal["respondents", "fact_finding"] = "respondents"
    """`respondents` answer for themselves. `fact_finding` reports an agency's rules and posts."""
    asset_name: str
    """Name of the project on KoboToolbox, where the form is deployed."""
    fields: dict[str, str]
    """Path of each question that leaves the landing, with its name in the warehouse."""
    drops: list[str] = []  # paths that are known, and stay in the landing
    """Paths of questions that exist and stay in the landing."""
    value_maps: dict[str, dict[str, str]] = {}
    """For a field, codes of the form and what they are called in the warehouse."""
    consent: Consent | None = None
    """The question and the answer without which nothing of a submission leaves the landing."""
    agency: str | None = None
    """The agency of all submissions, where the form does not ask for it."""
    strata: list[str] = ["agency"]
    """Fields whose combinations were sampled apart from each other."""
    weight: Weight | None = None
    """How respondents are weighted."""
    period_year: int | None = None
    """The year of all submissions, where they are of one."""
    waves: list[Wave] = []
    """The waves, from the oldest to the newest."""
    scale: Scale = Scale()
    """How answers on the scale are counted."""

    @field_validator("fields")
    @classmethod
    def leaves_metadata_in_the_landing(cls, fields: dict[str, str]) -> dict[str, str]:
        for path in fields:
            if path in METADATA or path.startswith(("_", "meta/", "formhub/")):
                raise ValueError(f"'{path}' is metadata, which never leaves the landing: remove it from fields")
        return fields

    @model_validator(mode="after")
    def says_what_its_kind_needs(self) -> Self:
        if self.kind == "respondents":
            if self.weight is None:
                raise ValueError("respondents need a weight")
            check_waves(self.waves, self.period_year)
            return self
        if idle := self.model_fields_set & {"consent", "strata", "weight", "period_year", "waves", "scale"}:
            raise ValueError(f"a fact-finding form has no {', '.join(sorted(idle))}")
        if absent := FINDING_FIELDS - {*self.fields.values()} - ({"agency"} if self.agency else set()):
            raise ValueError(f"a fact-finding form needs the fields {', '.join(sorted(absent))}")
        for path, field in self.fields.items():
            if field not in FINDING_FIELDS and _group(path) not in get_args(Subject):
                raise ValueError(f"'{path}' must stand in the group of what it tells of: {', '.join(get_args(Subject))}")
        return self

    @property
    def subjects(self) -> dict[str, str]:
        """What each item of a fact-finding form tells of."""
        return {field: _group(path) for path, field in self.fields.items() if field not in FINDING_FIELDS}


def _group(path: str) -> str:
    """The outermost group around a question."""
    return path.partition("/")[0] if "/" in path else ""


class Fieldwork(Entry):
    """Thresholds of fieldwork monitoring; catalogue/fieldwork.yml says what each means."""

    smallest_cell: int = Field(ge=2)
    """Respondents from which a number is shown; smaller ones are masked."""
    speeder_share: float = Field(gt=0, lt=1)
    """Share of the median time below which an answer is too fast."""
    straight_line_items: int = Field(ge=2)
    """Scale questions with one and the same answer from which a submission is flagged."""
    duplicate_items: int = Field(ge=2)
    """Answers that must all agree for two submissions to be duplicates."""
    duplicate_hours: int = Field(ge=1)
    """Hours between two submissions within which they can be duplicates."""


class ReferenceContract(Entry):
    name: str
    """Name of the contract and of its folder below `drop/reference/`."""
    table: Literal["ref_victim", "ref_police_share", "ref_population"]
    """The table that it fills."""
    file_pattern: str
    """Pattern of the names of its files."""
    encoding: str = "utf-8"
    """Encoding of the files."""
    columns: dict[str, str]
    """The table's columns, each with its header in the file."""
    source: str
    """Who published the table."""


class Catalogue(Entry):
    """The whole catalogue, cross-checked: codes that one file uses stand in the file that defines them."""

    version: str
    domains: dict[int, str]
    breakdowns: dict[str, Breakdown]
    countries: list[Country]
    agencies: list[Agency]
    genders: list[GenderState]
    grades: list[Grade]
    functions: list[Function]
    indicators: list[Indicator]
    survey_items: dict[str, str]
    hr: dict[str, HrContract]
    kobo: dict[str, KoboContract]
    reference: dict[str, ReferenceContract]
    fieldwork: Fieldwork
    hr_words: HrWords
    road_map: RoadMap
    composite: Composite

    def conditions(self, indicator: Indicator) -> list[Condition]:
        """All that a respondent must fulfil to count for `indicator`, that which `among` brings with it included."""
        found = [Condition(item=indicator.opt_in.item, answer=indicator.opt_in.answer)] if indicator.opt_in else []
        if indicator.among:
            wider = next(other for other in self.indicators if other.id == indicator.among)
            found += [*self.conditions(wider), Condition(indicator=wider.id)]
        return found
