"""Whether the exact figure behind a published one is the same in two releases: a hash of its numbers, to the ninth digit.

A hash of a few small counts can be guessed, so it stays in the warehouse, where the counts are. Survey figures have none: it would outlive the erasure
of somebody who is in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields

from publication.cell import Cell

EXACT = tuple(
    each.name
    for each in fields(Cell)
    if each.type in ("float | None", "int | None") or each.name in ("categories", "unavailable_reason")
)
DIGITS = 9  # further ones are the order of a sum


def exact_hash(cell: Cell) -> str:
    """The same where all numbers of the cell are; empty for a survey's."""
    if cell.source == "survey":
        return ""
    return hashlib.sha256("|".join(_text(getattr(cell, name)) for name in EXACT).encode()).hexdigest()[:16]


def _text(value: float | int | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{float(value) + 0.0:.{DIGITS}g}"
