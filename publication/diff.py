"""Why a published figure differs between two releases. Pure; limits: cells only, not the road map and the index, which follow from them.

A figure is what readers could see: a suppressed cell has no number here, and a cell without a number in either release is no change. Equal to
the ninth digit is equal. The first reason that holds is
named, in the order of `REASONS`; what else changed between the releases stands in `Between`, so that nobody takes the first for the only one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parity.present import present
from publication.cell import NUMBERS, YEAR, Status
from publication.seen import KEYS
from publication.versions import MadeWith

REASONS = {
    "gone": "the later release has no such cell",
    "new period": "the first figure of a period; the earlier release has other periods of it",
    "new": "the earlier release has no such cell, of any period",
    "closed wave": "the survey wave was open in the earlier release",
    "disclosure": "suppressed in one release only, or the policy changed and the data did not",
    "definition": "the catalogue or the indicator's own definition changed",
    "revised data": "the same period, another figure: the data changed, or what they were was not recorded",
    "code": "the code changed, and the data did not",
    "unexplained": "neither data nor catalogue, policy or code changed: report it",
}
CATALOGUE_TABLES = "raw.catalogue_"
WHOLE = ("all", "none", YEAR)  # values of a key that split nothing
OPEN = str(Status.OPEN)
SERIES = tuple(key for key in KEYS if key != "period_year")
DEFINITION = ("indicator_name", "unit", "direction")


@dataclass(frozen=True)
class Figure:
    """One published cell; `numbers` holds what is shown, so nothing where the cell is suppressed or not available."""

    series: tuple[Any, ...]
    period: int
    indicator: str
    cut: str
    status: str
    numbers: dict[str, float]
    definition: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Between:
    """What changed from one release to the other; None: not recorded for one of them."""

    catalogue: bool
    code: bool | None
    policy: bool | None
    sources: tuple[str, ...] | None

    @property
    def same_data(self) -> bool:
        return self.sources is not None and all(source.startswith(CATALOGUE_TABLES) for source in self.sources)

    @property
    def catalogue_content(self) -> bool:
        return self.catalogue or any(source.startswith(CATALOGUE_TABLES) for source in self.sources or ())


@dataclass(frozen=True)
class Change:
    """A figure that differs; `before` and `after` are estimates as published, None where none was shown."""

    reason: str
    indicator: str
    cut: str
    period: int
    unit: str
    status_before: str
    status_after: str
    before: float | None
    after: float | None
    columns: tuple[str, ...]


def figure(cell: Mapping[str, Any]) -> Figure:
    """From a row of published.indicator."""
    hidden = cell["is_suppressed"]
    numbers = {} if hidden else {name: cell[name] for name in NUMBERS if cell[name] is not None}
    return Figure(
        series=tuple(cell[key] for key in SERIES),
        period=cell["period_year"],
        indicator=cell["indicator_code"],
        cut=" ".join(str(cell[key]) for key in SERIES[1:] if cell[key] not in WHOLE and key != "provenance") or "all",
        status=OPEN
        if cell.get("status") == OPEN
        else "suppressed"
        if hidden
        else "shown"
        if numbers
        else "not available",  # a bound is shown, too
        numbers=numbers,
        definition=tuple(cell[name] for name in DEFINITION),
        unit=cell["unit"],
    )


def between(catalogues: tuple[str, str], before: MadeWith, after: MadeWith) -> Between:
    """What changed from the release that was made with `before` to the one made with `after`."""
    old, new = before.source_hashes, after.source_hashes
    sources = None
    if old is not None and new is not None:
        sources = tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
    return Between(
        catalogues[0] != catalogues[1],
        _differ(before.code_hash, after.code_hash),
        _differ(before.policy_hash, after.policy_hash),
        sources,
    )


def compare(before: Iterable[Figure], after: Iterable[Figure], changed: Between) -> list[Change]:
    """Every figure that differs, by indicator, cut and period."""
    old = {(figure.series, figure.period): figure for figure in before}
    new = {(figure.series, figure.period): figure for figure in after}
    known_series = {_of_any_period(series) for series, _ in old}
    found = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if not any(figure and figure.numbers for figure in (was, now)):
            continue
        if was is None:
            found.append(_change("new period" if _of_any_period(key[0]) in known_series else "new", was, now))
        elif now is None:
            found.append(_change("gone", was, now))
        elif was.status != now.status or _moved(was, now):
            found.append(_change(_why(was, now, changed), was, now))
    return sorted(found, key=lambda change: (change.indicator, change.cut, change.period))


def _of_any_period(series: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same figure, of years and of mid-years."""
    return tuple(value for key, value in zip(SERIES, series, strict=True) if key != "period")


def _why(was: Figure, now: Figure, changed: Between) -> str:
    if was.status == OPEN:
        return "closed wave"
    if "suppressed" in (was.status, now.status):
        return "disclosure"
    if was.definition != now.definition or changed.catalogue or (changed.same_data and changed.catalogue_content):
        return "definition"
    if not changed.same_data:
        return "revised data"
    if changed.code is not False:
        return "code"
    return "unexplained" if changed.policy is False else "disclosure"


def _moved(was: Figure, now: Figure) -> tuple[str, ...]:
    """The columns whose numbers differ."""
    names = was.numbers.keys() | now.numbers.keys()
    return tuple(sorted(name for name in names if not _equal(was.numbers.get(name), now.numbers.get(name))))


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _change(reason: str, was: Figure | None, now: Figure | None) -> Change:
    named = present(now or was)
    return Change(
        reason,
        named.indicator,
        named.cut,
        named.period,
        named.unit,
        was.status if was else "absent",
        now.status if now else "absent",
        was.numbers.get("estimate") if was else None,
        now.numbers.get("estimate") if now else None,
        _moved(was, now) if was and now else (),
    )


def _differ(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one != other
