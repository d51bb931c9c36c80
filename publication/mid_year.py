"""Which mid-years are published: an agency's last list of June, where it has policy.min_staff_mid_year people in post. Pure.

They follow the rule of publication/snapshots.py for any two snapshots that readers ever saw: versions of one mid-year, and neighbours, that is the
year-end before and after, or the next mid-year where no year-end lies between. A mid-year has breakdowns, so one that fails is not published at all. It
needs no closed year. Year-ends are decided first: a mid-year gives way to them.

Limits: rosters only, as tables of counts give no figures of years either. The list of June counts for the flows of its year by itself, once the year is
closed, in whichever version is decided there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy
from publication.cell import MID_YEAR
from publication.listings import STAFF, UNDATED, Decision, Differ, Place, Side, Version, worst
from publication.lost import LOST
from publication.snapshots import FIRST, NEWEST, WAITS

JUNE = 6
NEIGHBOUR = "no mid-year figure: too few people differ from the neighbouring year-end or mid-year"
SMALL = "no mid-year figure of this version: fewer people in post than a mid-year needs"
TWO = "no mid-year figure: two contracts have a list of that day"
COUNTS = "no mid-year figure: the neighbouring year-end is a table of counts, with which people cannot be compared"


@dataclass(frozen=True)
class June:
    """A list of June. `in_post`: its deliveries, the newest first, and the people in post on each; `published` as mid-year, None where it is lost."""

    place: Place
    in_post: tuple[tuple[int, int], ...]
    published: tuple[int | None, ...] = ()

    @property
    def versions(self) -> list[Version]:
        return [(self.place, number) for number in self.published]


@dataclass(frozen=True)
class Stock:
    """A version of a list that readers saw, or will see, as the staff of an agency. `delivery_no` is None where its file is not loaded any more."""

    place: Place
    delivery_no: int | None
    is_roster: bool = True
    has_breakdowns: bool = True


def decide_mid_years(
    junes: Iterable[June], year_ends: Iterable[Stock], shown: Iterable[Stock], differ: Differ, policy: Policy
) -> list[Decision]:
    """A decision for each agency's mid-year that is published or waits, in order. `year_ends` as they are decided now, `shown` all that readers ever saw."""
    of_years: dict[tuple[str, int], list[June]] = defaultdict(list)
    for june in junes:
        of_years[june.place.agency_code, june.place.year].append(june)
    year_ends, shown = list(year_ends), list(shown)
    seen = {key: [Stock(*version) for june in lists for version in june.versions] for key, lists in of_years.items()}
    decisions = []
    for (agency, year), lists in sorted(of_years.items()):
        others = [stock for (of, when), stocks in seen.items() if of == agency and when != year for stock in stocks]
        nearest = {
            stock
            for side in (year_ends, shown)
            for stock in neighbours(lists, [*(each for each in side if each.place.agency_code == agency), *others])
        }
        if (found := _decide(lists, nearest, differ, policy)) is not None:
            decisions.append(found)
            if found.delivery_no is not None:
                seen[agency, year].append(Stock(found.place, found.delivery_no))
    return decisions


def year_ends_of(decisions: Iterable[Decision]) -> list[Stock]:
    """The lists whose staff are shown under a year's name: the last of each agency and year, or all of that date."""
    last: dict[tuple[str, int], list[Decision]] = {}
    for each in decisions:
        key, date = (each.place.agency_code, each.place.year), each.place.period_date
        if each.grain not in STAFF or date == UNDATED or each.delivery_no is None:
            continue
        if key not in last or date > last[key][0].place.period_date:
            last[key] = []
        if not last[key] or date == last[key][0].place.period_date:
            last[key].append(each)
    return [
        Stock(each.place, each.delivery_no, each.grain == "roster", each.has_breakdowns)
        for found in last.values()
        for each in found
    ]


def neighbours(lists: Sequence[June], stocks: Iterable[Stock]) -> set[Stock]:
    """The stocks next to these lists of one June, and those behind them up to the first with breakdowns; of the days of the lists, all."""
    days = {june.place.period_date for june in lists}
    by_day: dict[dt.date, list[Stock]] = defaultdict(list)
    for stock in stocks:
        by_day[stock.place.period_date].append(stock)
    before = sorted((day for day in by_day if day < min(days)), reverse=True)
    after = sorted(day for day in by_day if day > max(days))
    within = [day for day in by_day if min(days) <= day <= max(days)]
    found = {stock for day in within for stock in by_day[day]}
    for in_order in (before, after):
        for day in in_order:
            found |= set(by_day[day])
            if all(stock.has_breakdowns for stock in by_day[day]):
                break
    return found


def _decide(lists: Sequence[June], nearest: set[Stock], differ: Differ, policy: Policy) -> Decision | None:
    """The decision of one agency's June; None where nothing was published of it and its last list is of too few people."""
    loaded = sorted((june for june in lists if june.in_post), key=lambda june: (june.place.period_date, june.place))
    if not loaded:
        return None
    last, shown = loaded[-1], [version for june in lists for version in june.versions]
    newest_no, n_staff = last.in_post[0]
    if not shown and n_staff < policy.min_staff_mid_year:
        return None
    has_rival = any(june.place.period_date == last.place.period_date for june in loaded[:-1])
    waiting: Decision | None = None
    for number, n_staff in last.in_post if shown else last.in_post[:1]:
        if (last.place, number) in shown:
            return _standing(waiting, last.place, number)
        judged = replace(_judge((last.place, number), n_staff, shown, nearest, has_rival, differ, policy), newest_no=newest_no)
        if judged.delivery_no is not None:
            return _standing(waiting, last.place, number) if waiting else judged
        waiting = waiting or judged
    before = [(june.place, number) for june in reversed(loaded) for number, _ in june.in_post if (june.place, number) in shown]
    return _standing(waiting, *before[0]) if before else waiting


def _standing(waiting: Decision | None, place: Place, number: int) -> Decision:
    """A version that stays while a newer one waits, or is the newest itself."""
    if waiting is None:
        return Decision(place, "roster", number, number, NEWEST, period=MID_YEAR)
    return replace(waiting, place=place, delivery_no=number)


def _judge(
    side: Side, n_staff: int, shown: Sequence[Version], nearest: set[Stock], has_rival: bool, differ: Differ, policy: Policy
) -> Decision:
    """Whether a version that readers never saw may be the mid-year."""
    place, number = side
    found = Decision(place, "roster", None, number, FIRST, period=MID_YEAR)
    if n_staff < policy.min_staff_mid_year:
        return replace(found, reason=SMALL)
    if has_rival:
        return replace(found, reason=TWO)
    for others, reason in ((shown, WAITS), ([(each.place, each.delivery_no) for each in nearest], NEIGHBOUR)):
        if lost := sorted(str(other.period_date) for other, number_of in others if number_of is None):
            return replace(found, reason=f"{LOST}: load the list of {place.agency_code} of {', '.join(lost)} again")
        if reason == NEIGHBOUR and not all(each.is_roster for each in nearest):
            return replace(found, reason=COUNTS)
        versions = sorted((other, number_of) for other, number_of in others if number_of is not None)
        difference, missing = worst(*side, versions, differ, policy)
        if missing:
            return replace(found, reason=reason, difference=difference, n_missing=missing)
    return replace(found, delivery_no=number)
