"""How one kind of an agency's staff file is read. What such a file looks like is data, not code: adding an agency is one file."""

from __future__ import annotations

import codecs
import datetime as dt
import re
import unicodedata
from functools import cached_property
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from parity.catalogue.entry import Entry, Gender

BEGINNING, END = dt.date(1900, 1, 1), dt.date(9999, 12, 31)
# Vietnamese and Thai can be typed in two ways that look the same: files and contracts meet in one of them.
Words = Annotated[str, AfterValidator(lambda text: unicodedata.normalize("NFC", text))]
CanonicalColumn = Literal[
    "person_id",
    "sex",
    "rank",
    "unit",
    "function",
    "sworn",
    "hire_date",
    "separation_date",
    "birth_date",
    "is_active",
    "salary",
    "period",
    "agency",
    "event",
    "event_date",
    "from_unit",
    "n_staff",
    "course",
    "completed_date",
    "hours",
    "complaint_type",
    "opened_date",
    "closed_date",
    "round",
    "n_applied",
    "n_hired",
]
Grain = Literal["roster", "spells", "events", "aggregate", "training", "complaints", "applicants"]
EventType = Literal[
    "hire",
    "rehire",
    "promotion",
    "demotion",
    "acting",
    "transfer",
    "secondment",
    "leave",
    "return",
    "separation",  # for whatever reason; the next ones say which
    "resignation",
    "retirement",
    "dismissal",
    "death",
]
PostType = Literal["border", "airport", "port", "rail", "checkpoint"]
NEEDED = {
    "roster": {"person_id", "sex"},
    "spells": {"person_id", "sex"},
    "events": {"person_id", "event", "event_date"},
    "aggregate": set(),
    "training": {"person_id", "course", "completed_date"},
    "complaints": {"complaint_type", "opened_date"},
    "applicants": set(),
}
# Columns that a grain reads and no other; a file of these three holds nothing else, but for its period and agency.
OWN = {
    "training": {"course", "completed_date", "hours"},
    "complaints": {"complaint_type", "opened_date", "closed_date"},
    "applicants": {"round", "n_applied", "n_hired"},
}
SHARED = {"training": {"person_id"}, "complaints": {"sex"}, "applicants": {"sex"}}
PERSONAL = frozenset({"roster", "spells", "events", "training"})  # grains whose rows are of people, by pseudonym
CourseType = Literal["victim_identification", "gender_equality", "leadership", "operational", "other"]
ComplaintType = Literal["sexual_harassment", "discrimination", "other"]


def read_by(grain: Grain) -> set[str]:
    """The columns that a file of this grain is read for."""
    if grain in OWN:
        return OWN[grain] | SHARED[grain] | {"period", "agency"}
    return {*get_args(CanonicalColumn)} - set().union(*OWN.values())


class Column(Entry):
    """A column by its header. `valid_from`, `valid_to`: the periods whose files must have it."""

    header: Words
    old_names: list[Words] = []
    required: bool = True
    valid_from: dt.date = BEGINNING
    valid_to: dt.date = END

    @property
    def names(self) -> tuple[str, ...]:
        return (self.header, *self.old_names)

    def is_due(self, period: dt.date | None) -> bool:
        return self.required and (period is None or self.valid_from <= period <= self.valid_to)


class Rank(Entry):
    """A rank's name and its common grade (null: off the ladder); `acting`: held for a time, so no promotion and no demotion."""

    name: Words
    grade: int | None = Field(default=None, ge=1, le=9)
    acting: bool = False
    valid_from: dt.date = BEGINNING
    valid_to: dt.date = END


class Unit(Entry):
    """What Parity should know of a unit. `name` may hold `*` for anything; of several entries that fit a unit, the first holds.

    `post`: a border or transit post, and of which kind. `counter_trafficking`: it works against trafficking in persons or smuggling.
    """

    name: Words
    post: PostType | None = None
    counter_trafficking: bool = False
    valid_from: dt.date = BEGINNING
    valid_to: dt.date = END

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.post is None and not self.counter_trafficking:
            raise ValueError("a unit is listed where it is a border or transit post, or counter_trafficking: else leave it out")
        return self

    @property
    def like(self) -> str:
        """The name as a pattern of SQL."""
        return re.sub(r"([\\%_])", r"\\\1", self.name).replace("*", "%")


