"""How one kind of an agency's staff file is read. What such a file looks like is data, not code: adding an agency is one file."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_parts import BEGINNING, END, Column, Continuity, Measure, Period, Rank, Unit, Words
from parity.catalogue.hr_terms import NEEDED, CanonicalColumn, ComplaintType, CourseType, EventType, Grain, read_by


class HrContract(Entry):
    """One kind of file of one agency: where it lies, what it looks like, and what its codes mean."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name of the contract, of its file, and of its folder below `drop/hr/`."""
    agency: str
    """Code of the agency in `catalogue/agencies.yml`."""
    agency_codes: dict[Words, str] = {}
    """Codes of a column `agency`, each with an agency of the catalogue, where one file holds several agencies."""
    grain: Grain
    """What a row is: `roster` a person and period, `spells` a stretch of service, `events` a hire, promotion, transfer or separation, `aggregate` a count, `training` a person and course, `complaints` a formal complaint, `applicants` a count of who applied and who was hired."""
    maturity: Literal["provisional", "final"] = "final"
    """Whether files are drafts. A provisional file never replaces a final one."""
    provisional_pattern: str | None = None
    """Pattern of names of provisional files, where the others are final."""
    location: str | None = None
    """URL that fsspec knows, from which files are taken; without it, the drop folder."""
    connection: str | None = None
    """Airflow connection with the login for `location`."""
    file_pattern: str
    """Pattern of the names of files that belong to this contract, such as `*.xlsx`."""
    member_pattern: str = "*"
    """Pattern of the names of files within an archive."""
    format: Literal["csv", "workbook"]
    """Whether a file is text with delimiters or a workbook."""
    encoding: str = "utf-8"
    """Encoding of a text file: utf-8, utf-16, cp874, cp1258, …"""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    """The character between two cells of a text file."""
    header_row: int = Field(default=1, ge=1, le=50)
    """Row in which the header begins, counted from 1."""
    header_rows: int = Field(default=1, ge=1, le=3)
    """Rows that the header takes."""
    sheets: Literal["*"] | list[Words] = "*"
    """Names of the sheets to read; `*` reads all."""
    period: Period = Period()
    """Where the period of a row stands."""
    calendar: Literal["gregorian", "buddhist"] = "gregorian"
    """Calendar of all dates."""
    date_format: str = "%Y-%m-%d"
    """Form of all dates, in the codes %d, %m, %b, %Y and %y."""
    two_digit_years_from: int | None = None
    """First year that two digits can mean, where years have two."""
    date_precision: Literal["day", "month"] = "day"
    """Whether dates are exact to the day or to the month."""
    dates_from: dt.date = dt.date(1925, 1, 1)
    """First day that a date can be. An earlier one is a finding: most often a year alone that a spreadsheet took for a day."""
    mixed_dates: Literal["refuse", "keep"] = "refuse"
    """What becomes of a workbook in which Excel seems to have exchanged day and month: true dates with days up to 12, all others as text."""
    decimal_mark: Literal[".", ","] = "."
    """Mark before decimals."""
    thousands_mark: Literal["", ",", ".", " ", "'"] = ""
    """Mark between thousands."""
    blank_values: list[Words] = []
    """Words that stand for an empty cell, such as `N/A`."""
    observed_from: dt.date | None = None
    """First day that spells, or a register, cover completely."""
    observed_to: dt.date | None = None
    """Last day that they cover completely."""
    extract_date: dt.date | None = None
    """Day on which a register was exported."""
    due_days: int | None = Field(default=None, ge=1)
    """Days after the end of its period by which a list is due; without it, no list is late."""
    leavers: Literal["listed", "absent"] = "listed"
    """Whether people who have left stay on the list or are absent from it."""
    impossible_dates: Literal["keep", "quarantine"] = "quarantine"
    """Whether a row with a date that cannot be (left before hired, hired after the list, before `dates_from`) is kept or quarantined. Who is kept, but
    hired after the list's day, is on the list from the day of hire on."""
    columns: dict[CanonicalColumn, Column]
    """What Parity reads: its own name for a column, and the column's header. `month` is the month where `period` is a year alone; `birth_year` a year of birth without its day."""
    repeated_headers: dict[Words, list[Words]] = {}
    """Headers that stand over several columns, each with a name of its own for every one of them, from left to right. All other keys use those names."""
    measures: list[Measure] = []
    """Columns of counts, of the grains `aggregate` and `applicants`."""
    identifying: list[Words] = []
    """Headers of columns that may identify a person. They are never read."""
    ignored: list[Words] = []
    """Headers of other columns that are not read."""
    total_markers: list[Words] = []
    """Words that mark a row of totals, which is left out."""
    end_markers: list[Words] = []
    """Words that mark the end of the table."""
    footnote_marks: str = ""
    """Characters that are cut from the ends of values."""
    sex_codes: dict[Words, Gender] = {}
    """What each code of sex means. Parity never infers sex from anything else."""
    sworn_codes: dict[Words, Literal["sworn", "civilian"]] = {}
    """What each code of sworn status means."""
    active_codes: dict[Words, Literal["active", "left"]] = {}
    """What each code of being in service means."""
    event_codes: dict[Words, EventType] = {}
    """What each code of an event means."""
    course_codes: dict[Words, CourseType] = {}
    """What each course is about."""
    complaint_codes: dict[Words, ComplaintType] = {}
    """What each kind of complaint is about."""
    ranks: list[Rank] = []
    """The ranks, each with its common grade."""
    units: list[Unit] = []
    """Border and transit posts, and units against trafficking."""
    functions: dict[Words, str] = {}
    """Words of the file for a function, each with its code in `catalogue/functions.yml`."""
    sex_digit: Literal["nip"] | None = None
    """Kind of person's number that also tells the sex (`nip`: Indonesia's). It is compared with the column and never replaces it."""
    id_separators: Literal["keep", "drop"] | None = None
    """Whether `1-11` and `11-1` are two people (`keep`, as where nothing is said) or dashes and dots mean nothing in a staff number (`drop`)."""
    id_width: int | None = Field(default=None, ge=2, le=30)
    """Digits of every staff number. Numbers that lost their leading zeros in a spreadsheet get them back."""
    several_rows_per_person: bool = False
    """Whether a person may stand on a list several times, as with two posts. Otherwise repeated numbers are told, and above `max_bad_share` the file is refused."""
    continuity: Continuity = Continuity()
    """How much a list may differ from the list before; outside these bounds it is held."""
    max_bad_share: float = Field(default=0.05, ge=0, le=1)
    """Share of rows that may break the contract; with more, the file is refused."""
    synthetic: bool | None = None
    """Whether the people are invented. The agency's `provenance` decides; where a contract says it too, both must agree."""
    needs_review: bool = False
    """Whether the draft still waits for a person. No file is loaded meanwhile."""

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
            if column in self.columns and not getattr(self, codes) and not self.needs_review:
                raise ValueError(f"{codes} must say what each code in the column of {what} means")
        if self.grain == "aggregate":
            if ("n_staff" in self.columns) == bool(self.measures):
                raise ValueError("an aggregate table has its counts either in the column n_staff or in measures")
            if (
                people := {"person_id", "birth_date", "birth_year", "hire_date", "separation_date", "salary"}
                & self.columns.keys()
            ):
                raise ValueError(f"an aggregate table holds no people: remove {', '.join(sorted(people))} from columns")
        elif self.measures and self.grain != "applicants":
            raise ValueError("measures belong to the grains aggregate and applicants")
        if "agency" in self.columns and not self.agency_codes:
            raise ValueError("agency_codes must say which agency each code in the column of agencies is")
        if "%y" in self.date_format + (self.period.format or "") and self.two_digit_years_from is None:
            raise ValueError("two_digit_years_from must say the first year that two digits can mean: 61 is 1961, 2018 or 2561")
        if {"birth_date", "birth_year"} <= self.columns.keys():
            raise ValueError("columns map birth_date or birth_year: the year is taken from the date")
        if any(len(names) < 2 or len({*names}) < len(names) for names in self.repeated_headers.values()):
            raise ValueError("repeated_headers must give each header two names or more, all different")
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
        if "month" in self.columns and (not column or self.period.grain == "year" or self.period.format):
            raise ValueError(
                "the list has a column of months and a column of years: period must name that column, be monthly and have no format"
            )
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
