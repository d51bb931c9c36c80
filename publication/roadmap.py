"""The road map as it may be published: where each promise stands under each scenario, in numbers and in words.

Every number is computed from the published cells of the same release: where a promise stands is the published figure, its trend a line through the
published years, its projection the cohort model on published flows. So the road map tells nothing that the release does not tell, and goes where one
of these is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import YEAR, PublishedCell, Status
from publication.disclosure import is_whole
from publication.projection import Flows
from publication.promise_words import TREND, verdict
from publication.rounding import to_step
from publication.shown_flows import HIDDEN, PlaceYear, ShownFlows, place_and_year, projected, share_after, shown_flows, under
from publication.trend import from_published, is_untold, newest_told, within

NUMBERS = (
    *("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target", "levels_off_at"),
    *("women_share_of_hires", "women_share_of_hires_needed"),
)
SAME_PLACE = ("indicator_code", "level", "country_code", "agency_code", "provenance")
SCENARIO = ("hires_factor", "scenario_share_of_hires", "women_separation_factor", "men_separation_factor", "is_leaving_as_men")
INTERNAL = ("cell_id", "needs_text", *SCENARIO)
SURVEY = "survey"
IN_UNIT = ("value_at_due", "levels_off_at", "women_share_of_hires", "women_share_of_hires_needed")
PER_YEAR = ("change_per_year", "needed_per_year")
YEARLY_STEP = 0.1


def roadmap_rows(rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], policy: Policy) -> list[dict[str, Any]]:
    """Promises with status, words and numbers; `cells` as release_rows gave them. Of `rows`, a promise under a scenario each, what the scenario
    changes of flows stands in the columns SCENARIO, empty where it is none of staff."""
    known = _Known.of([cell for cell in cells if cell.period == YEAR])
    return [_row(row, policy, known) for row in rows]


def path_rows(
    rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], road_map: Iterable[dict[str, Any]], policy: Policy
) -> list[dict[str, Any]]:
    """The lines of each promise that follow from nothing withheld; `road_map` as roadmap_rows gave it. Of `rows` only what was promised has a `value`."""
    cells = list(cells)
    published, flows = {cell.cell_id: cell for cell in cells}, shown_flows(cells, YEAR)
    lines = {(row["target"], row["provenance"], row["scenario"]): row for row in road_map}
    shown = []
    for row in rows:
        line = lines.get((row["target"], row["provenance"], row["scenario"]))
        cell = published.get(row["cell_id"])
        if (line and line["is_suppressed"]) or (row["cell_id"] and (cell is None or cell.estimate is None)):
            continue
        if cell is not None:
            value = cell.estimate
        elif line is None:
            value = row["value"]
        elif (value := _led_to(row, line, flows)) is None:
            continue
        else:
            value = to_step(value, _step(line["unit"], policy))
        shown.append({name: given for name, given in row.items() if name not in INTERNAL} | {"value": value})
    return shown


def _led_to(row: Mapping[str, Any], line: Mapping[str, Any], flows: Mapping[PlaceYear, ShownFlows]) -> float | None:
    """Where a scenario, or the line through the published figures, leads until the row's year."""
    years = row["period_year"] - line["period_year"]
    if _is_projected(row):
        return share_after(under(row, flows[place_and_year(line)].flows), years)
    if line["change_per_year"] is None:
        return None
    return within(line["current_value"] + line["change_per_year"] * years, line["unit"])


@dataclass(frozen=True)
class _Known:
    """The published cells that a road map rests on."""

    by_id: Mapping[str, PublishedCell]
    hidden_places: frozenset[tuple[Any, ...]]  # a year of theirs is withheld
    flows: Mapping[PlaceYear, ShownFlows]
    series: Mapping[tuple[Any, ...], list[PublishedCell]]  # a figure's years

    @classmethod
    def of(cls, cells: list[PublishedCell]) -> _Known:
        series: dict[tuple[Any, ...], list[PublishedCell]] = defaultdict(list)
        for cell in cells:
            if is_whole(cell) and cell.gender == "all":
                series[_place(vars(cell))].append(cell)
        return cls(
            {cell.cell_id: cell for cell in cells},
            frozenset(
                place for place, years in series.items() if any(cell.is_suppressed and not is_untold(cell) for cell in years)
            ),
            shown_flows(cells, YEAR),
            series,
        )


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in SAME_PLACE)


def _is_projected(row: Mapping[str, Any]) -> bool:
    return row["hires_factor"] is not None


def _step(unit: str, policy: Policy) -> float:
    return policy.steps.get(unit, YEARLY_STEP)


def _row(source: dict[str, Any], policy: Policy, known: _Known) -> dict[str, Any]:
    row = {name: value for name, value in source.items() if name not in INTERNAL} | dict.fromkeys(NUMBERS)
    now, is_past_hidden = known.by_id.get(source["cell_id"]), _place(source) in known.hidden_places
    flows = _flows(source, known)
    why = None
    if now is not None:
        series = known.series[_place(source)]
        if now.source == SURVEY:
            now = newest_told(now, series)
            row["period_year"] = now.period_year
        row |= from_published(source, now, series)
        if now.is_suppressed:
            why = "the figure itself is withheld"
        elif _is_projected(source) and flows is None:
            why = HIDDEN
        elif is_past_hidden and source["scenario"] == TREND:
            why = "a year that the trend is drawn through is withheld"
        if flows is not None:
            row |= projected(source, flows)
        if now.status != Status.EXACT:
            row |= _rounded(row, policy)
        if is_past_hidden:
            row["change_per_year"] = None
    if why:
        row |= dict.fromkeys(NUMBERS)
        return row | {"is_suppressed": True, "suppression_reason": why, "status": "withheld", "words": f"Withheld: {why}."}
    lost = None if flows is None else flows.lost_again(source["target_value"])
    status, words = verdict(row | {"needs_text": source["needs_text"]}, lost)
    return row | {"is_suppressed": False, "suppression_reason": None, "status": status, "words": words}


def _flows(source: Mapping[str, Any], known: _Known) -> Flows | None:
    """What a scenario makes of the published flows; None where it is none, or they are not shown."""
    found = known.flows.get(place_and_year(source)) if _is_projected(source) else None
    return None if found is None else under(source, found.flows)


def _rounded(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """Where it leads in the steps of its unit, unless it tells of rules and no person."""
    step = _step(row["unit"], policy)
    return {name: to_step(row[name], step) for name in IN_UNIT} | {name: to_step(row[name], YEARLY_STEP) for name in PER_YEAR}
