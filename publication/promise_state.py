"""Whether a promise is kept, missed, on course or behind, from the published figures of its place, in a word and a sentence. Pure.

A promise is judged by the figure of the year in which it is due, and before that by the way to it: straight lines from the last figure before it
was made, over its milestones, to the promised value. Limits: it goes by the published estimate; where the interval holds the promised value, the
sentence says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from parity.present import present
from publication.cell import PublishedCell
from publication.rounding import SLACK

Point = tuple[int, float]  # a year, and the value at its end


class State(StrEnum):
    """How a promise stands: the closed list. A milestone is kept, missed, not known or to come."""

    KEPT = "kept"
    MISSED = "missed"
    ON_COURSE = "on course"
    BEHIND = "behind"
    UNKNOWN = "not known"
    WITHDRAWN = "withdrawn"
    TO_COME = "to come"


@dataclass(frozen=True)
class Promised:
    """A promise to judge: `value` in `unit` by the end of the year `due`. `direction`: up or down, which is better."""

    value: float
    due: int
    made: dt.date | None
    unit: str
    direction: str
    milestones: tuple[Point, ...] = ()
    withdrawn: str | None = None  # since when and why, in words


@dataclass(frozen=True)
class Standing:
    """How it stands, by the figure of `period_year`. `expected_value` is where the way leads in that year from `base_value` in `base_year`."""

    state: State
    words: str
    period_year: int | None = None
    current_value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    base_year: int | None = None
    base_value: float | None = None
    expected_value: float | None = None


def standing(promised: Promised, series: Sequence[PublishedCell]) -> Standing:
    """How a promise stands; `series` are the published cells of its indicator and place, a year each."""
    told = sorted((cell for cell in series if cell.estimate is not None), key=lambda cell: cell.period_year)
    if promised.withdrawn is not None:
        return _of(State.WITHDRAWN, f"Withdrawn {promised.withdrawn}", told[-1] if told else None)
    if not told:
        return Standing(State.UNKNOWN, f"Not known: {_why_untold(series)}.")
    if told[-1].period_year >= promised.due:
        return _when_due(promised, told)
    return _on_the_way(promised, told)


def milestone_state(promised: Promised, milestone: Point, series: Sequence[PublishedCell]) -> tuple[State, float | None]:
    """How a milestone stands, with the figure of its year."""
    year, value = milestone
    found = {cell.period_year: cell.estimate for cell in series if cell.estimate is not None}
    if found.get(year) is not None:
        return (State.KEPT if _is_met(found[year], value, promised.direction) else State.MISSED), found[year]
    return (State.UNKNOWN if found and max(found) > year else State.TO_COME), None


def in_unit(value: float, unit: str, digits: str = ".1f") -> str:
    """`23.2 %`, `0.4 (ratio)`; what was promised takes `g` as digits."""
    return f"{value:{digits}} %" if unit == "pct" else f"{value:{digits}} ({unit})"


def _when_due(promised: Promised, told: Sequence[PublishedCell]) -> Standing:
    at_due = next((cell for cell in told if cell.period_year == promised.due), None)
    if at_due is None:
        words = f"Not known: no figure of {promised.due}, when it was due, is published."
        return _of(State.UNKNOWN, words, told[-1])
    is_kept = _is_met(present(at_due.estimate), promised.value, promised.direction)
    said = f"{in_unit(present(at_due.estimate), promised.unit)} at the end of {promised.due}; {_promise(promised)} was promised."
    words = f"{'Kept' if is_kept else 'Missed'}: {said}{_doubt(promised, at_due)}"
    return _of(State.KEPT if is_kept else State.MISSED, words, at_due)


def _on_the_way(promised: Promised, told: Sequence[PublishedCell]) -> Standing:
    now, goal = told[-1], f"{_promise(promised)} by the end of {promised.due}"
    if promised.made is not None and now.period_year < promised.made.year:
        return _of(
            State.UNKNOWN, f"Not known: the newest figure is of {now.period_year}, before the promise was made ({goal}).", now
        )
    said = f"{in_unit(present(now.estimate), promised.unit)} in {now.period_year}"
    if _is_met(present(now.estimate), promised.value, promised.direction):
        return _of(State.ON_COURSE, f"On course: {said}, as promised for the end of {promised.due}.{_doubt(promised, now)}", now)
    base = _base(promised, told)
    way = _way(promised, base)
    expected = _at(way, now.period_year)
    if expected is None:
        return _of(State.UNKNOWN, f"Not known: {said}, and no earlier figure to compare it with ({goal}).", now)
    is_milestone = any(year == now.period_year for year, _ in promised.milestones)
    is_on = _is_met(present(now.estimate), expected, promised.direction)
    where = (
        f"the milestone is {in_unit(expected, promised.unit, 'g')}"
        if is_milestone
        else f"the way to {goal} leads over {in_unit(expected, promised.unit)}"
    )
    goal = f" Promised: {goal}." if is_milestone else ""
    found = _of(
        State.ON_COURSE if is_on else State.BEHIND, f"{'On course' if is_on else 'Behind'}: {said}, where {where}.{goal}", now
    )
    return Standing(**{**vars(found), "base_year": base[0], "base_value": base[1], "expected_value": expected})


def _base(promised: Promised, told: Sequence[PublishedCell]) -> Point:
    """The last figure from before the year in which it was promised, else, or where that is not stated, the first there is."""
    before = [cell for cell in told if promised.made is not None and cell.period_year < promised.made.year]
    start = before[-1] if before else told[0]
    return start.period_year, present(start.estimate)


def _way(promised: Promised, base: Point) -> list[Point]:
    later = [milestone for milestone in promised.milestones if milestone[0] > base[0]]
    return [base, *later, (promised.due, promised.value)]


def _at(way: Sequence[Point], year: int) -> float | None:
    """Where the way is at the end of a year; None at its start, with which nothing is compared."""
    for (one, low), (other, high) in pairwise(way):
        if one < year <= other:
            return low + (high - low) * (year - one) / (other - one)
    return None


def _is_met(value: float, promised: float, direction: str) -> bool:
    return value <= promised + SLACK if direction == "down" else value >= promised - SLACK


def _promise(promised: Promised) -> str:
    return in_unit(promised.value, promised.unit, "g")


def _doubt(promised: Promised, cell: PublishedCell) -> str:
    """Where the interval holds values on both sides of what was promised."""
    if cell.ci_low is None or cell.ci_high is None or not cell.ci_low < promised.value < cell.ci_high:
        return ""
    low, high = in_unit(cell.ci_low, promised.unit), in_unit(cell.ci_high, promised.unit)
    return f" The estimate is uncertain: its interval, {low} to {high}, lies on both sides of the promise."


def _why_untold(series: Sequence[PublishedCell]) -> str:
    newest = max(series, key=lambda cell: cell.period_year, default=None)
    if newest is None:
        return "no figure is published"
    if newest.is_suppressed:
        return f"the figure of {newest.period_year} is withheld ({newest.suppression_reason})"
    return newest.unavailable_reason or f"the figure of {newest.period_year} is published as a bound"


def _of(state: State, words: str, cell: PublishedCell | None) -> Standing:
    if cell is None:
        return Standing(state, words)
    return Standing(state, words, cell.period_year, cell.estimate, cell.ci_low, cell.ci_high)
