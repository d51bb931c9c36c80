"""Which year-ends are published without breakdowns, as these would show the few people who differ from a neighbouring snapshot. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.difference import Difference
from publication.listings import STAFF, UNDATED, Decision, Differ, Listing, MidYears, Place, Version, is_year_closed, worst

ALIKE = "published without breakdowns: too few people differ from the neighbouring year-end"
ALIKE_MID_YEAR = "published without breakdowns: too few people differ from the neighbouring mid-year"
LOST_MID_YEAR = (
    "published without breakdowns: the neighbouring mid-year is not loaded any more, so nothing can be compared with it"
)


def without_breakdowns(
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
            number_of_new = present(new.delivery_no)
            difference, missing = worst(new.place, number_of_new, sorted(versions), differ, policy)
            if missing:
                marked[new.place] = _marked(new, difference, missing)
                continue
            firm = [
                end.place.period_date
                for end in in_order
                if end.place not in marked and (end.place.period_date < new.place.period_date or had[end.place])
            ]
            neighbours = mid_years_beside(new.place.period_date, mid_years.get(new.place.agency_code, ()), firm)
            kept = [(place, number) for place, number in neighbours if number is not None]
            difference, missing = worst(new.place, number_of_new, kept, differ, policy)
            if missing:
                marked[new.place] = _marked(new, difference, missing, ALIKE_MID_YEAR)
            elif any(number is None for _, number in neighbours):
                marked[new.place] = _marked(new, None, None, LOST_MID_YEAR)
    return [marked.get(decision.place, decision) for decision in decisions]


def _beside(new: Decision, in_order: Sequence[Decision], marked: dict[Place, Decision]) -> list[Decision]:
    """The year-ends that a reader compares with a new one: in each contract its neighbours, and those behind them up to the first with breakdowns."""
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
    return () if had[other.place] is None and other.place.year > new.place.year else (present(other.delivery_no),)


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


def mid_years_beside(date: dt.date, mid_years: Iterable[Version], year_ends: Collection[dt.date]) -> set[Version]:
    """The mid-years that a reader compares with a year-end of that date: those without a year-end with breakdowns in between.

    All versions of the mid-year before `date`, of the one after it, and of one of the same date. `year_ends`: dates of others with breakdowns.
    """
    versions = set(mid_years)
    days = {place.period_date for place, _ in versions}

    def is_beside(day: dt.date) -> bool:
        first, last = sorted((day, date))
        nearer = (other for other in days if other.year != day.year)
        return not any(first < other < last for other in (*nearer, *year_ends))

    return {version for version in versions if is_beside(version[0].period_date)}
