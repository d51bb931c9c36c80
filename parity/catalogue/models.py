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


class Consent(Entry):
    field: str
    value: str


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


class Scale(Entry):
    positive: list[int] = [4, 5]
    missing: list[int] = [88, 99]


# Keys that KoboToolbox adds to a submission, or that forms call so: they tell the device, its user, or the moment.
METADATA = frozenset("start end today deviceid username phonenumber simserial subscriberid email audit background-audio".split())


class KoboContract(Entry):
    """What leaves the landing of one form, and under which name; what is not listed never does, what may name a person may not.

    `kind`: respondents speak for people, weigh and consent; fact-finding tells of an agency's rules and posts, a year each.
    """

    name: str
    kind: Literal["respondents", "fact_finding"] = "respondents"
    asset_name: str
    fields: dict[str, str]
    drops: list[str] = []  # paths that are known, and stay in the landing
    value_maps: dict[str, dict[str, str]] = {}
    consent: Consent | None = None
    agency: str | None = None
    strata: list[str] = ["agency"]
    weight: Weight | None = None
    period_year: int | None = None
    waves: list[Wave] = []
    scale: Scale = Scale()

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
    speeder_share: float = Field(gt=0, lt=1)
    straight_line_items: int = Field(ge=2)
    duplicate_items: int = Field(ge=2)
    duplicate_hours: int = Field(ge=1)


class ReferenceContract(Entry):
    name: str
    table: Literal["ref_victim", "ref_police_share", "ref_population"]
    file_pattern: str
    encoding: str = "utf-8"
    columns: dict[str, str]
    source: str


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
