"""What waits as it came late: a list into a published year, or a register that tells otherwise of people on published lists. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parity.catalogue.policy import Policy
from parity.present import present
from publication.contracts import last_before, neighbours
from publication.difference import Difference
from publication.flow_states import Flows
from publication.listings import Decision, Differ, Listing, Place, Retold, Side, worst, worst_part
from publication.year_stock import that_stood_for_the_year

LATE = "it came late into a published year, and too few people differ from its neighbours"
ANOTHER_FILE = (
    "another contract or file was published of the same date or year, and too few people differ from it or are added to it"
)
RETOLD = "of too few people it tells otherwise than published flows"


def decided(listing: Listing, delivery_no: int | None, reason: str) -> Decision:
    return Decision(listing.place, listing.grain, delivery_no, listing.newest_no, reason)


def wait_for(decision: Decision, others: Iterable[Side], differ: Differ, policy: Policy, *, is_new: bool = False) -> Decision:
    return told(decision, *worst(decision.place, present(decision.newest_no), others, differ, policy, is_new=is_new))


def told(decision: Decision, difference: Difference, missing: int) -> Decision:
    return replace(decision, reason=decision.reason + difference.where, difference=difference, n_missing=missing)


def retelling(side: Side, flows: Flows, retold: Retold, policy: Policy) -> tuple[Difference, int]:
    """Of whom flows would be told otherwise than in any release, and how many people that misses. Only years and kinds of event count of which
    readers would see another number at once."""
    pairs = flows.to_compare(side)
    if not pairs:
        return Difference(), 0
    now = retold(*pairs[0])
    moved = {(part.year, part.kind) for part in now.parts(is_new=False) if part.of_anything.people}
    found = [now, *(retold(*pair) for pair in pairs[1:] if moved)]
    parts = [part for each in found for part in each.parts(is_new=False) if (part.year, part.kind) in moved]
    return worst_part(parts, policy)


def that_come_late(series: Sequence[Listing], differ: Differ, policy: Policy) -> dict[Place, Decision]:
    """New lists of one agency that wait: they came into a published year, and would move its figures for too few people. `series` is in order of dates.

    A list after the last published one of its year would be the year's stock, so it is compared with that one, with the last of its own grain, and
    with each that was the year's stock in an earlier release;
    if the new year-end fails, those between wait with it. A list between two published ones, also of a year that has none, would move flows that
    were published, and is compared with both.
    """
    waiting: dict[Place, Decision] = {}
    published = [listing for listing in series if listing.published_numbers]
    new = [listing for listing in series if not listing.published]
    stood = that_stood_for_the_year(series)
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
            if after and (found := against(after[-1], last, differ, policy, sides=stood(after[-1]))):
                waiting |= {each.place: replace(found, place=each.place, newest_no=each.newest_no) for each in after}
    for listing in (each for each in new if each.place not in waiting):
        if found := against(listing, neighbours(listing, published), differ, policy):
            waiting[listing.place] = found
    return waiting


def against(
    listing: Listing, others: Iterable[Listing], differ: Differ, policy: Policy, reason: str = LATE, sides: Sequence[Side] = ()
) -> Decision | None:
    """The decision that `listing` waits for the sake of published ones, and of further `sides`; None where it need not."""
    published = [(each.place, number) for each in others for number in each.published_numbers]
    found = wait_for(decided(listing, None, reason), dict.fromkeys([*published, *sides]), differ, policy, is_new=True)
    return found if found.n_missing else None
