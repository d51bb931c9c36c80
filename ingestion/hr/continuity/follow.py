"""Compares each list of a delivery with the list before it, within the load's own transaction, and keeps what was found and whether it is held."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from ingestion.hr.continuity.cause import Cause, cause_of
from ingestion.hr.continuity.compare import COMPARED, UNDATED, Lists, lists_before
from ingestion.hr.continuity.keep import keep, people_of
from ingestion.hr.continuity.measure import Measured, measure, outside
from ingestion.hr.continuity.numbers import Renumbered, are_rounded, read_otherwise
from ingestion.hr.continuity.pairs import pairs
from ingestion.hr.identity import NumberRule
from ingestion.hr.people import People
from parity.catalogue import HrContract
from parity.counted import persons

LOOK = 0.02  # of the people both gone and come: so many may be the same people under other numbers
ACCEPT = 'If the list is right all the same: parity hr accept {number} --reason "…"'
KEEP = """
insert into raw.hr_continuity (
    delivery_no, agency_code, period_date, compared_no, compared_date, n_before, n_after, n_kept, n_come, n_gone, counts, outside, cause, is_held)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (delivery_no, agency_code, period_date) do update set
    compared_no = excluded.compared_no, compared_date = excluded.compared_date, n_before = excluded.n_before, n_after = excluded.n_after,
    n_kept = excluded.n_kept, n_come = excluded.n_come, n_gone = excluded.n_gone, counts = excluded.counts, outside = excluded.outside,
    cause = excluded.cause, is_held = excluded.is_held, measured_at = clock_timestamp()
"""


@dataclass(frozen=True)
class Numbers:
    """Reads the delivery's staff numbers once more, which is done only where people may have got other numbers."""

    cells: Callable[[], list[str]]
    keys: dict[str, bytes]
    rule: Callable[[str], NumberRule]


@dataclass(frozen=True)
class Followed:
    """A list against the list before it, for whoever sent it. `outside` is empty where it continues; else it is held."""

    agency: str
    period: str
    before: str
    is_correction: bool
    n_before: int
    n_after: int
    n_kept: int
    n_come: int
    n_gone: int
    groups: dict[str, dict[str, int]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    cause: str = ""

    @property
    def is_held(self) -> bool:
        return bool(self.outside)

    def __str__(self) -> str:
        name = f"{self.agency} {self.period}" if self.period != UNDATED else self.agency
        before = "the version before" if self.is_correction else f"the list of {self.before}"
        counts = f"{persons(self.n_kept)} stayed, {self.n_come:,} came, {self.n_gone:,} are gone"
        women = self.groups.get("woman")
        of_women = f"; of women {women['n_kept']:,}, {women['n_come']:,}, {women['n_gone']:,}" if women else ""
        told = f"{name} against {before}: {persons(self.n_before)} then, {self.n_after:,} now; {counts}{of_women}"
        return told if not self.is_held else f"{told}. HELD, as {'; '.join(self.outside)}. {self.cause}"


def follow(connection: psycopg.Connection, number: int, contract: HrContract, numbers: Numbers, people: People) -> list[Followed]:
    """Compare the delivery's lists, and hold those that are outside the contract's bounds. The earliest first, as the next follow from it."""
    if contract.grain not in COMPARED:
        return []
    found = []
    here = {(agency, day or UNDATED): list_no for (agency, day), list_no in people.lists().items()}
    for lists in lists_before(connection, number):
        is_here = lists.before_no == number
        before = (
            people.of_list(here[lists.agency, str(lists.before_date)])
            if is_here
            else people_of(connection, contract, lists.agency, lists.before_no, lists.before_date)
        )
        now = people.of_list(here[lists.agency, str(lists.date)])
        one = _follow_one(connection, lists, contract, numbers, measure(pairs(before, now, contract)))
        if one is not None:
            found.append(one)
    held = {(each.agency, each.period) for each in found if each.is_held}
    newest = {agency: day for agency, day in sorted(here) if (agency, day) not in held}
    for agency, day in newest.items():
        keep(connection, contract.name, agency, number, dt.date.fromisoformat(day), people.of_list(here[agency, day]))
    return found


def _follow_one(
    connection: psycopg.Connection, lists: Lists, contract: HrContract, numbers: Numbers, measured: Measured
) -> Followed | None:
    flow = measured.people
    told = outside(measured, contract.continuity, lists.days) if lists.is_same_contract else []
    renumbered, is_rounded = None, False
    may_be_the_same = min(flow.n_gone, flow.n_come) >= max(3, LOOK * flow.n_before)
    if told or may_be_the_same or not lists.is_same_contract:
        cells = numbers.cells()
        is_rounded = bool(told) and are_rounded(cells)
        renumbered = _renumbered(connection, lists, numbers, cells)
        if renumbered and not told:
            told = [str(renumbered)]
    if not lists.is_same_contract and not told:
        return None
    cause = cause_of(connection, lists, contract, measured, renumbered, is_rounded=is_rounded) if told else None
    return _keep(connection, lists, measured, told, cause)


def _renumbered(connection: psycopg.Connection, lists: Lists, numbers: Numbers, cells: list[str]) -> Renumbered | None:
    """Where the list before is another contract's, all people of the agency are looked up: nothing says which of its lists this one continues."""
    here = (
        "delivery_no = %(before)s and coalesce(period_date, '1900-01-01') = %(date)s"
        if lists.is_same_contract
        else "delivery_no <> %(number)s"
    )
    before = connection.execute(
        f"select distinct person_key from raw.hr_staff where agency_code = %(agency)s and {here}",  # nosec B608  # constants
        {"agency": lists.agency, "before": lists.before_no, "date": lists.before_date, "number": lists.number},
    )
    known = frozenset(key for (key,) in before)
    return read_otherwise(cells, numbers.keys[lists.agency], numbers.rule(lists.agency), known)


def _keep(connection: psycopg.Connection, lists: Lists, measured: Measured, told: list[str], cause: Cause | None) -> Followed:
    flow, words = measured.people, f"{cause} {ACCEPT.format(number=lists.number)}" if cause else ""
    connection.execute(
        KEEP,
        (lists.number, lists.agency, lists.date, lists.before_no, lists.before_date, flow.n_before, flow.n_after, flow.n_kept, flow.n_come,
         flow.n_gone, json.dumps(measured.as_dict()), json.dumps(told), words, bool(told)),
    )  # fmt: skip
    return Followed(
        lists.agency,
        str(lists.date),
        str(lists.before_date),
        lists.is_same_contract and lists.days == 0,
        flow.n_before,
        flow.n_after,
        flow.n_kept,
        flow.n_come,
        flow.n_gone,
        {name: vars(group) for name, group in measured.groups.items()},
        told,
        words,
    )
