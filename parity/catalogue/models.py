"""What the catalogue's files must look like. Unknown fields are errors, so that a misspelt one is never ignored."""

from __future__ import annotations

import codecs
import datetime as dt
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Gender = Literal["woman", "man", "other", "not_stated", "missing", "redacted"]
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
    {"consent", "agency", "gender", "age_band", "sworn", "grade_band", "tenure_band", "function", "weight"}
)


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Indicator(Entry):
    id: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    tier: Literal["core", "ext"]
    domain: int
    name: str
    source: Literal["hr", "survey"]
    num: str
    den: str
    unit: str
    dir: str
    target: str
    ref: str
    items: list[str] = []

    @model_validator(mode="after")
    def has_items_only_as_a_survey_indicator(self) -> Self:
        if (self.source == "survey") != bool(self.items):
            raise ValueError("a survey indicator lists its items, an hr indicator has none")
        return self


class IndicatorFile(Entry):
    """What stands above the indicators themselves, which are checked one by one.

    `planned`: indicators that the questionnaire collects for and that are not computed yet.
    """

    version: str
    domains: dict[int, str]
    planned: dict[str, str] = {}
    indicators: list[Any]


class Column(Entry):
    header: str
    old_names: list[str] = []
    required: bool = True


class Rank(Entry):
    name: str
    grade: int | None = Field(default=None, ge=1, le=9)
    valid_from: dt.date = dt.date(1900, 1, 1)
    valid_to: dt.date | None = None


class Period(Entry):
    """Where the period of a row stands: in a column, in the sheet's name, or nowhere (spells)."""

    column: str | None = None
    sheet_pattern: str | None = None
    grain: Literal["month", "year"] = "month"


CanonicalColumn = Literal[
    "person_id",
    "sex",
    "rank",
    "unit",
    "function",
    "sworn",
    "hire_date",
    "separation_date",
    "is_active",
    "salary",
    "period",
]


class HrContract(Entry):
    """How one kind of an agency's staff file is read: what it looks like is data, not code."""

    name: str
    agency: str
    grain: Literal["roster", "spells"]
    file_pattern: str
    format: Literal["csv", "xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = Field(default=1, ge=1)
    sheets: Literal["*"] | list[str] = "*"
    period: Period = Period()
    calendar: Literal["gregorian", "buddhist"] = "gregorian"
    date_format: str = "%Y-%m-%d"
    date_precision: Literal["day", "month"] = "day"
    observed_from: dt.date | None = None
    observed_to: dt.date | None = None
    extract_date: dt.date | None = None
    leavers: Literal["listed", "absent"] = "listed"
    impossible_dates: Literal["keep", "quarantine"] = "quarantine"
    columns: dict[CanonicalColumn, Column]
    identifying: list[str] = []
    ignored: list[str] = []
    total_markers: list[str] = []
    sex_codes: dict[str, Gender]
    sworn_codes: dict[str, Literal["sworn", "civilian"]] = {}
    active_codes: dict[str, Literal["active", "left"]] = {}
    ranks: list[Rank]
    functions: dict[str, str] = {}
    max_bad_share: float = Field(default=0.05, ge=0, le=1)
    synthetic: bool = True

    @field_validator("columns")
    @classmethod
    def names_a_person_and_a_sex(cls, columns: dict[str, Column]) -> dict[str, Column]:
        absent = {"person_id", "sex"} - columns.keys()
        if absent:
            raise ValueError(f"columns must map {', '.join(sorted(absent))}")
        return columns

    @field_validator("encoding")
    @classmethod
    def is_an_encoding(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"'{encoding}' is no encoding; examples: utf-8, utf-16, cp874, cp1258") from None
        return encoding

    @model_validator(mode="after")
    def tells_the_period_of_a_row(self) -> Self:
        column, sheet = self.period.column, self.period.sheet_pattern
        if self.grain == "spells":
            if column or sheet:
                raise ValueError("a file of spells has no period: leave it out")
            return self
        if bool(column) == bool(sheet):
            raise ValueError("period names either a column or a sheet_pattern")
        mapped = self.columns.get("period")
        if column and (mapped is None or mapped.header != column):
            raise ValueError(f"columns must map period to the header '{column}'")
        return self

    @property
    def rank_names(self) -> frozenset[str]:
        return frozenset(rank.name for rank in self.ranks)


class Consent(Entry):
    field: str
    value: str


class Weight(Entry):
    """Either the field that holds a final weight, or the number of people each agency's sample stands for."""

    field: str | None = None
    frame: dict[str, int] | None = None

    @model_validator(mode="after")
    def is_one_of_both(self) -> Self:
        if bool(self.field) == bool(self.frame):
            raise ValueError("weight names either a field or a frame")
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
    """What leaves the landing of one form, and under which name; what is not listed never does, what may name a person may not."""

    name: str
    asset_name: str
    fields: dict[str, str]
    drops: list[str] = []  # paths that are known, and stay in the landing
    value_maps: dict[str, dict[str, str]] = {}
    consent: Consent | None = None
    agency: str | None = None
    strata: list[str] = ["agency"]
    weight: Weight
    period_year: int | None = None
    scale: Scale = Scale()

    @field_validator("fields")
    @classmethod
    def leaves_metadata_in_the_landing(cls, fields: dict[str, str]) -> dict[str, str]:
        for path in fields:
            if path in METADATA or path.startswith(("_", "meta/", "formhub/")):
                raise ValueError(f"'{path}' is metadata, which never leaves the landing: remove it from fields")
        return fields


class Fieldwork(Entry):
    """Thresholds of fieldwork monitoring; catalogue/fieldwork.yml says what each means."""

    smallest_cell: int = Field(ge=2)
    speeder_share: float = Field(gt=0, lt=1)
    straight_line_items: int = Field(ge=2)
    duplicate_items: int = Field(ge=2)
    duplicate_hours: int = Field(ge=1)


class ReferenceContract(Entry):
    name: str
    table: Literal["ref_victim", "ref_police_share"]
    file_pattern: str
    encoding: str = "utf-8"
    columns: dict[str, str]
    source: str


class Catalogue(Entry):
    """The whole catalogue, cross-checked: codes that one file uses stand in the file that defines them."""

    version: str
    domains: dict[int, str]
    planned: dict[str, str]
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
