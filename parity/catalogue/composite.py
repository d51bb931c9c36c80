"""The composite index, as catalogue/composite.yml defines it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from parity.catalogue.entry import Entry


class Composite(Entry):
    """How indicators become one number; `status` says whose idea that is."""

    id: str = Field(pattern=r"^[A-Z]{3}$")
    name: str
    status: str = Field(min_length=20)
    tier: Literal["core", "ext"]
    domains: list[int] = Field(min_length=2)
    gap_penalty: float = Field(ge=0, le=1)
    domain_needs_pct: float = Field(gt=0, le=100)
    index_needs_pct: float = Field(gt=0, le=100)
    floor: float = Field(gt=0, le=10)
    weight_draws: int = Field(ge=100)
    seed: int


def read_composite(catalogue: Path) -> Composite:
    """Read the definition alone; raises pydantic.ValidationError where it is incomplete."""
    return Composite.model_validate(yaml.safe_load((catalogue / "composite.yml").read_text(encoding="utf-8")))
