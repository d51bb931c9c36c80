"""The road map as it may be published: where each promise stands under each scenario, in numbers and in words.

A row shows nothing that follows from a withheld cell: neither the cell of today, nor one of the years that a trend is drawn through, nor the
hires and separations of a projection. Where it stands is the published figure; where it leads is rounded.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import YEAR, PublishedCell, Status
from publication.disclosure import Base, is_whole, reason
from publication.rounding import to_step
from publication.trend import from_published, is_untold, newest_told, within

TREND = "trend"
NUMBERS = (
    *("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target", "levels_off_at"),
    *("women_share_of_hires", "women_share_of_hires_needed"),
)
SAME_PLACE = ("indicator_code", "level", "country_code", "agency_code", "provenance")


HIRES, LEAVERS, SURVEY = "REC-02", "RET-01", "survey"
IN_UNIT = ("value_at_due", "levels_off_at", "women_share_of_hires", "women_share_of_hires_needed")
PER_YEAR = ("change_per_year", "needed_per_year")
YEARLY_STEP = 0.1


def roadmap_rows(rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], policy: Policy) -> list[dict[str, Any]]:
    """`rows` of ind_roadmap__progress with status, words and what must be withheld gone; `cells` as release_rows gave them."""
    known = _Known.of([cell for cell in cells if cell.period == YEAR])
    return [_row(row, policy, known) for row in rows]


def path_rows(
    rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], road_map: Iterable[dict[str, Any]], policy: Policy
) -> list[dict[str, Any]]:
    """Of `rows` of ind_roadmap__path those that follow from nothing withheld; `road_map` as roadmap_rows gave it."""
    published = {cell.cell_id: cell for cell in cells}
    rows = list(rows)
    surveys = {
        (row["target"], row["provenance"])
        for row in rows
        if row["cell_id"] in published and published[row["cell_id"]].source == SURVEY
    }
    lines = {(row["target"], row["provenance"], row["scenario"]): row for row in road_map}
    shown = []
    for row in rows:
        line = lines.get((row["target"], row["provenance"], row["scenario"]))
        cell = published.get(row["cell_id"])
        if (line and line["is_suppressed"]) or (row["cell_id"] and (cell is None or cell.estimate is None)):
            continue
        if row["scenario"] == TREND and (row["target"], row["provenance"]) in surveys:
            if line["change_per_year"] is None:
                continue
            row = row | {"value": _on_trend(row["period_year"], line)}
        value = cell.estimate if cell else row["value"] if line is None else to_step(row["value"], _step(line["unit"], policy))
        shown.append({name: given for name, given in row.items() if name != "cell_id"} | {"value": value})
    return shown


def _on_trend(year: int, line: Mapping[str, Any]) -> float:
    """The line through the published figures of a survey, from its newest year on."""
    return within(line["current_value"] + line["change_per_year"] * (year - line["period_year"]), line["unit"])


@dataclass(frozen=True)
class _Known:
    """The published cells that a road map rests on."""

    by_id: Mapping[str, PublishedCell]
    hidden_places: frozenset[tuple[Any, ...]]  # a year of theirs is withheld
    hidden_flows: frozenset[tuple[Any, ...]]  # with the year
    surveys: Mapping[tuple[Any, ...], list[PublishedCell]]  # a survey figure's years

    @classmethod
    def of(cls, cells: list[PublishedCell]) -> _Known:
        whole = [cell for cell in cells if is_whole(cell) and cell.is_suppressed and not is_untold(cell)]
        surveys: dict[tuple[Any, ...], list[PublishedCell]] = defaultdict(list)
        for cell in cells:
            if cell.source == SURVEY and is_whole(cell) and cell.gender == "all":
                surveys[_place(vars(cell))].append(cell)
        return cls(
            {cell.cell_id: cell for cell in cells},
            frozenset(_place(vars(cell)) for cell in whole if cell.gender == "all"),
            frozenset(
                _flows(vars(cell))
                for cell in whole
                if cell.indicator_code == LEAVERS or (cell.indicator_code == HIRES and cell.gender == "all")
            ),
            surveys,
        )


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in SAME_PLACE)


def _flows(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("country_code", "agency_code", "provenance", "period_year"))


def _step(unit: str, policy: Policy) -> float:
    return policy.steps.get(unit, YEARLY_STEP)


def _row(source: dict[str, Any], policy: Policy, known: _Known) -> dict[str, Any]:
    now, is_past_hidden = known.by_id.get(source["cell_id"]), _place(source) in known.hidden_places
    if now is not None and now.source == SURVEY:
        now = newest_told(now, known.surveys[_place(source)])
        source = source | {"period_year": now.period_year}
        source = source | from_published(source, now, known.surveys[_place(source)])
    n_least, count_least = source["n_least"], source["count_least"]
    why = None if n_least is None else reason(Base("comparison of staff", n_least, count_least), policy)
    if now is not None and now.is_suppressed:
        why = "the figure itself is withheld"
    elif n_least is not None and _flows(source) in known.hidden_flows:
        why = "the hires or separations that it rests on are withheld"
    elif is_past_hidden and source["scenario"] == TREND:
        why = "a year that the trend is drawn through is withheld"
    said = source | _rounded(source, now, policy)
    if is_past_hidden:
        said["change_per_year"] = None
    row = {name: value for name, value in said.items() if name not in ("cell_id", "needs_text", "n_least", "count_least")}
    if why:
        row |= dict.fromkeys(NUMBERS)
        return row | {"is_suppressed": True, "suppression_reason": why, "status": "withheld", "words": f"Withheld: {why}."}
    status, words = verdict(said)
    return row | {"is_suppressed": False, "suppression_reason": None, "status": status, "words": words}


def _rounded(source: dict[str, Any], now: PublishedCell | None, policy: Policy) -> dict[str, Any]:
    """Where it stands as it is published; where it leads in the steps of its unit, unless it tells of rules and no person."""
    if now is None or now.status == Status.EXACT:
        return {}
    step = _step(source["unit"], policy)
    return (
        {"current_value": now.estimate}
        | {name: to_step(source[name], step) for name in IN_UNIT}
        | {name: to_step(source[name], YEARLY_STEP) for name in PER_YEAR}
    )


def verdict(row: dict[str, Any]) -> tuple[str, str]:
    """The status, and a sentence for people who decide."""
    if row["current_value"] is None:
        return "not measured", f"Not measured: needs {row['needs_text']}."
    unit = " %" if row["unit"] == "pct" else f" ({row['unit']})"
    target, due, years = f"{row['target_value']:g}{unit}", row["due_year"], row["years_to_target"]
    at_due = "" if row["value_at_due"] is None else f" By the end of {due} it would be {row['value_at_due']:g}{unit}."
    if years == 0:
        return "reached", f"Reached: {row['current_value']:.1f}{unit} in {row['period_year']}."
    if years is not None:
        reached = row["period_year"] + years
        if reached <= due:
            early = "" if reached == due else f", {_years(due - reached)} before it is due"
            return "on track", f"On track: {target} is reached in {reached}{early}."
        return "off track", f"Off track: {target} is reached in {reached}, {_years(reached - due)} late.{at_due}{_remedy(row)}"
    if row["levels_off_at"] is not None and row["levels_off_at"] < row["target_value"]:
        return "never", f"Never: with these flows it levels off at {row['levels_off_at']:g}{unit}.{at_due}{_remedy(row)}"
    if row["scenario"] == TREND and row["change_per_year"] is None:
        return (
            "not known",
            f"Not known: {row['current_value']:.1f}{unit} in {row['period_year']}, and no earlier year to compare with.",
        )
    return "never", f"Never, as it moves now: not within 100 years.{at_due}"


def _remedy(row: dict[str, Any]) -> str:
    """What hiring would have to be, so that a promise about staff is kept when it is due."""
    needed, due = row["women_share_of_hires_needed"], row["due_year"]
    if needed is None:
        return ""
    if needed > 100:
        return f" By {due}, it could not be kept even if women alone were hired."
    return f" To keep it, {math.ceil(needed)} % of those hired would have to be women, every year until {due}."


def _years(n: int) -> str:
    return "a year" if n == 1 else f"{n} years"
