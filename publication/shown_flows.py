"""What projections start from: the stock and flows of women and men in a year, as the cells of one release show them, and nothing else.

So a projection tells nothing that its release does not tell anyway, and an attack on the release need not know it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parity.present import present
from publication.cell import Figure, PublishedCell
from publication.disclosure import is_whole
from publication.projection import HORIZON_YEARS, Flows, what_if

STOCK, HIRES, LEAVERS = "REP-01", "REC-02", "RET-01"
INPUTS = {(STOCK, "all"), (HIRES, "all"), (LEAVERS, "woman"), (LEAVERS, "man")}
HIDDEN = "the hires or separations that it rests on are withheld"
PER_100 = 100.0
PlaceYear = tuple[Any, ...]


@dataclass(frozen=True)
class ShownFlows:
    """Flows of a place and year; of a place above an agency also how many agencies are in each of their figures, and how many are missing in any."""

    flows: Flows
    n_agencies: int | None
    n_agencies_missing: int | None


def place_and_year(cell: Figure | Mapping[str, Any], year: int | None = None) -> PlaceYear:
    """What flows are found by; `year` in place of the cell's own."""
    row = cell if isinstance(cell, Mapping) else vars(cell)
    return (row["country_code"], row["agency_code"], row["provenance"], row["period_year"] if year is None else year)


def shown_flows(cells: Iterable[PublishedCell], period: str) -> dict[PlaceYear, ShownFlows]:
    """By place and year, of agencies and of whole countries: the flows whose every figure is shown."""
    found: dict[PlaceYear, dict[tuple[str, str], PublishedCell]] = defaultdict(dict)
    for cell in cells:
        which = (cell.indicator_code, cell.gender)
        is_of_place = cell.agency_code != "all" or cell.agency_type == "all"
        if which in INPUTS and cell.period == period and is_of_place and is_whole(cell) and cell.estimate is not None:
            found[place_and_year(cell)][which] = cell
    return {key: _flows(inputs) for key, inputs in found.items() if inputs.keys() == INPUTS and inputs[HIRES, "all"].denominator}


def _flows(inputs: Mapping[tuple[str, str], PublishedCell]) -> ShownFlows:
    stock, hires = inputs[STOCK, "all"], inputs[HIRES, "all"]
    women, men, _ = stock.sides
    hired_women, _, hired = hires.sides
    flows = Flows(
        year=stock.period_year,
        women=women,
        men=men,
        hired=hired,
        women_share_of_hires=hired_women / hired,
        women_leave=min(1.0, present(inputs[LEAVERS, "woman"].estimate) / PER_100),
        men_leave=min(1.0, present(inputs[LEAVERS, "man"].estimate) / PER_100),
    )
    included = [cell.n_agencies for cell in inputs.values() if cell.n_agencies is not None]
    missing = [cell.n_agencies_missing for cell in inputs.values() if cell.n_agencies_missing is not None]
    return ShownFlows(flows, min(included, default=None), max(missing, default=None))


def under(scenario: Mapping[str, Any], flows: Flows) -> Flows:
    """The flows as a scenario of catalogue/targets.yml changes them; `scenario` has the columns of release.roadmap's query."""
    return what_if(
        flows,
        hires_factor=scenario["hires_factor"],
        women_share_of_hires=scenario["scenario_share_of_hires"],
        women_separation_factor=scenario["women_separation_factor"],
        men_separation_factor=scenario["men_separation_factor"],
        women_leave_as_men=scenario["is_leaving_as_men"],
    )


def projected(promise: Mapping[str, Any], flows: Flows) -> dict[str, float | None]:
    """Where these flows lead a promise about women's share of staff: `target_value` in per cent by the end of `due_year`."""
    years, target = promise["due_year"] - flows.year, promise["target_value"]
    return {
        "value_at_due": share_after(flows, years),
        "years_to_target": flows.years_to(target),
        "levels_off_at": flows.levels_off_at,
        "women_share_of_hires": PER_100 * flows.women_share_of_hires,
        "women_share_of_hires_needed": flows.share_needed(target, years),
    }


def share_after(flows: Flows, years: int) -> float | None:
    """Women in per cent; None before the year of the flows, after the horizon, and where nobody is left."""
    share = flows.share_after(years) if 0 <= years <= HORIZON_YEARS else math.nan
    return None if math.isnan(share) else share
