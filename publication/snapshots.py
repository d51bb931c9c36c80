"""Which delivery of each list counts for figures, and why: the rule over everything that was ever published. Pure.

Take any two snapshots of an agency that readers ever saw, whichever contract delivered them: versions of one date, or neighbouring year-ends. Either nobody differs between them, or
at least `min_changed_people` do, with women none or at least `min_changed_of_each_sex`, and men likewise. A correction that breaks the rule waits,
and what was published stays; people of other dates never count towards its number. A year-end that breaks it is published without breakdowns.

Mid-years are decided by themselves (publication/mid_year.py) and change nothing here, but that a year-end too like one is without breakdowns.

Limits: years are calendar years. Several lists that come late into a published year are each compared with what was published, not with each other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from publication.beside import mid_years_beside
from publication.cell import YEAR
from publication.contracts import last_before, neighbours, published_beside
from publication.difference import Difference
from publication.lost import lost_reason, wait_while_lost

STAFF = ("roster", "aggregate")  # grains whose dated lists are an agency's stock
REGISTERS = ("events", "training", "complaints")  # grains whose rows have a date of their own
UNDATED = dt.date(1900, 1, 1)

FIRST = "never published: the newest"
NEWEST = "the newest"
OPEN = "its year is not closed: no list of its last month or later has come"
WAITS = "too few people differ from what was published"
LATE = "it came late into a published year, and too few people differ from its neighbours"
BESIDE = "another contract or file was published of the same date or year, and too few people differ from it or are added to it"
ALIKE = "published without breakdowns: too few people differ from the neighbouring year-end"
ALIKE_MID_YEAR = "published without breakdowns: too few people differ from the neighbouring mid-year"
LOST_MID_YEAR = (
    "published without breakdowns: the neighbouring mid-year is not loaded any more, so nothing can be compared with it"
)


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
    """A version that readers ever saw. `delivery_no` is None where its file or contract is gone; `remedy` is what brings it back."""

    delivery_no: int | None
    has_breakdowns: bool = True
    remedy: str = ""


@dataclass(frozen=True)
class Listing:
    """All deliveries of a list that are loaded, the newest first, and the versions that were ever published, the last first."""

    place: Place
    grain: str
    deliveries: tuple[int, ...]
    published: tuple[Published, ...] = ()

    @property
    def is_stock(self) -> bool:
        return self.grain in STAFF and self.place.period_date > UNDATED

    @property
    def newest_no(self) -> int | None:
        return self.deliveries[0] if self.deliveries else None

    @property
    def published_numbers(self) -> tuple[int, ...]:
        return tuple(each.delivery_no for each in self.published if each.delivery_no is not None)


@dataclass(frozen=True)
class Decision:
    """The delivery that counts, None where the list waits. `newest_no` is None where none is loaded any more. `difference`, `n_missing`: of a waiting delivery, or of a year-end without breakdowns."""

    place: Place
    grain: str
    delivery_no: int | None
    newest_no: int | None
    reason: str
    has_breakdowns: bool = True
    difference: Difference | None = None
    n_missing: int | None = None
    period: str = YEAR

    @property
    def waits(self) -> bool:
        return self.delivery_no is None or self.delivery_no != self.newest_no


Side = tuple[Place, int]
Differ = Callable[[Side, Side], Difference]
Version = tuple[Place, int | None]  # the delivery of a list that readers saw; None where its file is not loaded any more
MidYears = Mapping[str, Sequence[Version]]  # by agency, all that readers ever saw
NO_MID_YEARS: MidYears = {}


def decide(
    listings: Iterable[Listing],
    known_until: dict[str, dt.date],
    differ: Differ,
    policy: Policy,
    mid_years: MidYears = NO_MID_YEARS,
) -> list[Decision]:
    """A decision for each list, in their order. `known_until`: each agency's last day that its deliveries tell of."""
    listings = sorted(listings, key=lambda listing: listing.place)
    first = _first_snapshots(listings, known_until)
    beside = published_beside(listings, lambda listing: listing.is_stock)
    series: dict[str, list[Listing]] = defaultdict(list)
    for listing in sorted(listings, key=lambda listing: listing.place.period_date):
        if listing.is_stock:
            series[listing.place.agency_code].append(listing)
    late = {place: one for members in series.values() for place, one in _late(members, differ, policy).items()}
    decisions = []
    for listing in listings:
        if listing.published:
            decisions.append(_of_published(listing, beside(listing) if listing.is_stock else [], differ, policy))
        elif not _is_closed(listing, known_until) and listing.place not in first:
            decisions.append(_decision(listing, None, OPEN))
        elif listing.place in late:
            decisions.append(late[listing.place])
        elif (others := beside(listing)) and (found := _against(listing, others, differ, policy, BESIDE)):
            decisions.append(found)
        else:
            decisions.append(_decision(listing, listing.newest_no, FIRST))
    decisions = wait_while_lost(decisions, listings)
    return _without_breakdowns(
        decisions, {listing.place: listing for listing in listings}, known_until, differ, policy, mid_years
    )


