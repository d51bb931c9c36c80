"""The disclosure policy, as `catalogue/disclosure.yml` states it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from parity.catalogue.loader import read_file

Traits = dict[str, str | tuple[str, ...]]


class Compared(BaseModel):
    """Whom the two shares of a ratio count, and of whom these are part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: Traits
    base: Traits

    @model_validator(mode="after")
    def say_what_is_counted(self) -> Compared:
        if not all(isinstance(traits.get("of"), str) for traits in (self.count, self.base)):
            raise ValueError("`of` names what is counted, in `count` and in `base`: add e.g. `of: stock`")
        return self


class OverTime(BaseModel):
    """How a count follows from that of the year before: `plus` names the people who came in, `minus` those who left."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plus: str
    minus: str


class Policy(BaseModel):
    """Thresholds of suppression and rounding; counts are persons (flag_posts: posts), widths percentage points."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_count: int = Field(ge=3)
    min_base_hr: int = Field(ge=5)
    min_base_survey: int = Field(ge=5)
    rounding_base: int = Field(ge=3)
    rounding_base_sensitive: int = Field(ge=5)
    flows: frozenset[str] = Field(min_length=1)
    women_shares: frozenset[str]
    small_value: float = Field(gt=0)
    class_value: float = Field(ge=0)
    max_filled_pct: float = Field(ge=0, le=50)
    max_missing_pct: float = Field(ge=0, le=20)
    min_index_side: int = Field(ge=50)
    min_changed_people: int = Field(ge=5)
    min_changed_of_each_sex: int = Field(ge=3)
    min_staff_mid_year: int = Field(ge=100)
    steps: dict[str, float]
    p_levels: list[float] = Field(min_length=1)
    max_half_width: float = Field(gt=0)
    max_rse_pct: float = Field(gt=0)
    min_response_rate: float = Field(ge=0, le=100)
    flag_response_rate: float = Field(ge=0, le=100)
    flag_posts: int = Field(ge=2)
    min_base_sensitive: int = Field(ge=30)
    sensitive_levels: list[str] = Field(min_length=1)
    min_changed_respondents: int = Field(ge=5)
    counts: dict[str, dict[str, str]]
    of_women_and_men: frozenset[str]
    compared: dict[str, Compared]
    over_time: dict[str, OverTime]
    indices: dict[str, str]
    ratios: dict[str, list[str]]
    projections: dict[str, list[str]]

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
    """Read the policy. Raises CatalogueError, with file, line, field and remedy, where a threshold is missing or dangerously low."""
    return read_file(catalogue / "disclosure.yml", Policy)
