"""The words for a promise on the road map: its status, and a sentence for people who decide."""

from __future__ import annotations

import math
from typing import Any

TREND = "trend"


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
