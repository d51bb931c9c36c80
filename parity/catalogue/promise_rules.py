"""What a promise in catalogue/targets.yml must fulfil beyond the kinds of its fields: days in their order, milestones on the way, evidence of what is done.

Each fault names the file, the line, the promise, the field, and what to write instead. Limits: whether a promise was changed without an entry in
its history is known only from earlier releases (publication/promise_history.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from parity.catalogue.errors import line_of
from parity.catalogue.indicators import Indicator
from parity.catalogue.targets import RoadMap, Target

Place = tuple[str | int, ...]
Fault = tuple[Place, str]  # where in the promise, and the words
PER_CENT = (0, 100)


def promise_faults(path: Path, road_map: RoadMap, indicators: list[Indicator]) -> list[str]:
    """Every fault of every promise, in the order of the file."""
    of_code = {indicator.id: indicator for indicator in indicators}
    return [
        f"{path}:{line_of(path, ('targets', n, *place))}: promise '{target.name}', {'.'.join(map(str, place))}: {words}"
        for n, target in enumerate(road_map.targets)
        for place, words in _faults(target, of_code.get(target.indicator))
    ]


def _faults(target: Target, indicator: Indicator | None) -> Iterator[Fault]:
    if target.made_on and target.due < target.made_on.year:
        yield ("due",), f"{target.due} is before the promise was made ({target.made_on}). Correct `due` or `made_on`."
    if indicator is not None and indicator.unit == "pct":
        yield from _beyond_per_cent(target)
    yield from _milestones(target, indicator)
    yield from _actions(target)
    yield from _history(target)
    if target.made_on and target.withdrawn and target.withdrawn.since < target.made_on:
        yield (
            ("withdrawn", "since"),
            f"{target.withdrawn.since} is before the promise was made ({target.made_on}). Give the day of the withdrawal.",
        )


def _beyond_per_cent(target: Target) -> Iterator[Fault]:
    values: list[tuple[Place, float]] = [(("value",), target.value)]
    values += [(("milestones", n, "value"), milestone.value) for n, milestone in enumerate(target.milestones)]
    values += [(("history", n, "value"), change.value) for n, change in enumerate(target.history) if change.value is not None]
    least, most = PER_CENT
    for place, value in values:
        if not least <= value <= most:
            yield place, f"{value:g} is no per cent, as {target.indicator} is measured in. Give a number from {least} to {most}."


def _milestones(target: Target, indicator: Indicator | None) -> Iterator[Fault]:
    for n, milestone in enumerate(target.milestones):
        if milestone.year >= target.due or (target.made_on and milestone.year < target.made_on.year):
            made = f"{target.made_on.year}, when the promise was made" if target.made_on else "the day of the promise"
            yield (
                ("milestones", n, "year"),
                f"{milestone.year} is not between {made}, and {target.due}, when it is due."
                " Give a year between them, or take the milestone away.",
            )
    for n, (one, other) in enumerate(pairwise(target.milestones), start=1):
        if other.year <= one.year:
            yield ("milestones", n, "year"), f"{other.year} comes after {one.year}. Give each year once, the earliest first."
    if indicator is None or indicator.dir not in ("up", "down"):
        return
    way = 1 if indicator.dir == "up" else -1
    steps = [*(milestone.value for milestone in target.milestones), target.value]
    for n, (value, following) in enumerate(pairwise(steps)):
        if way * value > way * following:
            yield (
                ("milestones", n, "value"),
                f"{value:g} is beyond what follows it, {following:g}: {target.indicator} should go {indicator.dir}."
                " Give values that approach the promised one.",
            )


def _actions(target: Target) -> Iterator[Fault]:
    names = [action.name for action in target.actions]
    for n, action in enumerate(target.actions):
        if action.name in names[:n]:
            yield ("actions", n, "name"), f"'{action.name}' stands here twice. Give each action of a promise a name of its own."
        if target.made_on and action.due < target.made_on:
            yield (
                ("actions", n, "due"),
                f"{action.due} is before the promise was made ({target.made_on}). Correct `due`, or leave out what was done before.",
            )
        if action.state == "done" and not action.evidence:
            yield ("actions", n, "state"), "done without evidence. Add `evidence`, a link or a document, or say under_way."
        if action.state == "dropped" and not action.why:
            yield ("actions", n, "state"), "dropped without a reason. Add `why`."


def _history(target: Target) -> Iterator[Fault]:
    for n, change in enumerate(target.history):
        if change.value is None and change.due is None:
            yield ("history", n), "says neither which value nor which year was promised before. Add `value`, `due` or both."
        if target.made_on and change.changed_on < target.made_on:
            yield (
                ("history", n, "changed_on"),
                f"{change.changed_on} is before the promise was made ({target.made_on}). Give the day of the change.",
            )
    for n, (one, other) in enumerate(pairwise(target.history), start=1):
        if other.changed_on <= one.changed_on:
            yield (
                ("history", n, "changed_on"),
                f"{other.changed_on} comes after {one.changed_on}. Give each day once, the earliest first.",
            )
    for field in ("value", "due"):
        said = [(n, getattr(change, field)) for n, change in enumerate(target.history) if getattr(change, field) is not None]
        following = [*(value for _, value in said[1:]), getattr(target, field)]
        for (n, before), after in zip(said, following, strict=False):
            if before == after:
                yield (
                    ("history", n, field),
                    f"{before:g} is what was promised after the change, too. Give the {field} of before, or take it away.",
                )
