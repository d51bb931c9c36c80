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
    """The question that asks for consent."""
    value: str
    """The answer that gives it."""


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
    serves: list[str] | None = None
    """Indicators whose questions the form must ask, and in whose figures its answers may count; `[]` for none. Without it, all of its kind that no other
    form names here."""
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
    def source(self) -> str:
        """The source of the indicators that a form of its kind can serve."""
        return "survey" if self.kind == "respondents" else "fact_finding"

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
