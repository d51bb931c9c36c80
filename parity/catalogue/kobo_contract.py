"""The contract of a form of KoboToolbox, and the thresholds of its fieldwork."""

from __future__ import annotations

import re
from typing import Any, Literal, Self, get_args

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


class SameMeaning(Entry):
    """The answer to the question whether a path of one version still means what it meant: see docs/how-to/a-question-changed.md."""

    path: str
    """Path of the question, as the message names it."""
    version: str = Field(min_length=1)
    """The version of the form from which it holds, by its uid on the server."""
    same: bool
    """`true`: its answers mean what the path's answers meant. `false`: it is another question from that version on."""


class Scale(Entry):
    positive: list[int] = [4, 5]
    """Answers that count as favourable."""
    missing: list[int] = [88, 99]
    """Answers that are no answer, such as *do not know*."""


class Absence(Entry):
    """How many submissions may vanish from the server between two syncs without a question. Beyond both bounds, the form is held and nothing is deleted
    until somebody accepts it (`parity kobo accept`).

    In cleaning, single answers are deleted; one in ten is more than that explains. A form of which nothing is left always asks, unless the project
    history names each deletion.
    """

    share: float = Field(default=0.1, ge=0, lt=1)
    """Share of the submissions that are held which may vanish."""
    number: int = Field(default=2, ge=0)
    """Submissions that may vanish however few there are."""

    def is_beyond(self, n_gone: int, n_held: int) -> bool:
        return n_gone > self.number and n_gone > self.share * n_held


# Keys that KoboToolbox adds to a submission, or that forms call so: they tell the device, its user, or the moment.
METADATA = frozenset("start end today deviceid username phonenumber simserial subscriberid email audit background-audio".split())
# Keys and groups of a submission that the server writes, today or on servers of former years. A question whose label begins with a digit is
# called `_1_How_are_you` by KoboToolbox itself, so that no underscore tells the server's keys from questions.
SERVER_KEYS = frozenset(
    "_id _uuid _submission_time _status _submitted_by _xform_id_string _userform_id _attachments _geolocation _validation_status"
    " _supplementalDetails _tags _notes _version_ __version__ _bamboo_dataset_id _deleted_at _date_modified _edited _last_edited _duration"
    " _media_count _total_media _media_all_received _index _parent_index _parent_table_name meta formhub".split()
)


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
    asset_uid: str | None = None
    """The project's uid, where several deployed projects have that name; it is then found by its uid, whatever it is called."""
    include_earlier_projects: list[str] = []
    """Uids of earlier projects of the form whose answers count together with those of the project that stands. Without an entry none does."""
    fields: dict[str, str]
    """Path of each question that leaves the landing, with its name in the warehouse."""
    drops: list[str] = []  # paths that are known, and stay in the landing
    """Paths of questions that exist and stay in the landing."""
    same_meaning: list[SameMeaning] = []
    """For paths whose question changed between two versions: whether it is the same question."""
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
    absence: Absence = Absence()
    """How many submissions may vanish from the server without a question."""

    @field_validator("fields")
    @classmethod
    def leaves_metadata_in_the_landing(cls, fields: dict[str, str]) -> dict[str, str]:
        for path in fields:
            if path in METADATA or re.split(r"[/.]", path, maxsplit=1)[0] in SERVER_KEYS:
                raise ValueError(f"'{path}' is metadata, which never leaves the landing: remove it from fields")
        return fields

    @field_validator("include_earlier_projects", mode="before")
    @classmethod
    def names_each_project_once(cls, uids: Any) -> Any:
        if not isinstance(uids, list):
            raise ValueError(
                "list the uid of each project, as `parity kobo sync` tells them: [a…, a…]. There is no word for all: the next pilot would be one"
            )
        if twice := sorted({str(uid) for uid in uids if uids.count(uid) > 1}):
            raise ValueError(f"names {', '.join(twice)} more than once")
        return uids

    @field_validator("same_meaning")
    @classmethod
    def answers_once(cls, answers: list[SameMeaning]) -> list[SameMeaning]:
        asked = [(answer.path, answer.version) for answer in answers]
        if twice := next((one for one in asked if asked.count(one) > 1), None):
            raise ValueError(f"'{twice[0]}' is answered twice for version {twice[1]}: keep one line")
        return answers

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
    max_unread_pct: float = Field(ge=0, le=100)
    """Answers to a mapped question that stayed in the landing, as no version of the form offers their code, per 100; above, the form's sync
    is an error. The rest of the form is loaded."""
