"""The words for a promise on the road map: its status, and a sentence for people who decide.

A share may pass the promised value and end below it. Then the words say until when, how high it rises, and where it ends; a promise whose value is
lost again before it is due is off track.
"""

from __future__ import annotations

import math
from typing import Any

from publication.projection import Lost

TREND = "trend"


def verdict(row: dict[str, Any], lost: Lost | None = None) -> tuple[str, str]:
    """The status, and a sentence for people who decide; `lost` says where the value is reached and lost again."""
    if row["current_value"] is None:
        return "not measured", f"Not measured: needs {row['needs_text']}."
    unit = " %" if row["unit"] == "pct" else f" ({row['unit']})"
    target, due, years = f"{row['target_value']:g}{unit}", row["due_year"], row["years_to_target"]
    at_due = "" if row["value_at_due"] is None else f" By the end of {due} it would be {row['value_at_due']:g}{unit}."
    below = None if lost is None or lost.years is None else row["period_year"] + lost.years
    back = None if lost is None or lost.back is None else row["period_year"] + lost.back
    is_lost_when_due = below is not None and below <= due and (back is None or due < back)
    passing = "" if lost is None else f" {_passing(row, lost, target, below, back)}"
    if years == 0:
        said = f"Reached: {row['current_value']:.1f}{unit} in {row['period_year']}."
        return ("off track" if is_lost_when_due else "reached"), f"{said}{passing}{at_due if is_lost_when_due else ''}"
    if years is not None:
        reached = row["period_year"] + years
        if is_lost_when_due:
            return (
                "off track",
                f"Off track: {target} is reached in {reached} and lost before it is due.{passing}{at_due}{_remedy(row)}",
            )
        if reached <= due:
            early = "" if reached == due else f", {_years(due - reached)} before it is due"
            return "on track", f"On track: {target} is reached in {reached}{early}.{passing}"
        late = f"Off track: {target} is reached in {reached}, {_years(reached - due)} late."
        return "off track", f"{late}{passing}{at_due}{_remedy(row)}"
    if row["levels_off_at"] is not None and row["levels_off_at"] < row["target_value"]:
        return "never", f"Never: with these flows it levels off at {row['levels_off_at']:g}{unit}.{at_due}{_remedy(row)}"
    if row["scenario"] == TREND and row["change_per_year"] is None:
        return (
            "not known",
            f"Not known: {row['current_value']:.1f}{unit} in {row['period_year']}, and no earlier year to compare with.",
        )
    return "never", f"Never, as it moves now: not within 100 years.{at_due}"


def _passing(row: dict[str, Any], lost: Lost, target: str, below: int | None, back: int | None) -> str:
    """Until when the value holds, how high it rises and where it ends."""
    if back is not None:
        return f"It does not last: the share is below {target} from {below} to {back - 1}, and reaches it again in {back}."
    where = "" if lost.end is None else f" and levels off at {_end(row, lost.end)}"
    if below is None:
        return f"It does not last: in the long run the share falls below {target}{where}."
    peak = "" if lost.peak_years == 0 else f"the share peaks at {lost.peak:.1f} % in {row['period_year'] + lost.peak_years}, "
    return f"It does not last: {peak or 'the share '}is below {target} again from {below}{where}."


def _end(row: dict[str, Any], end: float) -> str:
    """The share in which it ends as the row has it, which may have been rounded up to a target that it does not reach."""
    shown, target = row["levels_off_at"], row["target_value"]
    return f"just under {target:g} %" if end < target <= shown else f"{shown:g} %"


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
