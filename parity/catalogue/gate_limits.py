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
    """For lists by month."""
    year: int = Days
    """For lists by year."""


class GateLimits(Entry):
    """A value beyond `warn_` is kept and shown; one beyond `max_` stops the build."""

    max_unknown_sex_pct: float = Percent
    """Staff whose sex the agency does not know, per 100 of a contract's staff; above, the build stops."""
    warn_unknown_sex_pct: float = Percent
    """The same; above, the build goes on with a warning."""
    max_quarantined_pct: float = Percent
    """Rows of a file that were set aside, per 100; above, the build stops."""
    warn_quarantined_pct: float = Percent
    """The same; above, the build goes on with a warning."""
    warn_jump_points: float = Percent
    """Percentage points by which women's share of an agency's staff moves in a year."""
    warn_fewer_staff_rows_pct: float = Percent
    """Loaded staff rows that are gone since the build before, per 100."""
    warn_fewer_people_pct: float = Percent
    """People fewer in an agency's newest list than in the one before, per 100."""
    warn_fewer_answers_pct: float = Percent
    """Answers to a form that are gone since the build before, per 100."""
    warn_fewer_reference_rows_pct: float = Percent
    """Rows of an international table that are gone since the build before, per 100."""
    warn_gone_figures_pct: float = Percent
    """Figures that readers see now and would no longer see, per 100."""
    warn_list_age_days: ListAge
    """Days since an agency's newest list."""
    warn_sync_age_days: int = Days
    """Days since a form was last synced."""
    warn_reference_age_days: int = Days
    """Days since an international table was last loaded."""


FILE = "gates.yml"


def load_limits(catalogue: Path) -> GateLimits:
    """Raises CatalogueError, with file, line, field and remedy."""
    return read_file(catalogue / FILE, GateLimits)
