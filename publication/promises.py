"""Promises as a release holds them: how each stands, its milestones, its history, and what is done for it.

All that is computed follows from the published cells of the same release. What the catalogue no longer states is taken from the release that was
published before (publication/promise_history.py).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from publication.cell import YEAR, PublishedCell
from publication.disclosure import is_whole
from publication.promise_history import Change, Promise, actions_kept, changes, kept, milestones_kept
from publication.promise_state import Promised, Standing, milestone_state, standing

PROMISES = """
select
    promise.target, promise.indicator_code, indicator.indicator_name, indicator.unit, indicator.direction, promise.level, promise.country_code,
    coalesce(country.country_name, 'All') as country_name, promise.agency_code, coalesce(agency.agency_name, 'All') as agency_name,
    promise.provenance, promise.framework, promise.framework_label, promise.made_by, promise.made_date, promise.source_text, promise.target_value,
    promise.due_year, promise.withdrawn_date, promise.withdrawn_why, promise.withdrawn_document
from indicators.ind_roadmap__promise as promise
inner join core.dim_indicator as indicator using (indicator_code)
left join core.dim_country as country on promise.country_code = country.country_code
left join core.dim_agency as agency on promise.agency_code = agency.agency_code and agency.is_current
order by promise.target, promise.provenance
"""
MILESTONES = """
select target, milestone_year, milestone_value
from indicators.ind_roadmap__milestone order by 1, 2
"""
CHANGES = """
select target, changed_date, value_before, due_before, why, document
from indicators.ind_roadmap__change order by 1, 2
"""
ACTIONS = """
select target, action, sort_order, what, owner, due_date, state, evidence, why
from indicators.ind_roadmap__action order by target, sort_order
"""
BEFORE = "select max(release_id) from release.release where published_at is not null"
OF_PROMISE = ", ".join(each.name for each in fields(Promise))
OF_CHANGE = ", ".join(each.name for each in fields(Change))
PROMISES_BEFORE = f"select {OF_PROMISE} from release.promise where release_id = %s order by target, provenance"  # nosec B608  # a constant
CHANGES_BEFORE = f"select {OF_CHANGE} from release.promise_change where release_id = %s order by target, change_no"  # nosec B608  # a constant
MILESTONES_BEFORE = """
select distinct target, milestone_year, milestone_value from release.promise_milestone where release_id = %s order by 1, 2
"""
ACTIONS_BEFORE = """
select target, action, sort_order, what, owner, due_date, state, evidence, why from release.promise_action
where release_id = %s order by target, sort_order, action
"""
Rows = dict[str, list[dict[str, Any]]]  # by the name of the table of release


@dataclass(frozen=True)
class Stated:
    """What the catalogue says of its promises, and what the release published before held of them."""

    promises: Sequence[Promise]
    milestones: Sequence[Mapping[str, Any]]
    changes: Sequence[Change]
    actions: Sequence[Mapping[str, Any]]
    promises_before: Sequence[Promise] = ()
    milestones_before: Sequence[Mapping[str, Any]] = ()
    changes_before: Sequence[Change] = ()
    actions_before: Sequence[Mapping[str, Any]] = ()


def read_promises(connection: psycopg.Connection) -> Stated:
    [(before,)] = connection.execute(BEFORE).fetchall()
    with (
        connection.cursor(row_factory=class_row(Promise)) as promises,
        connection.cursor(row_factory=class_row(Change)) as changed,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        return Stated(
            promises.execute(PROMISES).fetchall(),
            cursor.execute(MILESTONES).fetchall(),
            changed.execute(CHANGES).fetchall(),
            cursor.execute(ACTIONS).fetchall(),
            promises.execute(PROMISES_BEFORE, (before,)).fetchall(),
            cursor.execute(MILESTONES_BEFORE, (before,)).fetchall(),
            changed.execute(CHANGES_BEFORE, (before,)).fetchall(),
            cursor.execute(ACTIONS_BEFORE, (before,)).fetchall(),
        )


def promise_rows(stated: Stated, cells: Iterable[PublishedCell], today: dt.date) -> Rows:
    """The rows of release.promise and of the tables that belong to it."""
    series = _series(cells)
    promises = kept(stated.promises, stated.promises_before, today)
    history: dict[str, list[Change]] = defaultdict(list)
    for change in changes(stated.changes, stated.promises, stated.promises_before, stated.changes_before, today):
        history[change.target].append(change)
    of_target = {promise.target: promise for promise in promises}
    milestones: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    all_milestones = milestones_kept(stated.milestones, stated.milestones_before, of_target)
    for milestone in sorted(all_milestones, key=lambda row: row["milestone_year"]):
        milestones[milestone["target"]].append(milestone)
    actions = actions_kept(stated.actions, stated.actions_before, of_target)
    return {
        "promise": [
            _promise(promise, milestones[promise.target], history[promise.target], series[_place(promise)])
            for promise in promises
        ],
        "promise_milestone": [
            _milestone(promise, milestone, series[_place(promise)])
            for promise in promises
            for milestone in milestones[promise.target]
        ],
        "promise_change": [row for target, promise in sorted(of_target.items()) for row in _changes(promise, history[target])],
        "promise_action": [{**action, **_where(of_target[action["target"]])} for action in actions],
    }


def _series(cells: Iterable[PublishedCell]) -> Mapping[tuple[Any, ...], list[PublishedCell]]:
    """The years of each indicator and place, of all people together."""
    found: dict[tuple[Any, ...], list[PublishedCell]] = defaultdict(list)
    for cell in cells:
        if cell.period == YEAR and cell.gender == "all" and is_whole(cell):
            found[_place(cell)].append(cell)
    return found


def _place(of: Promise | PublishedCell) -> tuple[Any, ...]:
    return of.indicator_code, of.level, of.country_code, of.agency_code, of.provenance


def _where(promise: Promise) -> dict[str, str]:
    return {"country_code": promise.country_code, "agency_code": promise.agency_code}


def _promise(
    promise: Promise, milestones: Sequence[Mapping[str, Any]], history: Sequence[Change], series: Sequence[PublishedCell]
) -> dict[str, Any]:
    found: Standing = standing(_judged(promise, milestones), series)
    first_value = next((change.value_before for change in history if change.value_before is not None), promise.target_value)
    first_due = next((change.due_before for change in history if change.due_before is not None), promise.due_year)
    return vars(promise) | vars(found) | {"first_value": first_value, "first_due_year": first_due}


def _judged(promise: Promise, milestones: Sequence[Mapping[str, Any]]) -> Promised:
    since = f"on {promise.withdrawn_date}: {promise.withdrawn_why}." if promise.withdrawn_date else None
    return Promised(
        promise.target_value,
        promise.due_year,
        promise.made_date,
        promise.unit,
        promise.direction,
        tuple((milestone["milestone_year"], milestone["milestone_value"]) for milestone in milestones),
        since,
    )


def _milestone(promise: Promise, milestone: Mapping[str, Any], series: Sequence[PublishedCell]) -> dict[str, Any]:
    state, value = milestone_state(_judged(promise, ()), (milestone["milestone_year"], milestone["milestone_value"]), series)
    return {
        **milestone,
        **_where(promise),
        "provenance": promise.provenance,
        "unit": promise.unit,
        "state": state,
        "current_value": value,
    }


def _changes(promise: Promise, history: Sequence[Change]) -> Iterable[dict[str, Any]]:
    """Each change with what the promise became by it."""
    for number, change in enumerate(history):
        later = history[number + 1 :]
        value = next((each.value_before for each in later if each.value_before is not None), promise.target_value)
        due = next((each.due_before for each in later if each.due_before is not None), promise.due_year)
        yield {
            **vars(change),
            **_where(promise),
            "unit": promise.unit,
            "change_no": number + 1,
            "value_after": None if change.value_before is None else value,
            "due_after": None if change.due_before is None else due,
        }
