"""Which lists stood for a year in some release: its last list then, which gave the year's figures of stock. Pure.

A later list of the year takes its place, and may be corrected. Readers set each version of the year's figures beside each other one, so a correction
is compared with all lists that ever stood for the year, not with its own versions alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable

from publication.listings import Listing, Side

OfYear = tuple[str, int, str]


def that_stood_for_the_year(listings: Iterable[Listing]) -> Callable[[Listing], list[Side]]:
    """For a list that is, or would be, the last of its agency's year: the published versions of the year's other lists that were the last in a
    release. None for a list with a later one that was published; it changes no stock. Lists of one grain make figures together."""
    of_year: dict[OfYear, list[Listing]] = defaultdict(list)
    for listing in listings:
        if listing.is_stock and listing.published_numbers:
            of_year[_of_year(listing)].append(listing)

    def stood(listing: Listing) -> list[Side]:
        published = of_year.get(_of_year(listing), [])
        date = listing.place.period_date
        if not listing.is_stock or any(each.place.period_date > date for each in published):
            return []
        last = _last_in_each_release(published)
        return [
            (each.place, version.delivery_no)
            for each in published
            if each.place.period_date < date
            for version in each.published
            if version.delivery_no is not None and any(last[release] == each.place.period_date for release in version.releases)
        ]

    return stood


def _of_year(listing: Listing) -> OfYear:
    return listing.place.agency_code, listing.place.year, listing.grain


def _last_in_each_release(published: Iterable[Listing]) -> dict[int, dt.date]:
    last: dict[int, dt.date] = {}
    for listing in published:
        for version in listing.published:
            for release in version.releases:
                last[release] = max(last.get(release, dt.date.min), listing.place.period_date)
    return last
