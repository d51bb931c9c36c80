"""Which published cells differ between two releases, and why each does. Pure. Road map and index: publication/diff_followers.py.

A figure is what readers could see: a suppressed cell has no number here, and a cell without a number in either release is no change. Equal to the
ninth digit is equal. Every reason that applies to the figure is named, in the order of `REASONS`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from parity.present import present
from publication.cell import NUMBERS, YEAR, Status
from publication.made_from import Cut
from publication.seen import KEYS
from publication.versions import MadeWith


class Reason(StrEnum):
    """Why a figure differs, in the order in which reasons are named."""

    NEW_PERIOD = "new period"
    CLOSED_WAVE = "closed wave"
    REVISED = "revised data"
    DEFINITION = "definition"
    CODE = "code"
    DISCLOSURE = "disclosure"
    AGENCY = "agency"
    WITHHELD = "period withheld"
    NOT_RECORDED = "not recorded"
    UNEXPLAINED = "unexplained"


REASONS = {
    Reason.NEW_PERIOD: "the first figure of a period; the earlier release has other periods of it",
    Reason.CLOSED_WAVE: "the survey wave was open in the earlier release",
    Reason.REVISED: "the deliveries, answers or reference tables that the figure rests on changed",
    Reason.DEFINITION: "the catalogue's entry of the indicator, or of what it is computed from, changed",
    Reason.CODE: "the code that computes or publishes the figure changed",
    Reason.DISCLOSURE: "the policy, or what protects another figure, changed what is shown; or the figure is suppressed in one release only",
    Reason.AGENCY: "one release has no such agency, or has it under another code, type or country",
    Reason.WITHHELD: "the later release has other periods of the figure only",
    Reason.NOT_RECORDED: "a release did not record what would tell",
    Reason.UNEXPLAINED: "nothing that the figure rests on changed: report it",
}
ORDER = tuple(Reason)
WHOLE = ("all", "none", YEAR)  # values of a key that split nothing
OPEN = str(Status.OPEN)
SERIES = tuple(key for key in KEYS if key != "period_year")
DEFINITION = ("indicator_name", "unit", "direction")
PLACE = ("country_code", "agency_code", "agency_type", "provenance")
SPLITS = ("gender", "grade_band", "breakdown", "breakdown_value", "provenance")  # a total and its agencies share these


@dataclass(frozen=True)
class Figure:
    """One published cell; `numbers` holds what is shown, so nothing where the cell is suppressed or not available."""

    cell_id: str
    series: tuple[Any, ...]
    year: int
    kind_of_period: str
    indicator: str
    source: str
    breakdown: str
    country: str
    agency: str
    agency_type: str
    provenance: str
    split: tuple[str, ...]
    is_whole: bool
    cut: str
    status: str
    numbers: Mapping[str, float]
    n_agencies_missing: int | None
    definition: tuple[str, ...]
    unit: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.series, self.year)

    @property
    def period(self) -> tuple[str, int]:
        return (self.kind_of_period, self.year)

    @property
    def place(self) -> tuple[str, str, str, str]:
        return (self.country, self.agency, self.agency_type, self.provenance)

    @property
    def model(self) -> Cut:
        return (self.indicator, self.breakdown, self.kind_of_period)

    @property
    def is_suppressed(self) -> bool:
        return self.status == "suppressed"


@dataclass(frozen=True)
class Why:
    """`reasons` in their order; `not_recorded`: which of them nobody can tell, as one of the releases `by` did not record it."""

    reasons: tuple[Reason, ...]
    not_recorded: tuple[Reason, ...] = ()
    by: tuple[int, ...] = ()

    def __str__(self) -> str:
        words = [str(reason) for reason in self.reasons if reason is not Reason.NOT_RECORDED]
        if self.not_recorded:
            releases = " and ".join(map(str, self.by))
            words.append(f"{' or '.join(self.not_recorded)}: not recorded by release {releases}")
        return ", ".join(words)


@dataclass(frozen=True)
class People:
    """Who came, left or changed, at least: of several lists of an agency, those of the one with most. For insiders only."""

    people: int
    women: int
    men: int


@dataclass(frozen=True)
class Change:
    """A figure that differs; `before` and `after` are what is shown of it, None where nothing was. `columns`: the numbers that moved.

    `kind`: figure, road map, road map line, index or index domain. `people`: who differ between the lists that it rests on; None where it rests on
    none that was revised, or where one is not loaded any more.
    """

    kind: str
    why: Why
    cell_id: str
    indicator: str
    cut: str
    country: str
    agency: str
    agency_type: str
    provenance: str
    period: int
    unit: str
    status_before: str
    status_after: str
    before: float | None
    after: float | None
    columns: tuple[str, ...]
    people: People | None = None

    def record(self) -> dict[str, Any]:
        """For machines."""
        given = {name: value for name, value in vars(self).items() if name != "why"}
        people = vars(self.people) if self.people else None
        why = {
            "reasons": list(self.why.reasons),
            "not_recorded": list(self.why.not_recorded),
            "not_recorded_by": list(self.why.by),
        }
        return why | given | {"columns": list(self.columns), "people": people}


@dataclass(frozen=True)
class Between:
    """What changed from one release to the other as a whole; None: not recorded for one of them."""

    catalogue: bool
    code: bool | None
    policy: bool | None
    sources: tuple[str, ...] | None


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


def figure(cell: Mapping[str, Any]) -> Figure:
    """From a row of published.indicator."""
    hidden = cell["is_suppressed"]
    numbers = {} if hidden else {name: cell[name] for name in NUMBERS if cell[name] is not None}
    return Figure(
        cell_id=cell["cell_id"],
        series=tuple(cell[key] for key in SERIES),
        year=cell["period_year"],
        kind_of_period=cell["period"],
        indicator=cell["indicator_code"],
        source=cell["source"],
        breakdown=cell["breakdown"],
        country=cell["country_code"],
        agency=cell["agency_code"],
        agency_type=cell["agency_type"],
        provenance=cell["provenance"],
        split=tuple(cell[name] for name in SPLITS),
        is_whole=cell["grade_band"] == "all" and cell["breakdown"] == "none",
        cut=" ".join(str(cell[key]) for key in SERIES[1:] if cell[key] not in WHOLE and key != "provenance") or "all",
        status=OPEN
        if cell["status"] == OPEN
        else "suppressed"
        if hidden
        else "shown"
        if numbers
        else "not available",  # a bound is shown, too
        numbers=numbers,
        n_agencies_missing=cell["n_agencies_missing"],
        definition=tuple(cell[name] for name in DEFINITION),
        unit=cell["unit"],
    )


@dataclass(frozen=True)
class Difference:
    """The two sides of a figure that differs; one is None where a release has no such cell."""

    was: Figure | None
    now: Figure | None

    @property
    def named(self) -> Figure:
        return present(self.now or self.was)

    @property
    def moved(self) -> tuple[str, ...]:
        """The columns whose numbers differ, of a figure that both releases have."""
        return moved(self.was.numbers, self.now.numbers) if self.was and self.now else ()


def differences(before: Iterable[Figure], after: Iterable[Figure]) -> list[Difference]:
    """Every figure that differs, by indicator, cut and period."""
    found = [
        each
        for each in _paired(before, after)
        if any(side and side.numbers for side in (each.was, each.now))
        and (each.was is None or each.now is None or each.was.status != each.now.status or each.moved)
    ]
    return sorted(found, key=lambda each: (each.named.indicator, each.named.cut, each.named.year, each.named.cell_id))


def _paired(before: Iterable[Figure], after: Iterable[Figure]) -> Iterable[Difference]:
    """Figures of one key, by the id of the cell. Where the key is there twice, those whose id is in one release only are paired in their order."""
    sides: dict[tuple[Any, ...], tuple[list[Figure], list[Figure]]] = defaultdict(lambda: ([], []))
    for number, figures in enumerate((before, after)):
        for each in figures:
            sides[each.key][number].append(each)
    for old, new in sides.values():
        ids = {each.cell_id for each in old} & {each.cell_id for each in new}
        for cell_id in sorted(ids):
            yield Difference(*(next(each for each in side if each.cell_id == cell_id) for side in (old, new)))
        rest = [sorted((each for each in side if each.cell_id not in ids), key=_order) for side in (old, new)]
        for number in range(max(map(len, rest))):
            yield Difference(*(side[number] if number < len(side) else None for side in rest))


def _order(figure: Figure) -> tuple[Any, ...]:
    return (figure.status, sorted(figure.numbers.items()), figure.cell_id)


def change(each: Difference, why: Why, people: People | None = None) -> Change:
    """The record of a cell that differs."""
    named, was, now = each.named, each.was, each.now
    return Change(
        "figure",
        why,
        named.cell_id,
        named.indicator,
        named.cut,
        named.country,
        named.agency,
        named.agency_type,
        named.provenance,
        named.year,
        named.unit,
        was.status if was else "absent",
        now.status if now else "absent",
        was.numbers.get("estimate") if was else None,
        now.numbers.get("estimate") if now else None,
        each.moved,
        people,
    )


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each once, in the fixed order."""
    return tuple(sorted(set(reasons), key=ORDER.index))


def moved(was: Mapping[str, float], now: Mapping[str, float]) -> tuple[str, ...]:
    """The names whose numbers differ."""
    return tuple(sorted(name for name in was.keys() | now.keys() if not _equal(was.get(name), now.get(name))))


def counts(changes: Sequence[Change]) -> dict[Reason, dict[str, int]]:
    """By reason, how many changes of each kind have it."""
    found: dict[Reason, dict[str, int]] = {}
    for reason in ORDER:
        kinds = [each.kind for each in changes if reason in each.why.reasons]
        if kinds:
            found[reason] = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    return found


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _differ(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one != other
