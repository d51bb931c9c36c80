"""The contract of a form of KoboToolbox, and the thresholds of its fieldwork."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from parity.catalogue.entry import Entry
from parity.catalogue.waves import Wave, check_waves
from parity.catalogue.weights import Weight

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


class Consent(Entry):
    field: str
    value: str


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
