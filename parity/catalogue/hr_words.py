"""Words by which staff files are recognised when a contract is drafted: data for suggestions, never a rule."""

from __future__ import annotations

from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_terms import CanonicalColumn, ComplaintType, CourseType, EventType


class HrWords(Entry):
    """Lower-case words by what they most likely mean; `ranks`: by common grade.

    `misleading`: words that give a header another meaning than a word of `columns` in it. `pay type` is no pay.
    """

    columns: dict[CanonicalColumn, list[str]]
    misleading: dict[CanonicalColumn, list[str]] = {}
    identifying: list[str]
    totals: list[str]
    sex: dict[Gender, list[str]]
    sworn: dict[str, list[str]]
    active: dict[str, list[str]]
    events: dict[EventType, list[str]]
    courses: dict[CourseType, list[str]]
    complaints: dict[ComplaintType, list[str]]
    ranks: dict[int, list[str]]
