"""What the catalogue's files must look like; the contracts of staff files have a module of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.hr_words import HrWords

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
    hr_words: HrWords
