"""VIC-04 as it may be published: years until women are 30 % of staff at current flows, computed from the published stock, hires and separations."""

from __future__ import annotations

from dataclasses import replace

from publication.cell import Cell, PublishedCell, Status
from publication.projection import HORIZON_YEARS, Lost
from publication.rounding import to_step
from publication.shown_flows import HIDDEN, ShownFlows

TARGET_PCT = 30.0  # as in the model ind_hr__years_to_target
WHOLE_PER_CENT = 1.0


def years_to_target(cell: Cell, shown: ShownFlows | None) -> PublishedCell:
    """`cell` from what is shown of its place and year; suppressed where that is not all that it rests on."""
    row = PublishedCell.of(cell).without_numbers()
    if shown is None:
        return replace(row, unavailable_reason=None).suppress(HIDDEN)
    row = replace(row, n_agencies=shown.n_agencies, n_agencies_missing=shown.n_agencies_missing, unavailable_reason=None)
    flows, years = shown.flows, shown.flows.years_to(TARGET_PCT)
    steady = flows.levels_off_at
    if years is None:
        is_below = steady is not None and steady < TARGET_PCT
        said = f"at current flows the share levels off at {steady:.0f} %" if is_below else None
        why = f"not reached: {said}" if said else f"not reached within {HORIZON_YEARS} years at current flows"
        return replace(row, unavailable_reason=why).unavailable()
    lost = flows.lost_again(TARGET_PCT)
    return replace(
        row,
        quality_flag=None if lost is None else _does_not_last(lost, cell.period_year),
        n=int(flows.women + flows.men),
        estimate=float(years),
        reference_value=to_step(steady, WHOLE_PER_CENT),
        status=Status.ROUNDED,
    )


def _does_not_last(lost: Lost, year: int) -> str:
    """Where 30 % are reached and lost again; the reference value says where the share ends."""
    until = "in the long run" if lost.years is None else f"again from {year + lost.years}"
    back = "" if lost.back is None else f" to {year + lost.back - 1}"
    return f"does not last: at current flows the share is below {TARGET_PCT:g} % {until}{back}"
