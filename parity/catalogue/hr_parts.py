"""The parts of a contract of a staff file: a column, a rank, a unit, the period, and a measure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_terms import PostType, Stage

BEGINNING, END = dt.date(1900, 1, 1), dt.date(9999, 12, 31)
# Vietnamese and Thai can be typed in two ways that look the same: files and contracts meet in one of them.
Words = Annotated[str, AfterValidator(lambda text: unicodedata.normalize("NFC", text))]


def _expression(pattern: str | None, group: str, otherwise: str) -> str | None:
    """A regular expression of a contract, as it is. Raises ValueError where it is none or lacks the group."""
    try:
        groups = re.compile(pattern or f"(?P<{group}>)").groupindex
    except re.error as error:
        raise ValueError(f"no regular expression ({error})") from None
    if group not in groups:
        raise ValueError(otherwise)
    return pattern


class Column(Entry):
    """A column by its header. `valid_from`, `valid_to`: the periods whose files must have it."""

    header: Words
    """The words in the header row."""
    old_names: list[Words] = []
    """Earlier headers of the same column; files that have them stay readable."""
    required: bool = True
    """Whether a file without the column is refused."""
    valid_from: dt.date = BEGINNING
    """First day of the periods whose files must have the column."""
    valid_to: dt.date = END
    """Last day of those periods."""
    pattern: str | None = None
    """Regular expression that a whole cell matches; its group `value` is read. `.*\\((?P<value>\\d+)\\)` reads the number in `Name (016435)`."""

    @field_validator("pattern")
    @classmethod
    def finds_a_value(cls, pattern: str | None) -> str | None:
        return _expression(pattern, "value", "must hold the group (?P<value>…), which is what is read of a cell")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.header, *self.old_names)

    def is_due(self, period: dt.date | None) -> bool:
        return self.required and (period is None or self.valid_from <= period <= self.valid_to)


class Rank(Entry):
    """A rank's name and its common grade (null: off the ladder); `acting`: held for a time, so no promotion and no demotion."""

    name: Words
    """The rank as the file spells it."""
    grade: int | None = Field(default=None, ge=1, le=9)
    """The common grade, 1 (entry) to 9 (head of agency); null for a rank off the ladder."""
    acting: bool = False
    """Whether the rank is held for a time, so that it is neither promotion nor demotion."""
    valid_from: dt.date = BEGINNING
    """First day on which the name means this grade."""
    valid_to: dt.date = END
    """Last day on which it does."""


class Unit(Entry):
    """What Parity should know of a unit. `name` may hold `*` for anything; of several entries that fit a unit, the first holds.

    `post`: a border or transit post, and of which kind. `counter_trafficking`: it works against trafficking in persons or smuggling.
    """

    name: Words
    """The unit as the file spells it; `*` stands for anything. The first entry that fits a unit holds."""
    post: PostType | None = None
    """The kind of border or transit post, where the unit is one."""
    counter_trafficking: bool = False
    """Whether the unit works against trafficking in persons or smuggling."""
    valid_from: dt.date = BEGINNING
    """First day on which this is so."""
    valid_to: dt.date = END
    """Last day on which it is."""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.post is None and not self.counter_trafficking:
            raise ValueError("a unit is listed where it is a border or transit post, or counter_trafficking: else leave it out")
        return self

    @property
    def like(self) -> str:
        """The name as a pattern of SQL."""
        return re.sub(r"([\\%_])", r"\\\1", self.name).replace("*", "%")


class Continuity(Entry):
    """How much two neighbouring lists of an agency may differ. A list outside these bounds is loaded and held until somebody accepts it.

    The defaults are three times and more what a large force loses and hires in its worst years, so that only what needs a reason is held. Chicago's
    police lost 1 to 9 % of its people a year from 2002 to 2017, and hired 1 to 7 %.
    """

    gone_per_year: float = Field(default=0.3, ge=0, lt=1)
    """Share of the people in post who may be gone after a year; less time than half a year allows no less."""
    come_per_year: float = Field(default=0.5, ge=0)
    """People who may come in a year, as a share of those in post."""
    restated: float = Field(default=0.02, ge=0, le=1)
    """Share of the people on both lists who may have another sex, year of birth or day of hire."""
    new_words: float = Field(default=0.5, ge=0, le=1)
    """Share of the people who may be in ranks, or units, that the list before did not have."""


class Period(Entry):
    """Where the period of a row stands: in a column, or in the sheet's or the file's name (groups `year`, `month`).

    Spells have none. Events, training and complaints may have one: a file then replaces what was sent for its period; without one it replaces all before it.
    """

    column: Words | None = None
    """Header of the column that holds the period of each row; its year alone where `columns` map `month` to another."""
    format: str | None = None
    """Form of the period in its column, in the codes %d, %m, %b, %q (quarter), %Y and %y: `%Y-%m-%d`, `%b-%y`, `%Y%m`, `%YQ%q`. A quarter is its last month. Without it: MM/YYYY, YYYY-MM, a month's name and year, or a year."""
    sheet_pattern: Words | None = None
    """Regular expression that finds the groups `year` and `month` in a sheet's name."""
    name_pattern: Words | None = None
    """Regular expression that finds the groups `year` and `month` in a file's name."""
    grain: Literal["month", "year"] = "month"
    """Whether a period is a month or a year."""

    @field_validator("sheet_pattern", "name_pattern")
    @classmethod
    def names_a_year(cls, pattern: str | None) -> str | None:
        return _expression(pattern, "year", "must hold the group (?P<year>…), and (?P<month>…) where files are monthly")

    @model_validator(mode="after")
    def has_a_form_that_names_a_period(self) -> Self:
        if self.format is None:
            return self
        codes = re.findall("%.", self.format)
        known = {"%d", "%m", "%b", "%q", "%Y", "%y"}
        n_months, n_years = (sum(code in codes for code in those) for those in (("%m", "%b", "%q"), ("%Y", "%y")))
        if (
            {*codes} - known
            or len(codes) != len({*codes})
            or n_years != 1
            or n_months > 1
            or (n_months < 1 and self.grain == "month")
        ):
            raise ValueError(
                f"'{self.format}' must hold a year (%Y or %y) and, unless grain is year, a month (%m, or %b as a word) or a quarter (%q)"
            )
        if self.column is None:
            raise ValueError("format is the form of the period in its column: column must name it")
        return self


class Measure(Entry):
    """A column of counts in an aggregate table: what everybody counted in it has in common; `stage`, of applicants."""

    header: Words
    """The words in the header row."""
    gender: Gender | Literal["all"]
    """Gender of everybody whom the column counts."""
    sworn: Literal["sworn", "civilian"] | None = None
    """Whether they are sworn or civilian, where the column counts one of the two."""
    stage: Stage | None = None
    """Whether a column of applicants counts those who applied or those who were hired."""
    multiplier: int = Field(default=1, ge=1)
    """What one in the column stands for: 1000 where counts are in thousands."""
