"""What becomes of a promise that the catalogue changed or lost: the release keeps what earlier ones held. Pure.

A promise that was deleted stays, as withdrawn without a reason. A value, a year or a place that was edited without an entry in the history gets
one that says so. What was deleted of its history, its milestones and its actions stays. Limits: under another name, a promise is another one; a
milestone of another value, or an action in other words, takes the place of the one before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

TAKEN_OFF = "Taken off the catalogue; no reason is stated"
NOT_STATED = "No reason is stated"
ENDED = ("done", "dropped")
DROPPED = {"state": "dropped", "why": TAKEN_OFF}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise of one place, as the catalogue states it now, or as an earlier release held it."""

    target: str
    indicator_code: str
    indicator_name: str
    unit: str
    direction: str
    level: str
    country_code: str
    country_name: str
    agency_code: str
    agency_name: str
    provenance: str
    framework: str
    framework_label: str
    made_by: str
    made_date: dt.date | None
    source_text: str
    target_value: float
    due_year: int
    withdrawn_date: dt.date | None = None
    withdrawn_why: str | None = None
    withdrawn_document: str | None = None
    is_in_catalogue: bool = True

    @property
    def place(self) -> tuple[str, str, str]:
        return self.indicator_code, self.country_code, self.agency_code


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a promise was until `changed_date`; a value or a year that stayed is empty. `is_stated`: the catalogue says it itself."""

    target: str
    changed_date: dt.date
    value_before: float | None
    due_before: int | None
    why: str
    document: str | None = None
    is_stated: bool = True


def kept(now: Sequence[Promise], before: Iterable[Promise], today: dt.date) -> list[Promise]:
    """The promises of the catalogue, and those of the release before that it holds no more."""
    names = {promise.target for promise in now}
    gone = [promise for promise in before if promise.target not in names]
    return [*now, *(promise if not promise.is_in_catalogue else _taken_off(promise, today) for promise in gone)]


def changes(
    stated: Sequence[Change], now: Iterable[Promise], before: Iterable[Promise], told: Iterable[Change], today: dt.date
) -> list[Change]:
    """Every change of every promise, oldest first: `stated` by the catalogue, `told` by the release before, and those that neither states."""
    known: dict[str, list[Change]] = defaultdict(list)
    for change in stated:
        known[change.target].append(change)
    for change in told:
        if not _is_covered(change, known[change.target]):
            known[change.target].append(change)
    earlier = {promise.target: promise for promise in before}
    for target, promise in {promise.target: promise for promise in now}.items():
        if target in earlier and (edited := _unstated(earlier[target], promise, known[target], today)):
            known[target].append(edited)
    return [change for target in sorted(known) for change in sorted(known[target], key=lambda change: change.changed_date)]


Row = Mapping[str, Any]


def milestones_kept(stated: Sequence[Row], before: Iterable[Row], promises: Mapping[str, Promise]) -> list[Row]:
    """The milestones of the catalogue, and those of the release before that it holds no more. A promise that stands, and is due earlier now, needs none
    from then on."""
    lost = [(row, promises[row["target"]]) for row in _lost(stated, before, promises, "milestone_year")]
    return [*stated, *(row for row, promise in lost if not promise.is_in_catalogue or row["milestone_year"] < promise.due_year)]


def actions_kept(stated: Sequence[Row], before: Iterable[Row], promises: Mapping[str, Promise]) -> list[Row]:
    """The actions of the catalogue, and those of the release before that it holds no more: as dropped, where they were not done and the promise stands."""
    lost = _lost(stated, before, promises, "action")
    return [
        *(row for row in stated if row["target"] in promises),
        *(row if row["state"] in ENDED or not promises[row["target"]].is_in_catalogue else {**row, **DROPPED} for row in lost),
    ]


def _lost(stated: Iterable[Row], before: Iterable[Row], promises: Mapping[str, Promise], name: str) -> list[Row]:
    known = {(row["target"], row[name]) for row in stated}
    return [row for row in before if row["target"] in promises and (row["target"], row[name]) not in known]


def _taken_off(promise: Promise, today: dt.date) -> Promise:
    if promise.withdrawn_date is not None:
        return replace(promise, is_in_catalogue=False)
    return replace(promise, is_in_catalogue=False, withdrawn_date=today, withdrawn_why=TAKEN_OFF)


def _is_covered(change: Change, known: Sequence[Change]) -> bool:
    """Whether `known` says all that the change does."""
    if change.value_before is None and change.due_before is None:
        return any(other.why == change.why for other in known)
    values, years = ({getattr(other, field) for other in known} for field in ("value_before", "due_before"))
    return change.value_before in {None, *values} and change.due_before in {None, *years}


def _unstated(was: Promise, promise: Promise, known: Sequence[Change], today: dt.date) -> Change | None:
    """What differs from the release before and no change says."""
    is_moved = was.place != promise.place
    values, years = ({getattr(change, field) for change in known} for field in ("value_before", "due_before"))
    value = was.target_value if was.target_value != promise.target_value and was.target_value not in values else None
    due = was.due_year if was.due_year != promise.due_year and was.due_year not in years else None
    if not is_moved and value is None and due is None:
        return None
    what = f"Until then about {was.indicator_name}, {_place(was)}. " if is_moved else ""
    return Change(
        target=promise.target, changed_date=today, value_before=value, due_before=due, why=f"{what}{NOT_STATED}", is_stated=False
    )


def _place(promise: Promise) -> str:
    return promise.country_name if promise.agency_code == "all" else promise.agency_name
