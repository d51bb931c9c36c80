"""Two lists of an agency in the warehouse: which one is the list before, and SQL that tells why they differ.

The list before is the version in force of the nearest earlier date that is not held, nor of a file that was found torn and not loaded again yet; of a correction, the version that it corrects; of a first
date that comes late, the nearest later list. Where a contract has no other list, it is one of another contract of the agency: both may hold other
people, so only their numbers are compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from ingestion.hr.continuity.list_people import left_codes
from parity.catalogue import HrContract
from parity.database import first_value

COMPARED = ("roster", "spells")  # grains whose rows are people, and whose newer file holds all of them again
UNDATED = "1900-01-01"
LISTS = "select agency_code, period_date from raw.hr_delivery_period where delivery_no = %s order by period_date, agency_code"
# The delivery that a list is compared with, and the date of that.
BEFORE = """
select mine.agency_code, mine.period_date, before.delivery_no, before.period_date, before.is_same_contract
from raw.hr_delivery_period as mine
inner join raw.hr_delivery as delivery on mine.delivery_no = delivery.delivery_no
inner join lateral (
    select other.delivery_no, period.period_date, other.contract = delivery.contract as is_same_contract
    from raw.hr_delivery as other
    inner join raw.hr_delivery_period as period on other.delivery_no = period.delivery_no and period.agency_code = mine.agency_code
    where other.grain = delivery.grain and (other.delivery_no <> mine.delivery_no or period.period_date < mine.period_date)
        and not exists (
            select from raw.hr_continuity as held
            where held.delivery_no = other.delivery_no and held.agency_code = period.agency_code and held.period_date = period.period_date
                and held.is_held)
        and not exists (
            select from ops.landing_torn as torn
            where torn.source = 'hr/' || other.contract and torn.content_sha256 = other.content_sha256 and torn.settled_at is null)
    order by
        other.contract = delivery.contract desc, period.period_date = mine.period_date desc, period.period_date < mine.period_date desc,
        abs(period.period_date - mine.period_date), other.is_provisional,
        coalesce(other.delivered_again_at, other.delivered_at) desc, other.delivery_no desc
    limit 1
) as before on true
where mine.delivery_no = %s and mine.agency_code = %s and mine.period_date = %s
"""
_ROWS = (
    "select{0} person_key, sex_code, rank_name, unit_name, birth_year, hire_date, row_no,"
    " period_date is null or (separation_date is null or separation_date > period_date)"
    " and not coalesce(trim(active_code) = any(%(left)s), false) as is_in_post"
    " from raw.hr_staff where delivery_no = %({1})s and agency_code = %(agency)s and coalesce(period_date, '1900-01-01') = %({1}_date)s"
)
_ONE_ROW = ' distinct on (person_key collate "C")'
_ORDER = ' order by person_key collate "C", is_in_post desc, hire_date'
_HAS_REPEATS = "select has_repeats from raw.hr_delivery where delivery_no = %s"


@dataclass(frozen=True)
class Lists:
    """A list, and the list of the same agency that it is compared with."""

    agency: str
    number: int
    date: dt.date
    before_no: int
    before_date: dt.date
    is_same_contract: bool = True

    @property
    def days(self) -> int:
        """Between the two; 0 for a correction, and for files without a date."""
        return abs((self.date - self.before_date).days)


def lists_before(connection: psycopg.Connection, number: int) -> Iterator[Lists]:
    """The lists of a delivery that have a list before, the earliest first. Each is looked up when it is its turn: the one before may be held by then."""
    for agency, date in connection.execute(LISTS, (number,)).fetchall():
        found = connection.execute(BEFORE, (number, agency, date)).fetchone()
        if found is not None:
            yield Lists(agency, number, date, *found[2:])


def by_person(connection: psycopg.Connection, lists: Lists) -> str:
    """SQL: the relations `old` and `new` with one row a person, the one in post first. Where no number is repeated, none is looked for."""
    parts = []
    for name, number in (("old", lists.before_no), ("new", lists.number)):
        is_sure = first_value(connection.execute(_HAS_REPEATS, (number,))) is False
        parts.append(f"{name} as ({_ROWS.format('' if is_sure else _ONE_ROW, name)}{'' if is_sure else _ORDER})")
    return ", ".join(parts)


def asked(lists: Lists, contract: HrContract) -> dict[str, object]:
    """The parameters of a query over `by_person`."""
    return {
        "old": lists.before_no,
        "old_date": lists.before_date,
        "new": lists.number,
        "new_date": lists.date,
        "agency": lists.agency,
        "left": list(left_codes(contract)),
    }
