"""The road map as it may be published: where each promise stands under each scenario, in numbers and in words.

A row shows nothing that follows from a withheld cell: neither the cell of today, nor one of the years that a trend is drawn through.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import PublishedCell
from publication.disclosure import Judged, is_whole, reason

TREND = "trend"
NUMBERS = (
    *("current_value", "change_per_year", "needed_per_year", "value_at_due", "years_to_target", "levels_off_at"),
    *("women_share_of_hires", "women_share_of_hires_needed"),
)
SAME_PLACE = ("indicator_code", "level", "country_code", "agency_code", "provenance")


def roadmap_rows(rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], policy: Policy) -> list[dict[str, Any]]:
    """`rows` of ind_roadmap__progress with status, words and what must be withheld gone; `cells` as release_rows gave them."""
    whole = [cell for cell in cells if cell.gender == "all" and is_whole(cell)]
    hidden = {cell.cell_id for cell in whole if cell.is_suppressed}
    hidden_places = {tuple(getattr(cell, name) for name in SAME_PLACE) for cell in whole if cell.is_suppressed}
    return [_row(row, policy, row["cell_id"] in hidden, tuple(row[name] for name in SAME_PLACE) in hidden_places) for row in rows]


def path_rows(
    rows: Iterable[dict[str, Any]], cells: Iterable[PublishedCell], road_map: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Of `rows` of ind_roadmap__path those that follow from nothing withheld; `road_map` as roadmap_rows gave it."""
    withheld = {cell.cell_id for cell in cells if cell.is_suppressed}
    withheld_lines = {(row["target"], row["provenance"], row["scenario"]) for row in road_map if row["is_suppressed"]}
    return [
        {name: value for name, value in row.items() if name != "cell_id"}
        for row in rows
        if row["cell_id"] not in withheld and (row["target"], row["provenance"], row["scenario"]) not in withheld_lines
    ]


def _row(source: dict[str, Any], policy: Policy, is_hidden: bool, is_past_hidden: bool) -> dict[str, Any]:
    row = {name: value for name, value in source.items() if name not in ("cell_id", "needs_text")}
    n_least, count_least = row.pop("n_least"), row.pop("count_least")
    why = None if n_least is None else reason(Judged("comparison of staff", n_least, count_least), policy)
    if is_hidden:
        why = "the figure itself is withheld"
    elif is_past_hidden and row["scenario"] == TREND:
        why = "a year that the trend is drawn through is withheld"
    if is_past_hidden:
        row["change_per_year"] = None
    if why:
        row |= dict.fromkeys(NUMBERS)
        return row | {"is_suppressed": True, "suppression_reason": why, "status": "withheld", "words": f"Withheld: {why}."}
    status, words = verdict(source)
    return row | {"is_suppressed": False, "suppression_reason": None, "status": status, "words": words}


def verdict(row: dict[str, Any]) -> tuple[str, str]:
    """The status, and a sentence for people who decide."""
    if row["current_value"] is None:
        return "not measured", f"Not measured: needs {row['needs_text']}."
    unit = " %" if row["unit"] == "pct" else f" ({row['unit']})"
    target, due, years = f"{row['target_value']:g}{unit}", row["due_year"], row["years_to_target"]
    at_due = "" if row["value_at_due"] is None else f" By the end of {due} it would be {row['value_at_due']:.1f}{unit}."
    if years == 0:
        return "reached", f"Reached: {row['current_value']:.1f}{unit} in {row['period_year']}."
    if years is not None:
        reached = row["period_year"] + years
        if reached <= due:
            early = "" if reached == due else f", {_years(due - reached)} before it is due"
            return "on track", f"On track: {target} is reached in {reached}{early}."
        return "off track", f"Off track: {target} is reached in {reached}, {_years(reached - due)} late.{at_due}{_remedy(row)}"
    if row["levels_off_at"] is not None and row["levels_off_at"] < row["target_value"]:
        return "never", f"Never: with these flows it levels off at {row['levels_off_at']:.1f}{unit}.{at_due}{_remedy(row)}"
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
