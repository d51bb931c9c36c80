"""What each release made an agency's flows of: its staff lists, and the registers and spells that tell otherwise of them. Pure.

A release that had no register yet is a version of the flows as well. So a register that is new, corrected or withdrawn, and a list that comes between
two published ones, are compared with all that every release told together, not one by one: twelve people moved by one file and eleven of them moved back by the next are one person
between the first release and the third.

A list after all others moves no flow that a release told: the newest list of a release is sealed. Of who came and left until then, later lists tell nothing: who is missing on a
sealed list has left, and a day of hire that only a later list states does not count where it lies before. A sealed list that was wrong is delivered again, and follows the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from publication.listings import RETELLING, UNDATED, Decision, Listing, Place, Side

DAY = dt.timedelta(days=1)
State = tuple[Side, ...]  # a version of each list, register and spells


@dataclass(frozen=True)
class Flows:
    """What one agency's flows are made of now, `current`, and were made of in each release."""

    current: State
    of_releases: tuple[State, ...]

    def to_compare(self, new: Side) -> list[tuple[State, State]]:
        """The states to compare once `new` counts, in place of what is published of its list: after and before. The first is what readers see now.

        Of a release, no later list is compared than its last one: of the years after it, it told nothing.
        """
        after = self.with_new(new).current
        pairs = {(after, self.current): None}
        for before in self.of_releases:
            until = max(place.period_date for place, _ in before if is_dated(place))
            pairs[tuple(side for side in after if not is_dated(side[0]) or side[0].period_date <= until), before] = None
        return [pair for pair in pairs if pair[0] != pair[1]]

    def with_new(self, new: Side) -> Flows:
        """The same where `new` counts as well, from the next release on."""
        return Flows(tuple(sorted({**dict(self.current), new[0]: new[1]}.items())), self.of_releases)


def is_dated(place: Place) -> bool:
    """Whether a place of a state is that of a staff list; registers are by year, and spells have no date."""
    return place.rows_year == 0 and place.period_date > UNDATED


def flows_of(listings: Iterable[Listing]) -> dict[str, Flows]:
    """By agency, of whose staff lists readers saw one."""
    by_agency: dict[str, list[Listing]] = {}
    for listing in listings:
        if listing.published_numbers and (is_list(listing) or listing.grain in RETELLING):
            by_agency.setdefault(listing.place.agency_code, []).append(listing)
    return {agency: _flows(members) for agency, members in by_agency.items() if any(map(is_list, members))}


def is_list(each: Listing | Decision) -> bool:
    """Whether flows are read from it: a dated list with a row per person."""
    return each.grain == "roster" and each.place.period_date > UNDATED


def is_retelling(listing: Listing, dates: Sequence[dt.date]) -> bool:
    """Whether it may change flows that published lists of these `dates` told: a correction, or a new list that is none of a year after them all."""
    place = listing.place
    if listing.grain in RETELLING:
        return any(date.year >= place.year for date in dates)
    if not is_list(listing):
        return False
    return bool(listing.published) or place.period_date < max(dates) or place.year == max(dates).year


def _flows(members: Sequence[Listing]) -> Flows:
    current = tuple(sorted((each.place, each.published_numbers[0]) for each in members))
    releases = sorted({number for each in members for version in each.published for number in version.releases}, reverse=True)
    states = dict.fromkeys(_told_by(release, members) for release in releases)
    return Flows(current, tuple(state for state in states if any(is_dated(place) for place, _ in state)))


def _told_by(release: int, members: Iterable[Listing]) -> State:
    found = []
    for each in members:
        numbers = [
            version.delivery_no for version in each.published if release in version.releases and version.delivery_no is not None
        ]
        if numbers:
            found.append((each.place, numbers[0]))
    return tuple(sorted(found))


def sealed_lists(listings: Iterable[Listing]) -> dict[str, frozenset[dt.date]]:
    """By agency, the dates of lists that were the newest of a release, and of no earlier one a later list was. A release whose lists cover no year whole told no flow."""
    told: dict[str, dict[int, set[dt.date]]] = {}
    for listing in filter(is_list, listings):
        for release in {number for version in listing.published for number in version.sealing}:
            told.setdefault(listing.place.agency_code, {}).setdefault(release, set()).add(listing.place.period_date)
    return {agency: frozenset(_newest_in_turn(by_release)) for agency, by_release in told.items()}


def _newest_in_turn(by_release: Mapping[int, set[dt.date]]) -> Iterator[dt.date]:
    newest = UNDATED
    for _, dates in sorted(by_release.items()):
        if max(dates) > newest:
            newest = max(dates)
            if (min(dates) - DAY).year < (newest + DAY).year - 1:
                yield newest


def seal(decisions: Sequence[Decision], sealed: Mapping[str, frozenset[dt.date]]) -> list[Decision]:
    """The decisions, with those marked whose list is sealed. Of the last list that counts it makes no difference."""
    last: dict[str, dt.date] = {}
    for each in decisions:
        if each.delivery_no is not None and is_list(each):
            agency = each.place.agency_code
            last[agency] = max(last.get(agency, UNDATED), each.place.period_date)

    def is_sealed(each: Decision) -> bool:
        agency, date = each.place.agency_code, each.place.period_date
        return is_list(each) and date in sealed.get(agency, ()) and date < last.get(agency, UNDATED)

    return [replace(each, is_sealed=True) if is_sealed(each) else each for each in decisions]
