"""What stands behind VIC-01: victims whom the UN counts, and the staff of agencies that are named, so that nobody takes customs for the police."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parity.counted import counted
from publication.cell import Cell, PublishedCell


def with_base(row: PublishedCell, cell: Cell, n_staff: float, agencies: Sequence[str]) -> PublishedCell:
    """The figure with a note that says how many victims and staff it rests on, and of which agencies. Staff are rounded, victims are public."""
    if row.is_suppressed or cell.unit != "percentage points" or cell.denominator is None:
        return row
    victims, staff = counted(round(cell.denominator), "victim"), f"{n_staff:,.0f} staff"
    return replace(row, quality_flag=f"rests on {victims} of known sex and {staff} of {'; '.join(sorted(agencies))}")
