"""Which published lists of an agency's other contracts, or of other files, a list is compared with: readers see the agency, not who delivered. Pure.

Dated staff lists and tables of counts of one date tell of the same staff. Entries of one year are figures of that year whichever file has them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from publication.listings import Listing


def published_beside(listings: Iterable[Listing], is_stock: Callable[[Listing], bool]) -> Callable[[Listing], list[Listing]]:
    """For a list, the other published ones of its agency that figures take together with it: of its date, or of its grain and year."""
    together: dict[Hashable, list[Listing]] = defaultdict(list)

    def place(listing: Listing) -> Hashable:
        agency, date = listing.place.agency_code, listing.place.period_date
        return (agency, date) if is_stock(listing) else (agency, listing.grain, listing.place.year)

    for listing in listings:
        if listing.published:
            together[place(listing)].append(listing)
    return lambda listing: [each for each in together[place(listing)] if each is not listing]


def neighbours(listing: Listing, published: Iterable[Listing]) -> list[Listing]:
    """The published lists that a new one would stand between, as one that comes late: those before and after it, if there are both.

    Of all contracts together and of its own grain alone, since figures of staff are made of lists of one grain.
    """
    published = list(published)
    found: list[Listing] = []
    for group in (published, [each for each in published if each.grain == listing.grain]):
        before, after = last_before(listing.place.period_date, group), first_after(listing.place.period_date, group)
        if before and after:
            found += [each for each in (*before, *after) if each not in found]
    return found


def last_before(date: dt.date, group: Iterable[Listing]) -> list[Listing]:
    """All of the last date before `date`."""
    return _of_date(max, [each for each in group if each.place.period_date < date])


def first_after(date: dt.date, group: Iterable[Listing]) -> list[Listing]:
    return _of_date(min, [each for each in group if each.place.period_date > date])


def _of_date(choose: Callable[..., dt.date], group: list[Listing]) -> list[Listing]:
    date = choose((each.place.period_date for each in group), default=None)
    return [each for each in group if each.place.period_date == date]