def is_year_closed(year: int, until: dt.date | None) -> bool:
    """Whether a list of the year's last month or later has come."""
    return until is not None and until >= dt.date(year, 12, 1)


def _is_closed(listing: Listing, known_until: dict[str, dt.date]) -> bool:
    """Spells have no date, and tell of whole service: they count at once."""
    if listing.place.period_date == UNDATED and not listing.place.rows_year:
        return True
    return is_year_closed(listing.place.year, known_until.get(listing.place.agency_code))


def _first_snapshots(listings: Sequence[Listing], known_until: dict[str, dt.date]) -> set[Place]:
    """The earliest lists of each agency that has no closed year and no published list."""
    dated: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        if listing.is_stock:
            dated[listing.place.agency_code].append(listing)
    first = set()
    for members in dated.values():
        if any(listing.published or _is_closed(listing, known_until) for listing in members):
            continue
        date = min(listing.place.period_date for listing in members)
        first |= {listing.place for listing in members if listing.place.period_date == date}
    return first


def _decision(listing: Listing, delivery_no: int | None, reason: str) -> Decision:
    return Decision(listing.place, listing.grain, delivery_no, listing.newest_no, reason)


def _of_published(listing: Listing, beside: Sequence[Listing], differ: Differ, policy: Policy) -> Decision:
    """The newest delivery that was published, or may stand next to every published version, those of other contracts included."""
    published = listing.published_numbers
    others = [(each.place, number) for each in (listing, *beside) for number in each.published_numbers]
    is_lost = lost_reason([listing, *beside])
    newest = listing.newest_no
    for number in listing.deliveries:
        if number in published or (not is_lost and not _worst(listing.place, number, others, differ, policy)[1]):
            chosen = number
            break
    else:
        chosen = None
    if chosen == newest and chosen is not None:
        return _decision(listing, chosen, NEWEST)
    if is_lost:
        return _decision(listing, chosen, is_lost)
    return _waiting(_decision(listing, chosen, WAITS), others, differ, policy)


def _worst(
    place: Place, number: int, others: Iterable[Side], differ: Differ, policy: Policy, *, is_new: bool = False
) -> tuple[Difference, int]:
    """The difference from `others` that misses most people, and how many it misses."""
    found = [differ((place, number), other) for other in others if other != (place, number)]
    told = [(part, part.missing(policy)) for difference in found for part in difference.parts(is_new=is_new)]
    return max(told, key=lambda each: (each[1], each[0].people), default=(Difference(), 0))


def _waiting(decision: Decision, others: Iterable[Side], differ: Differ, policy: Policy, *, is_new: bool = False) -> Decision:
    difference, missing = _worst(decision.place, decision.newest_no, others, differ, policy, is_new=is_new)
    in_year = f", in {difference.year}" if difference.year else ""
    return replace(decision, reason=decision.reason + in_year, difference=difference, n_missing=missing)


def _late(series: Sequence[Listing], differ: Differ, policy: Policy) -> dict[Place, Decision]:
    """Of an agency, by date: lists that came into a published year and wait, as they would move its figures for too few people.

    A list after the last published one of its year would be the year's stock, so it is compared with that one, and with the last of its own grain;
    if the new year-end fails, those between wait with it. A list between two published ones, also of a year that has none, would move flows that
    were published, and is compared with both.
    """
    waiting: dict[Place, Decision] = {}
    published = [listing for listing in series if listing.published_numbers]
    new = [listing for listing in series if not listing.published]
    for year, contract, grain in sorted({(each.place.year, each.place.contract, each.grain) for each in new}):
        of_year = [each for each in published if each.place.year == year]
        for group in (of_year, [each for each in of_year if each.grain == grain]):
            last = last_before(dt.date.max, group)
            after = [
                each
                for each in new
                if (each.place.year, each.place.contract) == (year, contract)
                and last
                and each.place.period_date > last[0].place.period_date
            ]
            if after and (found := _against(after[-1], last, differ, policy)):
                waiting |= {each.place: replace(found, place=each.place, newest_no=each.newest_no) for each in after}
    for listing in (each for each in new if each.place not in waiting):
        if found := _against(listing, neighbours(listing, published), differ, policy):
            waiting[listing.place] = found
    return waiting


