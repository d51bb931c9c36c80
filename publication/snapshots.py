"""Which delivery of each list counts for figures, and why: the rule over everything that was ever published. Pure.

Take any two snapshots of an agency that readers ever saw, whichever contract delivered them: versions of one date, or neighbouring year-ends. Either nobody differs between them, or
at least `min_changed_people` do, with women none or at least `min_changed_of_each_sex`, and men likewise. A correction that breaks the rule waits,
and what was published stays; people of other dates never count towards its number. A year-end that breaks it is published without breakdowns.

Registers of events, spells, corrected lists, and lists that come between two published ones follow the rule as well in the flows that they change, against all that each
release told together (publication/flow_states.py, told_otherwise.py). So ten people of another grade do not cover one who left.

Mid-years are decided by themselves (publication/mid_year.py) and change nothing here, but that a year-end too like one is without breakdowns.

Limits: years are calendar years. Of several lists that come late into a published year at once, the staff of each are compared with what was published, not with each other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from parity.catalogue.policy import Policy
from publication.contracts import published_beside
from publication.difference import Difference
from publication.flow_states import flows_of, is_list, is_retelling, seal, sealed_lists
from publication.late import ANOTHER_FILE, RETOLD, against, decided, retelling, that_come_late, told
from publication.listings import (
    NO_MID_YEARS,
    UNDATED,
    Decision,
    Differ,
    Listing,
    MidYears,
    Place,
    Retold,
    Side,
    is_year_closed,
    worst,
)
from publication.lost import lost_reason, wait_while_lost
from publication.year_ends import without_breakdowns
from publication.year_stock import that_stood_for_the_year

FIRST = "never published: the newest"
NEWEST = "the newest"
HELD = "held: it does not continue the list before (parity hr held)"
EARLY = "its period has not come"
OPEN = "its year is not closed: no list of its last month or later has come"
WAITS = "too few people differ from what was published"
Retell = Callable[[Side], tuple[Difference, int]]  # whose flows a delivery would tell otherwise, and how many people that misses


def decide(
    listings: Iterable[Listing],
    known_until: dict[str, dt.date],
    differ: Differ,
    policy: Policy,
    mid_years: MidYears = NO_MID_YEARS,
    *,
    retold: Retold,
    today: dt.date = dt.date.max,
) -> list[Decision]:
    """A decision for each list, in their order. `known_until`: each agency's last day that its deliveries tell of.

    A list of a day after `today` waits, and closes no year: what is inferred from it would lie in the future. A delivery that is held counts as
    if it had not come, and is told as the newest that waits.
    """
    all_listings = list(listings)
    listings = [each.without_held() for each in all_listings if {*each.deliveries} - each.held or each.published]
    early = [each for each in listings if each.place.period_date > today and not each.published]
    known_until = {agency: min(day, today) for agency, day in known_until.items()}  # an early list closes no year
    listings = sorted((each for each in listings if each not in early), key=lambda listing: listing.place)
    first = _first_snapshots(listings, known_until)
    others_of = published_beside(listings, lambda listing: listing.is_stock)
    stood = that_stood_for_the_year(listings)
    flows, lists = flows_of(listings), defaultdict(list)
    for listing in listings:
        if is_list(listing) and listing.published_numbers:
            lists[listing.place.agency_code].append(listing.place.period_date)
    series: dict[str, list[Listing]] = defaultdict(list)
    for listing in sorted(listings, key=lambda listing: listing.place.period_date):
        if listing.is_stock:
            series[listing.place.agency_code].append(listing)
    late = {place: one for members in series.values() for place, one in that_come_late(members, differ, policy).items()}
    decisions = []
    for listing in listings:
        place, agency = listing.place, listing.place.agency_code
        retell = None
        if agency in flows and is_retelling(listing, lists[agency]):
            retell = partial(retelling, flows=flows[agency], retold=retold, policy=policy)
        if listing.published:
            found = _of_published(listing, others_of(listing) if listing.is_stock else [], stood(listing), differ, retell, policy)
        elif not _is_closed(listing, known_until) and place not in first:
            found = decided(listing, None, OPEN)
        elif place in late:
            found = late[place]
        else:
            found = (
                against(listing, others_of(listing), differ, policy, ANOTHER_FILE)
                or _retelling(listing, listing.newest_no, retell)
                or decided(listing, listing.newest_no, FIRST)
            )
        if retell and found.delivery_no is not None:
            flows[agency] = flows[agency].with_new((place, found.delivery_no))
        decisions.append(found)
    decisions = wait_while_lost(decisions, listings)
    decisions = seal(decisions, sealed_lists(listings))
    by_place = {listing.place: listing for listing in listings}
    decisions = without_breakdowns(decisions, by_place, known_until, differ, policy, mid_years)
    decisions += [decided(each, None, EARLY) for each in early]
    return sorted(_with_held(decisions, all_listings), key=lambda decision: decision.place)


def _with_held(decisions: Iterable[Decision], listings: Iterable[Listing]) -> list[Decision]:
    """The decisions, where the newest delivery of a list is held with that as the reason."""
    found = {decision.place: decision for decision in decisions}
    for listing in listings:
        if listing.newest_no in listing.held:
            known = found.get(listing.place) or decided(listing, None, HELD)
            found[listing.place] = replace(known, newest_no=listing.newest_no, reason=HELD, difference=None, n_missing=None)
    return list(found.values())


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


def _retelling(listing: Listing, number: int | None, retell: Retell | None) -> Decision | None:
    """The decision that a delivery waits for flows that were published; None where it need not."""
    if retell is None or number is None:
        return None
    difference, missing = retell((listing.place, number))
    return told(decided(listing, None, RETOLD), difference, missing) if missing else None


def _of_published(
    listing: Listing,
    others_of_date: Sequence[Listing],
    stood: Sequence[Side],
    differ: Differ,
    retell: Retell | None,
    policy: Policy,
) -> Decision:
    """The newest delivery that was published, or may stand next to every published version, those of other contracts included, and next to
    the lists that stood for the year before this one did.

    Flows are asked of an older published version, too: other lists may have changed since a release told them of it.
    """
    published = listing.published_numbers
    others = [*((each.place, number) for each in (listing, *others_of_date) for number in each.published_numbers), *stood]
    is_lost = lost_reason([listing, *others_of_date])
    newest = listing.newest_no
    chosen, waiting = None, None
    for number in listing.deliveries:
        if number in published[:1]:
            chosen = number
            break
        if is_lost and number not in published:
            continue
        judged = None
        if number not in published:
            found = told(decided(listing, None, WAITS), *worst(listing.place, number, others, differ, policy))
            judged = found if found.n_missing else None
        judged = judged or _retelling(listing, number, retell)
        if judged is None:
            chosen = number
            break
        waiting = waiting or judged
    if chosen == newest and chosen is not None:
        return decided(listing, chosen, NEWEST)
    if waiting is None:
        return decided(listing, chosen, is_lost or WAITS)
    return replace(waiting, delivery_no=chosen)
