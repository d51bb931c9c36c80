"""The composite index, as catalogue/composite.yml defines it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from parity.catalogue.entry import Entry
from parity.yaml_files import read_yaml


class Composite(Entry):
    """How indicators become one number; `status` says whose idea that is."""

    id: str = Field(pattern=r"^[A-Z]{3}$")
    """Code of the index."""
    name: str
    """Name that readers see."""
    status: str = Field(min_length=20)
    """Whose idea the index is; always shown with it."""
    tier: Literal["core", "ext"]
    """Tier of the indicators in it."""
    domains: list[int] = Field(min_length=2)
    """Domains in it."""
    gap_penalty: float = Field(ge=0, le=1)
    """Points that a survey indicator loses for each point between women's and men's score."""
    domain_needs_pct: float = Field(gt=0, le=100)
    """Indicators of a domain that must be there, per 100."""
    index_needs_pct: float = Field(gt=0, le=100)
    """Domains that must have a score, per 100."""
    floor: float = Field(gt=0, le=10)
    """The least score of a domain in the geometric mean."""
    weight_draws: int = Field(ge=100)
    """Random sets of weights that show how much the weights matter."""
    seed: int
    """Seed of these draws."""


def read_composite(catalogue: Path) -> Composite:
    """Read the definition alone; raises pydantic.ValidationError where it is incomplete."""
    return Composite.model_validate(read_yaml(catalogue / "composite.yml"))