def _against(listing: Listing, others: Iterable[Listing], differ: Differ, policy: Policy, reason: str = LATE) -> Decision | None:
    """The decision that `listing` waits for the sake of published ones; None where it need not."""
    sides = [(each.place, number) for each in others for number in each.published_numbers]
    found = _waiting(_decision(listing, None, reason), sides, differ, policy, is_new=True)
    return found if found.n_missing else None


def _without_breakdowns(
    decisions: Sequence[Decision],
    listings: dict[Place, Listing],
    known_until: dict[str, dt.date],
    differ: Differ,
    policy: Policy,
    mid_years: MidYears,
) -> list[Decision]:
    """The decisions, with those year-ends marked whose breakdowns would show the few people who differ from the neighbouring snapshot's."""
    marked: dict[Place, Decision] = {}
    for in_order in _year_ends(decisions, known_until, mid_years):
        had = {end.place: _was_published(listings[end.place], end) for end in in_order}
        marked |= {end.place: _marked(end, None, None) for end in in_order if had[end.place] is False}
        for new in in_order:
            if had[new.place] is not None:
                continue
            versions = {
                (other.place, number)
                for other in _beside(new, in_order, marked)
                for number in (*listings[other.place].published_numbers, *_chosen(other, new, had))
            }
            difference, missing = _worst(new.place, new.delivery_no, sorted(versions), differ, policy)
            if missing:
                marked[new.place] = _marked(new, difference, missing)
                continue
            firm = [
                end.place.period_date
                for end in in_order
                if end.place not in marked and (end.place.period_date < new.place.period_date or had[end.place])
            ]
            beside = mid_years_beside(new.place.period_date, mid_years.get(new.place.agency_code, ()), firm)
            difference, missing = _worst(
                new.place, new.delivery_no, [each for each in beside if each[1] is not None], differ, policy
            )
            if missing:
                marked[new.place] = _marked(new, difference, missing, ALIKE_MID_YEAR)
            elif any(number is None for _, number in beside):
                marked[new.place] = _marked(new, None, None, LOST_MID_YEAR)
    return [marked.get(decision.place, decision) for decision in decisions]


def _beside(new: Decision, in_order: Sequence[Decision], marked: dict[Place, Decision]) -> list[Decision]:
    """What a reader sets beside a year-end: of each contract, the neighbouring year-ends, and those behind them up to the first with breakdowns."""
    found: list[Decision] = []
    for contract in sorted({end.place.contract for end in in_order}):
        ends = [end for end in in_order if end.place.contract == contract]
        before = [end for end in ends if end.place.year < new.place.year][::-1]
        after = [end for end in ends if end.place.year > new.place.year]
        found += [*_until_breakdowns(before, marked), *_until_breakdowns(after, marked)]
    return found


def _until_breakdowns(ends: Sequence[Decision], marked: dict[Place, Decision]) -> list[Decision]:
    found: list[Decision] = []
    for end in ends:
        found.append(end)
        if end.place not in marked:
            break
    return found


def _chosen(other: Decision, new: Decision, had: dict[Place, bool | None]) -> tuple[int, ...]:
    """Of two new neighbours, the later one is judged."""
    return () if had[other.place] is None and other.place.year > new.place.year else (other.delivery_no,)


def _year_ends(decisions: Sequence[Decision], known_until: dict[str, dt.date], mid_years: MidYears) -> list[list[Decision]]:
    """Of each agency, the last list of each contract that counts of each closed year, in order of years; where there are mid-years, also of an open year."""
    ends: dict[str, dict[tuple[int, str], Decision]] = defaultdict(dict)
    for decision in decisions:
        place = decision.place
        is_stock = decision.grain in STAFF and place.period_date > UNDATED and decision.delivery_no is not None
        if is_stock and (place.agency_code in mid_years or is_year_closed(place.year, known_until.get(place.agency_code))):
            of_years = ends[place.agency_code]
            at = place.year, place.contract
            if place.period_date >= of_years.setdefault(at, decision).place.period_date:
                of_years[at] = decision
    return [[of_years[at] for at in sorted(of_years)] for of_years in ends.values()]


def _was_published(listing: Listing, decision: Decision) -> bool | None:
    """Whether this very version was published with its breakdowns; None where it was not published."""
    had = [each.has_breakdowns for each in listing.published if each.delivery_no == decision.delivery_no]
    return any(had) if had else None


def _marked(decision: Decision, difference: Difference | None, missing: int | None, reason: str = ALIKE) -> Decision:
    """A year-end that waits keeps saying why it does."""
    marked = replace(decision, has_breakdowns=False)
    return marked if decision.waits else replace(marked, reason=reason, difference=difference, n_missing=missing)
