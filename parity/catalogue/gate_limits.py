"""The limits of the gates that are no matter of disclosure, as `catalogue/gates.yml` states them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from parity.catalogue.entry import Entry
from parity.catalogue.loader import read_file

Percent = Field(ge=0, le=100)
Days = Field(gt=0)


class ListAge(Entry):
    """Days, for agencies that send a list each month and for those that send one each year."""

    month: int = Days
    year: int = Days


class GateLimits(Entry):
    """A value beyond `warn_` is kept and shown; one beyond `max_` stops the build."""

    max_unknown_sex_pct: float = Percent
    warn_unknown_sex_pct: float = Percent
    max_quarantined_pct: float = Percent
    warn_quarantined_pct: float = Percent
    warn_jump_points: float = Percent
    warn_fewer_staff_rows_pct: float = Percent
    warn_fewer_people_pct: float = Percent
    warn_fewer_answers_pct: float = Percent
    warn_fewer_reference_rows_pct: float = Percent
    warn_gone_figures_pct: float = Percent
    warn_list_age_days: ListAge
    warn_sync_age_days: int = Days
    warn_reference_age_days: int = Days


FILE = "gates.yml"


def load_limits(catalogue: Path) -> GateLimits:
    """Raises CatalogueError, with file, line, field and remedy."""
    return read_file(catalogue / FILE, GateLimits)
