"""What every entry of the catalogue is: frozen, and without unknown fields, so that a misspelt one is never ignored.

The string below a field is its description in the JSON Schema and on the page of contracts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Gender = Literal["woman", "man", "other", "not_stated", "missing", "redacted"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
