"""Words by which staff files are recognised when a contract is drafted: data for suggestions, except for the words that stand for no number."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from parity.catalogue.entry import Entry, Gender
from parity.catalogue.hr_terms import CanonicalColumn, ComplaintType, CourseType, EventType


class HrWords(Entry):
    """Lower-case words by what they most likely mean; `ranks`: by common grade.

    `misleading`: words that give a header another meaning than a word of `columns` in it. `pay type` is no pay.
    `no_number`: what stands in place of a staff number, in any spelling of capitals, blanks and punctuation; a rule for every file.
    """

    columns: dict[CanonicalColumn, list[str]]
    misleading: dict[CanonicalColumn, list[str]] = {}
    identifying: list[str]
    no_number: list[Annotated[str, StringConstraints(pattern=r"[^\W\d_]")]]  # a word without a letter would fit no cell
    totals: list[str]
    sex: dict[Gender, list[str]]
    sworn: dict[str, list[str]]
    active: dict[str, list[str]]
    events: dict[EventType, list[str]]
    courses: dict[CourseType, list[str]]
    complaints: dict[ComplaintType, list[str]]
    ranks: dict[int, list[str]]
