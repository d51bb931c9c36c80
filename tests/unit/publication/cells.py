"""Cells for tests of publication: every field has a neutral value, so that a test names only what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from publication.candidate import release_row, release_rows
from publication.cell import Cell, PublishedCell
from tests.unit.publication.policy import POLICY

NEUTRAL = {
    "gender": "all",
    "grade_band": "all",
    "breakdown": "none",
    "breakdown_value": "all",
    "period": "year",
    "period_date": dt.date(2025, 12, 31),
    "is_sensitive": False,
    "is_suppressed": False,
}
OF_TYPE = {"str": "", "int": 0, "bool": False}


def _neutral(kind: type) -> dict[str, Any]:
    return {each.name: OF_TYPE.get(each.type) for each in fields(kind)} | {
        name: value for name, value in NEUTRAL.items() if name in {each.name for each in fields(kind)}
    }


def a_cell(**given: Any) -> Cell:
    return Cell(**_neutral(Cell) | given)


def a_published_cell(**given: Any) -> PublishedCell:
    return PublishedCell(**_neutral(PublishedCell) | given)


def released(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What becomes of these cells in one release, as rows."""
    return [vars(row) for row in release_rows([a_cell(**cell) for cell in cells], POLICY)]


def released_alone(cell: Mapping[str, Any]) -> dict[str, Any]:
    """What the cell alone allows to be published, as a row."""
    return vars(release_row(a_cell(**cell), POLICY))
