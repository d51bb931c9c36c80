"""What waits while a file that was published is not loaded, or its contract is gone from the catalogue: nothing can be compared with it, and no other list may take its place. Pure.

An earlier list would become the year-end, and flows would be counted without the lost one. So a year of an agency waits whole, of a register with
all files that tell of that year; lists of which a lost register tells otherwise wait, too. A new list waits while a published file of a
neighbouring year is missing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from publication.listings import RETELLING, Decision, Listing

LOST = "what was published is not there any more, so nothing can be compared with it"


def lost_reason(listings: Iterable[Listing]) -> str | None:
    """Says which files to load again; None where all that was published of the lists is loaded."""
    remedies = {
        each.remedy or f"load the list of {listing.place.agency_code} of {_date(listing)} again"
        for listing in listings
        for each in listing.published
        if each.delivery_no is None
    }
    return f"{LOST}: {', '.join(sorted(remedies))}" if remedies else None


def wait_while_lost(decisions: Sequence[Decision], listings: Sequence[Listing]) -> list[Decision]:
    """The decisions, of the listings in their order, with those that wait for a file to be loaded again."""
    lost: dict[Hashable, list[Listing]] = {}
    for decision, listing in zip(decisions, listings, strict=True):
        if decision.delivery_no is None and lost_reason([listing]):
            lost.setdefault(_figures(listing), []).append(listing)
    if not lost:
        return list(decisions)
    found = []
    for decision, listing in zip(decisions, listings, strict=True):
        missing = lost.get(_figures(listing)) or _retold(listing, lost)
        if not missing and not listing.published:
            missing = _of_years_beside(listing, listings, lost)
        reason = lost_reason(missing)
        found.append(replace(decision, delivery_no=None, reason=reason, difference=None, n_missing=None) if reason else decision)
    return found


def _figures(listing: Listing, year: int | None = None) -> Hashable:
    """What the list's figures are made with: all dated lists of an agency and year, or all entries of a register and year."""
    kind = "staff" if listing.is_stock else listing.grain
    return listing.place.agency_code, kind, listing.place.year if year is None else year


def _retold(listing: Listing, lost: dict[Hashable, list[Listing]]) -> list[Listing]:
    """The lost lists that this one waits for. A staff list waits for registers and spells of its year or earlier, as flows would go back to what lists
    alone tell. A new register, or new spells, wait for staff lists of their year or later."""
    agency, year = listing.place.agency_code, listing.place.year
    gone = [each for group in lost.values() for each in group if each.place.agency_code == agency]
    if listing.is_stock:
        return [each for each in gone if each.grain in RETELLING and each.place.year <= year]
    is_new = listing.grain in RETELLING and not listing.published
    return [each for each in gone if is_new and each.is_stock and each.place.year >= year]


def _of_years_beside(listing: Listing, listings: Iterable[Listing], lost: dict[Hashable, list[Listing]]) -> list[Listing]:
    """The lost staff lists of the nearest published year before a new list, and of the nearest one after it."""
    if not listing.is_stock:
        return []
    agency, year = listing.place.agency_code, listing.place.year
    years = {each.place.year for each in listings if each.is_stock and each.published and each.place.agency_code == agency}
    neighbours = {
        max((each for each in years if each < year), default=None),
        min((each for each in years if each > year), default=None),
    }
    return [each for other in neighbours - {None} for each in lost.get(_figures(listing, other), ())]


def _date(listing: Listing) -> str:
    place = listing.place
    return str(place.rows_year or ("all dates" if place.period_date.year == 1900 else place.period_date))
