"""The whole report from the published rows: which sections there are, and in which order. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from parity.counted import counted
from publication.report.figures import Sorted, cautions, figure_section, sort_figures, unknown_section
from publication.report.parts import Part, Points, Report, Section, Table, Text
from publication.report.promises import in_brief, promise_section, title
from publication.report.read import Published, Row
from publication.report.words import day, number, state

OPEN = ("planned", "under_way")
ACTION_STATES = ("done", "under_way", "planned", "dropped")
HEAD = ("For the promise", "Action", "Owner", "Due", "State", "Evidence")
WIDTHS = (22, 26, 17, 12, 11, 12)
HOW_TO_READ = (
    "Every number is computed from published figures, counts of people rounded to the nearest 5. A figure that few people stand behind is withheld.",
    "A promise is judged by the figure of the year in which it is due. Before that, by the way to it: straight lines from the last figure before it"
    " was made, over its milestones, to what was promised.",
    "A projection lets the flows of the newest year go on. It says what must change, and not what will happen.",
    "What is meant by each indicator: docs/reference/indicators.md. Why a number is hidden or rounded: docs/explanation/hidden-or-rounded.md.",
)


def make_report(found: Published, today: dt.date) -> Report:
    """`today` decides which actions are overdue."""
    sorted_figures = sort_figures(found.figures)
    release = found.release
    about = (
        f"Release {release['release_id']}, published on {day(release['published_at'])}, catalogue {release['catalogue_version']}."
        f" Printed on {day(today)}. {release['provenance_note']}"
    )
    sections = (
        Section("In brief", (Points(tuple(_brief(found, sorted_figures, today))),)),
        promise_section(found),
        _actions(found, today),
        figure_section(sorted_figures),
        unknown_section(sorted_figures, found.promises),
        Section("How to read this", (Points((*HOW_TO_READ, *cautions(sorted_figures))),)),
    )
    name = found.place.name
    return Report(f"Road map: {name}", about, f"Road map: {name} · release {release['release_id']}", sections)


def _brief(found: Published, figures: Sorted, today: dt.date) -> Sequence[str]:
    said = [in_brief(found)]
    for years, newest in figures.told:
        row = years[newest].get("all")
        if row is not None and row["indicator_code"] == "REP-01" and row["estimate"] is not None:
            said.append(f"Women are {number(row['estimate'], row['unit'])} of staff at the end of {newest}.")
    of_state = Counter(action["state"] for action in found.actions)
    if of_state:
        late = sum(_is_overdue(action, today) for action in found.actions)
        states = ", ".join(f"{of_state[each]} {state(each)}" for each in ACTION_STATES if of_state[each])
        said.append(f"{counted(len(found.actions), 'action')}: {states}{f'; {late} overdue' if late else ''}.")
    said.append(f"{counted(len(figures.told), 'indicator')} with a figure, {len(figures.untold)} without.")
    return said


def _actions(found: Published, today: dt.date) -> Section:
    titles = {str(promise["target"]): title(promise, found.place) for promise in found.promises}
    rows = tuple(
        (
            titles.get(str(action["target"]), ""),
            action["what"],
            action["owner"],
            day(action["due_date"]),
            _state(action, today),
            action["evidence"] or "",
        )
        for action in found.actions
    )
    part: Part = Table("", HEAD, rows, WIDTHS) if rows else Text("No action is published for the promises of this place.")
    return Section("Actions", (part,))


def _is_overdue(action: Row, today: dt.date) -> bool:
    return action["state"] in OPEN and action["due_date"] < today


def _state(action: Row, today: dt.date) -> str:
    said = state(action["state"])
    if _is_overdue(action, today):
        return f"{said}, overdue"
    return f"{said}: {action['why']}" if action["why"] else said
