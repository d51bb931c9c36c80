"""How long the questionnaire takes: seconds by kind of question, from the outline that was timed for this survey."""

from __future__ import annotations

from dataclasses import dataclass

from parity.catalogue.questionnaire import Questionnaire, Row

CONSENT_SECONDS = 60
HARASSMENT_SECONDS = 60  # the whole block of those who open it
PROFILE_SECONDS = 5
SCALE_SECONDS = 9
SLOW_READER = 1.5  # the 90th centile of readers against the median
HARD_STOP = 15


@dataclass(frozen=True)
class Minutes:
    median: float
    slow: float


def estimate(questionnaire: Questionnaire) -> Minutes:
    """Minutes of the median reader and of the 90th centile, for a respondent who is asked everything."""
    items = questionnaire.items
    seconds = sum(_seconds(row) for row in items)
    if any(_is_harassment(row) for row in items):
        seconds += HARASSMENT_SECONDS
    return Minutes(round(seconds / 60, 1), round(seconds * SLOW_READER / 60, 1))


def _seconds(row: Row) -> int:
    if _is_harassment(row):
        return 0
    if row.name == "consent":
        return CONSENT_SECONDS
    return PROFILE_SECONDS if row["indicator"] in ("gate", "all", "disaggregation") else SCALE_SECONDS


def _is_harassment(row: Row) -> bool:
    return row["indicator"].startswith(("HAR-01", "HAR-02", "HAR-04"))
