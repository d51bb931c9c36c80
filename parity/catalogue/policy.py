"""The disclosure policy, as `catalogue/disclosure.yml` states it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from parity.catalogue.loader import read_file


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
    steps: dict[str, float]
    max_half_width: float = Field(gt=0)
    max_rse_pct: float = Field(gt=0)
    min_response_rate: float = Field(ge=0, le=100)
    flag_response_rate: float = Field(ge=0, le=100)
    flag_posts: int = Field(ge=2)
    min_base_sensitive: int = Field(ge=30)
    sensitive_levels: list[str] = Field(min_length=1)
    min_changed_respondents: int = Field(ge=5)
    counts: dict[str, dict[str, str]]
    ratios: dict[str, list[str]]
    projections: dict[str, list[str]]

    @field_validator("sensitive_levels")
    @classmethod
    def name_no_agency_and_no_grade(cls, levels: list[str]) -> list[str]:
        if stray := [level for level in levels if level.startswith(("agency_gender", "agency_grade")) or level == "agency"]:
            raise ValueError(f"a sensitive figure is never told of an agency or a grade: {', '.join(stray)}")
        return levels

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