class Period(Entry):
    """Where the period of a row stands: in a column, or in the sheet's or the file's name (groups `year`, `month`).

    Spells have none. Events, training and complaints may have one: a file then replaces what was sent for its period; without one it replaces all before it.
    """

    column: Words | None = None
    sheet_pattern: Words | None = None
    name_pattern: Words | None = None
    grain: Literal["month", "year"] = "month"

    @field_validator("sheet_pattern", "name_pattern")
    @classmethod
    def names_a_year(cls, pattern: str | None) -> str | None:
        try:
            groups = re.compile(pattern or "(?P<year>)").groupindex
        except re.error as error:
            raise ValueError(f"no regular expression ({error})") from None
        if "year" not in groups:
            raise ValueError("must hold the group (?P<year>…), and (?P<month>…) where files are monthly")
        return pattern


class Measure(Entry):
    """A column of counts in an aggregate table: what everybody counted in it has in common; `stage`, of applicants."""

    header: Words
    gender: Gender | Literal["all"]
    sworn: Literal["sworn", "civilian"] | None = None
    stage: Literal["applied", "hired"] | None = None
    multiplier: int = Field(default=1, ge=1)


class HrContract(Entry):
    """One kind of file of one agency: where it lies, what it looks like, and what its codes mean.

    `grain`: roster (a row per person and period), spells (a row per stretch of service), events (a row per hire, promotion, …),
    aggregate (counts, which never become people), training (a row per person and course completed), complaints (a row per formal
    complaint, of nobody), applicants (counts of who applied and who was hired). `observed_from`, `observed_to`: the days that spells, or
    a register of training or complaints, tell of whole. `due_days`: how long after the end of its period a list may come.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    agency: str
    agency_codes: dict[Words, str] = {}
    grain: Grain
    maturity: Literal["provisional", "final"] = "final"
    provisional_pattern: str | None = None
    location: str | None = None
    connection: str | None = None
    file_pattern: str
    member_pattern: str = "*"
    format: Literal["csv", "workbook"]
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    header_row: int = Field(default=1, ge=1, le=50)
    header_rows: int = Field(default=1, ge=1, le=3)
    sheets: Literal["*"] | list[Words] = "*"
    period: Period = Period()
    calendar: Literal["gregorian", "buddhist"] = "gregorian"
    date_format: str = "%Y-%m-%d"
    two_digit_years_from: int | None = None
    date_precision: Literal["day", "month"] = "day"
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ",", ".", " ", "'"] = ""
    blank_values: list[Words] = []
    observed_from: dt.date | None = None
    observed_to: dt.date | None = None
    extract_date: dt.date | None = None
    due_days: int | None = Field(default=None, ge=1)
    leavers: Literal["listed", "absent"] = "listed"
    impossible_dates: Literal["keep", "quarantine"] = "quarantine"
    columns: dict[CanonicalColumn, Column]
    measures: list[Measure] = []
    identifying: list[Words] = []
    ignored: list[Words] = []
    total_markers: list[Words] = []
    end_markers: list[Words] = []
    footnote_marks: str = ""
    sex_codes: dict[Words, Gender] = {}
    sworn_codes: dict[Words, Literal["sworn", "civilian"]] = {}
    active_codes: dict[Words, Literal["active", "left"]] = {}
    event_codes: dict[Words, EventType] = {}
    course_codes: dict[Words, CourseType] = {}
    complaint_codes: dict[Words, ComplaintType] = {}
    ranks: list[Rank] = []
    units: list[Unit] = []
    functions: dict[Words, str] = {}
    sex_digit: Literal["nip"] | None = None
    max_bad_share: float = Field(default=0.05, ge=0, le=1)
    synthetic: bool = True
    needs_review: bool = False

    @field_validator("encoding")
    @classmethod
    def is_an_encoding(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"'{encoding}' is no encoding; examples: utf-8, utf-16, cp874, cp1258") from None
        return encoding

    @field_validator("date_format")
    @classmethod
    def is_a_date_format(cls, date_format: str) -> str:
        codes = re.findall(r"%.", date_format)
        known = {"%d", "%m", "%Y", "%y", "%b"}
        if not {"%m", "%b"} & {*codes} or not {"%Y", "%y"} & {*codes} or {*codes} - known or len(codes) != len({*codes}):
            raise ValueError(
                f"'{date_format}' must hold a month (%m, or %b as a word), a year (%Y or %y) and perhaps a day (%d), once each"
            )
        return date_format

    @model_validator(mode="after")
    def maps_what_its_grain_needs(self) -> Self:
        if absent := NEEDED[self.grain] - self.columns.keys():
            raise ValueError(f"columns of a file of {self.grain} must map {', '.join(sorted(absent))}")
        for column, codes, what in (
            ("sex", "sex_codes", "sex"),
            ("course", "course_codes", "courses"),
            ("complaint_type", "complaint_codes", "kinds of complaint"),
        ):
            if column in self.columns and not getattr(self, codes):
                raise ValueError(f"{codes} must say what each code in the column of {what} means")
        if self.grain == "aggregate":
            if ("n_staff" in self.columns) == bool(self.measures):
                raise ValueError("an aggregate table has its counts either in the column n_staff or in measures")
            if people := {"person_id", "birth_date", "hire_date", "separation_date", "salary"} & self.columns.keys():
                raise ValueError(f"an aggregate table holds no people: remove {', '.join(sorted(people))} from columns")
        elif self.measures and self.grain != "applicants":
            raise ValueError("measures belong to the grains aggregate and applicants")
        if "agency" in self.columns and not self.agency_codes:
            raise ValueError("agency_codes must say which agency each code in the column of agencies is")
        if "%y" in self.date_format and self.two_digit_years_from is None:
            raise ValueError("two_digit_years_from must say the first year that two digits can mean: 61 is 1961, 2018 or 2561")
        if self.decimal_mark == self.thousands_mark:
            raise ValueError("decimal_mark and thousands_mark must differ")
        return self

    @model_validator(mode="after")
    def maps_nothing_that_its_grain_does_not_read(self) -> Self:
        if foreign := self.columns.keys() - read_by(self.grain):
            raise ValueError(
                f"a file of {self.grain} is not read for {', '.join(sorted(foreign))}: list the header under identifying or ignored"
            )
        if self.grain == "applicants":
            if bool(self.measures) == bool({"n_applied", "n_hired"} & self.columns.keys()):
                raise ValueError("applicants are counted either in the columns n_applied and n_hired or in measures with a stage")
            if not self.measures and not {"sex", "n_applied"} <= self.columns.keys():
                raise ValueError("columns of a file of applicants must map sex and n_applied")
        if any((measure.stage is None) == (self.grain == "applicants") for measure in self.measures):
            raise ValueError("each measure of applicants has a stage, applied or hired, and no other measure has one")
        return self

    @model_validator(mode="after")
    def tells_the_period_of_a_row(self) -> Self:
        column, named = self.period.column, [self.period.sheet_pattern, self.period.name_pattern]
        if self.grain == "spells" and (column or any(named)):
            raise ValueError("a file of spells has no period: leave it out")
        if self.grain == "spells" or (self.grain in ("events", "training", "complaints") and not (column or any(named))):
            return self
        if sum(map(bool, [column, *named])) != 1:
            raise ValueError("period names one of column, sheet_pattern and name_pattern")
        mapped = self.columns.get("period")
        if column and (mapped is None or mapped.header != column):
            raise ValueError(f"columns must map period to the header '{column}'")
        return self

    @cached_property
    def rank_names(self) -> frozenset[str]:
        return frozenset(rank.name for rank in self.ranks)

    @cached_property
    def has_dated_ranks(self) -> bool:
        return any((rank.valid_from, rank.valid_to) != (BEGINNING, END) for rank in self.ranks)

    @property
    def promised(self) -> list[str]:
        """What every list of this contract must tell of people, by the names that completeness goes by."""
        return [
            name
            for name, column in (("sex", "sex"), ("grade", "rank"), ("unit", "unit"), ("event", "hire_date"))
            if self.grain == "roster" and column in self.columns and self.columns[column].required
        ]

    @property
    def agencies(self) -> list[str]:
        """Every agency whose people this file may hold."""
        return sorted({self.agency, *self.agency_codes.values()})


def json_schema() -> dict[str, Any]:
    """JSON Schema of a contract, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parity: contract of a staff file",
        **HrContract.model_json_schema(),
    }
