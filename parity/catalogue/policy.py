"""The disclosure policy, as `catalogue/disclosure.yml` states it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from parity.catalogue.attacked_through import NAMING, forgotten
from parity.catalogue.errors import CatalogueError
from parity.catalogue.indicators import Indicator
from parity.catalogue.loader import read_file, read_list
from parity.catalogue.registers import Registers, strays, uncounted

Traits = dict[str, str | tuple[str, ...]]


class Compared(BaseModel):
    """Whom the two shares of a ratio count, and of whom these are part."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    count: Traits
    """Whom the numerators count."""
    base: Traits
    """Of whom these are part."""

    @model_validator(mode="after")
    def say_what_is_counted(self) -> Compared:
        if not all(isinstance(traits.get("of"), str) for traits in (self.count, self.base)):
            raise ValueError("`of` names what is counted, in `count` and in `base`: add e.g. `of: stock`")
        return self


class OverTime(BaseModel):
    """How a count follows from that of the year before: `plus` names the people who came in, `minus` those who left."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    plus: str
    """The people who came in during the year."""
    minus: str
    """The people who left."""


class Policy(BaseModel):
    """Thresholds of suppression and rounding; counts are persons (flag_posts: posts), widths percentage points."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    min_count: int = Field(ge=3)
    """Counts of people, and of the other group: from 1 to one less, they are suppressed."""
    min_base_hr: int = Field(ge=5)
    """People that a share of staff is computed over, at the least."""
    min_base_survey: int = Field(ge=5)
    """Respondents that an estimate rests on, at the least."""
    rounding_base: int = Field(ge=3)
    """Counts of staff, cases and respondents are rounded to the nearest multiple."""
    rounding_base_sensitive: int = Field(ge=5)
    """The same for respondents of sensitive figures."""
    flows: frozenset[str] = Field(min_length=1)
    """Indicators of flows: a count below `min_count`, 0 included, is one class."""
    women_shares: frozenset[str]
    """Shares with women on one side and men on the other; a 0 is published only where it is not part of a small number."""
    small_value: float = Field(gt=0)
    """What a suppressed count adds to a total above its agency."""
    class_value: float = Field(ge=0)
    """What a class adds to such a total."""
    max_filled_pct: float = Field(ge=0, le=50)
    """Per cent of such a total that these stand-ins may be."""
    max_missing_pct: float = Field(ge=0, le=20)
    """Per cent of the staff whose agencies' figure may be missing from such a total."""
    min_index_side: int = Field(ge=50)
    """Women, and men, that an index over grades or functions needs."""
    min_changed_people: int = Field(ge=5)
    """People who must differ between two published versions of a list, if any does."""
    min_changed_of_each_sex: int = Field(ge=3)
    """Women who must be among these people, if any woman is; the same for men."""
    min_staff_mid_year: int = Field(ge=100)
    """People in post that an agency needs for a mid-year figure."""
    steps: dict[str, float]
    """Steps of figures that are not computed from counts, by unit."""
    p_levels: list[float] = Field(min_length=1)
    """Levels of p-values: each is published as the next one above."""
    max_half_width: float = Field(gt=0)
    """Half the width of a 95 % interval, percentage points; above, a figure is too imprecise."""
    max_half_width_years: float = Field(gt=0)
    """The same for a difference of medians, years; above, or where the interval has an open end, it is too imprecise."""
    max_rse_pct: float = Field(gt=0)
    """Relative standard error, per cent; above, a figure is too imprecise."""
    min_response_rate: float = Field(ge=0, le=100)
    """Respondents per 100 staff; below, estimates are suppressed."""
    flag_response_rate: float = Field(ge=0, le=100)
    """The same; below, estimates carry a warning."""
    flag_posts: int = Field(ge=2)
    """Posts assessed; below, a share of them carries a warning."""
    min_base_sensitive: int = Field(ge=30)
    """Respondents that a sensitive estimate rests on, at the least."""
    sensitive_levels: list[str] = Field(min_length=1)
    """Levels at which sensitive figures are published, the finest first."""
    min_changed_respondents: int = Field(ge=5)
    """Respondents of its own base who must differ before a figure of a re-opened wave moves."""
    counts: dict[str, dict[str, str]]
    """Whom each figure counts; the attack knows by it which figures count the same people, and which are parts of others."""
    of_women_and_men: frozenset[str]
    """Kinds of counts whose shares have women on one side and men on the other."""
    compared: dict[str, Compared]
    """Ratios of two shares, and whom these count."""
    over_time: dict[str, OverTime]
    """How a count follows from that of the year before."""
    registers: Registers
    """What figures count of the rows of registers: of each of these, a correction changes nobody or enough people."""
    indices: dict[str, str]
    """Indices over categories, and the split of the stock that each is over."""
    ratios: dict[str, list[str]]
    """Figures that are computed from others and are suppressed with them."""
    projections: dict[str, list[str]]
    """Projections, and the figures that they rest on."""
    not_attacked: dict[str, Annotated[str, Field(min_length=10)]]
    """Figures of staff that the attack leaves out, each with the reason."""

    @field_validator("sensitive_levels")
    @classmethod
    def name_no_agency_and_no_grade(cls, levels: list[str]) -> list[str]:
        if stray := [level for level in levels if level.startswith(("agency_gender", "agency_grade")) or level == "agency"]:
            raise ValueError(f"a sensitive figure is never told of an agency or a grade: {', '.join(stray)}")
        return levels

    @field_validator("p_levels")
    @classmethod
    def rise_to_one(cls, levels: list[float]) -> list[float]:
        if levels != sorted(set(levels)) or levels[0] <= 0 or levels[-1] != 1:
            raise ValueError(
                "p-values are published as the next of these levels: they must rise from above 0 to 1, such as [0.05, 1]"
            )
        return levels

    @model_validator(mode="after")
    def name_only_what_is_counted(self) -> Policy:
        counted = {traits.get("of") for traits in self.counts.values()}
        named = {*self.of_women_and_men, *self.over_time}
        named |= {str(traits["of"]) for ratio in self.compared.values() for traits in (ratio.count, ratio.base)}
        named |= {what for change in self.over_time.values() for what in (change.plus, change.minus)}
        if None in counted or (stray := named - counted):
            said = "a figure without `of`" if None in counted else ", ".join(sorted(stray))
            raise ValueError(f"`counts` says of each figure what it counts, and all else names one of these: {said}")
        return self

    @model_validator(mode="after")
    def know_the_rows_of_registers(self) -> Policy:
        flows = {code: traits for code, traits in self.counts.items() if code in self.flows}
        if faults := [*strays(self.registers), *uncounted(self.registers, flows)]:
            raise ValueError("; ".join(faults))
        return self

    @model_validator(mode="after")
    def let_no_rounded_count_pass_a_threshold(self) -> Policy:
        """A count that is large enough stays so when it is rounded, and none that is not becomes so."""
        if self.rounding_base > self.min_count:
            raise ValueError(
                f"rounding_base ({self.rounding_base}) is above min_count ({self.min_count}): a shown count would be rounded to 0"
            )
        for name in ("min_count", "min_base_hr", "min_base_survey", "min_base_sensitive", "rounding_base_sensitive"):
            if getattr(self, name) % self.rounding_base:
                raise ValueError(f"{name} ({getattr(self, name)}) is no multiple of rounding_base ({self.rounding_base})")
        return self


def load_policy(catalogue: Path) -> Policy:
    """Read the policy. Raises CatalogueError, with file, line, field and remedy, where a threshold is missing or dangerously low, or a figure of staff
    is not known to the attack."""
    path = catalogue / "disclosure.yml"
    policy = read_file(path, Policy)
    named = {part: getattr(policy, part) for part in NAMING}
    if (catalogue / "indicators.yml").exists() and (
        faults := forgotten(path, named, read_list(catalogue / "indicators.yml", Indicator))
    ):
        raise CatalogueError(faults)
    return policy
