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
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parity.catalogue.policy import Policy
from publication.contracts import last_before, neighbours, published_beside
from publication.listings import NO_MID_YEARS, UNDATED, Decision, Differ, Listing, MidYears, Place, Side, is_year_closed, worst
from publication.lost import lost_reason, wait_while_lost
from publication.year_ends import without_breakdowns

FIRST = "never published: the newest"
NEWEST = "the newest"
OPEN = "its year is not closed: no list of its last month or later has come"
WAITS = "too few people differ from what was published"
LATE = "it came late into a published year, and too few people differ from its neighbours"
BESIDE = "another contract or file was published of the same date or year, and too few people differ from it or are added to it"


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
    others_of = published_beside(listings, lambda listing: listing.is_stock)
    series: dict[str, list[Listing]] = defaultdict(list)
    for listing in sorted(listings, key=lambda listing: listing.place.period_date):
        if listing.is_stock:
            series[listing.place.agency_code].append(listing)
    late = {place: one for members in series.values() for place, one in _late(members, differ, policy).items()}
    decisions = []
    for listing in listings:
        if listing.published:
            decisions.append(_of_published(listing, others_of(listing) if listing.is_stock else [], differ, policy))
        elif not _is_closed(listing, known_until) and listing.place not in first:
            decisions.append(_decision(listing, None, OPEN))
        elif listing.place in late:
            decisions.append(late[listing.place])
        elif (others := others_of(listing)) and (found := _against(listing, others, differ, policy, BESIDE)):
            decisions.append(found)
        else:
            decisions.append(_decision(listing, listing.newest_no, FIRST))
    decisions = wait_while_lost(decisions, listings)
    return without_breakdowns(decisions, {listing.place: listing for listing in listings}, known_until, differ, policy, mid_years)


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


def _of_published(listing: Listing, others_of_date: Sequence[Listing], differ: Differ, policy: Policy) -> Decision:
    """The newest delivery that was published, or may stand next to every published version, those of other contracts included."""
    published = listing.published_numbers
    others = [(each.place, number) for each in (listing, *others_of_date) for number in each.published_numbers]
    is_lost = lost_reason([listing, *others_of_date])
    newest = listing.newest_no
    for number in listing.deliveries:
        if number in published or (not is_lost and not worst(listing.place, number, others, differ, policy)[1]):
            chosen = number
            break
    else:
        chosen = None
    if chosen == newest and chosen is not None:
        return _decision(listing, chosen, NEWEST)
    if is_lost:
        return _decision(listing, chosen, is_lost)
    return _waiting(_decision(listing, chosen, WAITS), others, differ, policy)


def _waiting(decision: Decision, others: Iterable[Side], differ: Differ, policy: Policy, *, is_new: bool = False) -> Decision:
    difference, missing = worst(decision.place, decision.newest_no, others, differ, policy, is_new=is_new)
    in_year = f", in {difference.year}" if difference.year else ""
    return replace(decision, reason=decision.reason + in_year, difference=difference, n_missing=missing)


def _late(series: Sequence[Listing], differ: Differ, policy: Policy) -> dict[Place, Decision]:
    """New lists of one agency that wait: they came into a published year, and would move its figures for too few people. `series` is in order of dates.

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
