"""A comparison of women and men where the staff are of one sex alone: not defined, which no list can mend, and not *not available*.

The rule goes by what the release shows of the agency: its share of women (REP-01) of that year is 0 % or 100 %. Where that is withheld, or most
are of unknown sex, the comparison stays *not available*, as a list might show the others. Applicants and recruits need not be of the sex of the
staff: comparisons of the domain of recruitment are left as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publication.cell import YEAR, PublishedCell, Status

STOCK = "REP-01"
RECRUITMENT = 2  # the domain
MISSING = "not available: needs"
COMPARED_AS = ("ratio", "index 0-1")
NO_DIFFERENCE = "target 0"


def defined(rows: Sequence[PublishedCell]) -> list[PublishedCell]:
    """The rows, comparisons of staff of one sex with why there are none."""
    absent = {(row.agency_code, row.period_year, row.provenance): who for row in rows if (who := _absent(row))}
    return [
        replace(row, unavailable_reason=f"not defined: the agency's staff list shows no {who}", status=Status.NOT_DEFINED)
        if is_comparison(row) and (who := absent.get((row.agency_code, row.period_year, row.provenance)))
        else row
        for row in rows
    ]


def is_comparison(row: PublishedCell) -> bool:
    """Whether the row is a comparison of women and men of the staff that nothing was computed for."""
    return (
        row.status == Status.NOT_AVAILABLE
        and (row.unavailable_reason or "").startswith(MISSING)
        and row.source == "hr"
        and row.domain_no != RECRUITMENT
        and (row.unit in COMPARED_AS or row.direction == NO_DIFFERENCE)
    )


def _absent(row: PublishedCell) -> str | None:
    """The sex of which the whole staff of an agency has nobody, as its share of women is published: no other share has equal counts."""
    is_whole = row.grade_band == "all" and row.breakdown == "none" and row.agency_code != "all" and row.period == YEAR
    if row.indicator_code != STOCK or not is_whole or row.numerator is None:
        return None
    if row.status == Status.ZERO:
        return "women"
    return "men" if row.numerator == row.denominator else None
