"""Lists of staff and registers: which deliveries there are of each, what readers saw of it, and what is decided. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from publication.cell import YEAR
from publication.difference import Difference

STAFF = ("roster", "aggregate")  # grains whose dated lists are an agency's stock
REGISTERS = ("events", "training", "complaints")  # grains whose rows have a date of their own
RETELLING = (
    "events",
    "spells",
)  # grains that tell otherwise of who came and left on lists of staff: of these they make other flows
UNDATED = dt.date(1900, 1, 1)


@dataclass(frozen=True, order=True)
class Place:
    """A list: what a file says of one agency and date. `rows_year`: of a register, the year of its rows; 0 for all rows."""

    contract: str
    agency_code: str
    period_date: dt.date
    rows_year: int = 0

    @property
    def year(self) -> int:
        return self.rows_year or self.period_date.year


@dataclass(frozen=True)
class Published:
    """A version that readers ever saw, in these `releases`, of which some were `sealing`. `delivery_no` is None where its file or contract is gone; `remedy` is what brings it back."""

    delivery_no: int | None
    has_breakdowns: bool = True
    remedy: str = ""
    releases: frozenset[int] = frozenset()
    sealing: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Listing:
    """All deliveries of a list that are loaded, the newest first, and the versions that were ever published, the last first. `held` ones count for nothing."""

    place: Place
    grain: str
    deliveries: tuple[int, ...]
    published: tuple[Published, ...] = ()
    held: frozenset[int] = frozenset()

    @property
    def is_stock(self) -> bool:
        return self.grain in STAFF and self.place.period_date > UNDATED

    @property
    def newest_no(self) -> int | None:
        return self.deliveries[0] if self.deliveries else None

    def without_held(self) -> Listing:
        return replace(self, deliveries=tuple(number for number in self.deliveries if number not in self.held), held=frozenset())

    @property
    def published_numbers(self) -> tuple[int, ...]:
        return tuple(each.delivery_no for each in self.published if each.delivery_no is not None)


@dataclass(frozen=True)
class Decision:
    """The delivery that counts, None where the list waits. `newest_no` is None where none is loaded any more. `difference`, `n_missing`: of a waiting delivery, or of a year-end without breakdowns.
    `is_sealed`: later lists change nothing of what this one and those before it tell of who came and left."""

    place: Place
    grain: str
    delivery_no: int | None
    newest_no: int | None
    reason: str
    has_breakdowns: bool = True
    is_sealed: bool = False
    difference: Difference | None = None
    n_missing: int | None = None
    period: str = YEAR

    @property
    def waits(self) -> bool:
        return self.delivery_no is None or self.delivery_no != self.newest_no


Side = tuple[Place, int]
Differ = Callable[[Side, Side], Difference]
Retold = Callable[
    [Sequence[Side], Sequence[Side]], Difference
]  # whose flows differ between two states of an agency: after and before
Version = tuple[Place, int | None]  # the delivery of a list that readers saw; None where its file is not loaded any more
MidYears = Mapping[str, Sequence[Version]]  # by agency, all that readers ever saw
NO_MID_YEARS: MidYears = {}


def is_year_closed(year: int, until: dt.date | None) -> bool:
    """Whether a list of the year's last month or later has come."""
    return until is not None and until >= dt.date(year, 12, 1)


def worst(
    place: Place, number: int, others: Iterable[Side], differ: Differ, policy: Policy, *, is_new: bool = False
) -> tuple[Difference, int]:
    """The difference from `others` that misses most people, and how many it misses."""
    found = [differ((place, number), other) for other in others if other != (place, number)]
    return worst_part(found, policy, is_new=is_new)


def worst_part(found: Iterable[Difference], policy: Policy, *, is_new: bool = False) -> tuple[Difference, int]:
    """The part of these differences that misses most people, and how many it misses."""
    told = [(part, part.missing(policy)) for difference in found for part in difference.parts(is_new=is_new)]
    return max(told, key=lambda each: (each[1], each[0].people), default=(Difference(), 0))
