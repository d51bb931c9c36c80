"""What every entry of the catalogue is: frozen, and without unknown fields, so that a misspelt one is never ignored."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Gender = Literal["woman", "man", "other", "not_stated", "missing", "redacted"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
