"""Two lists of an agency in the warehouse: which one is the list before, and whom both hold, counted.

The list before is the version in force of the nearest earlier date that is not held; of a correction, the version that it corrects; of a first
date that comes late, the nearest later list. Where a contract has no other list, it is one of another contract of the agency: both may hold other
people, so only their numbers are compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from ingestion.hr.continuity.measure import Pair
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
# People who are alike, counted: sex, rank, unit and whether they are in post, on both lists.
_PAIRS = """
with {by_person}
select
    old.sex_code, old.rank_name, old.unit_name, old.is_in_post, new.sex_code, new.rank_name, new.unit_name, new.is_in_post, count(*),
    count(*) filter (where old.birth_year <> new.birth_year), count(*) filter (where old.hire_date <> new.hire_date)
from old
full join new on old.person_key = new.person_key
group by 1, 2, 3, 4, 5, 6, 7, 8
"""
# The statistics of rows that this transaction wrote are not there yet: without them the plan would be one for a handful of rows.
_PLAN = {"work_mem": "256MB", "jit": "off", "enable_sort": "off", "enable_nestloop": "off", "enable_mergejoin": "off"}
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


def pairs(connection: psycopg.Connection, lists: Lists, contract: HrContract) -> list[Pair]:
    """The people of both lists, in post or not, as counts of those who are alike. Spells know nobody out of post: all are in."""
    grades = {rank.name: rank.grade for rank in contract.ranks}

    def side(sex: str | None, rank: str | None, is_in_post: bool | None) -> tuple[str, int | None] | None:
        return (str(contract.sex_codes.get(sex or "", "undisclosed")), grades.get(rank or "")) if is_in_post else None

    statement = _PAIRS.format(by_person=by_person(connection, lists))
    for setting, value in _PLAN.items():
        connection.execute(f"set local {setting} = '{value}'")
    rows = connection.execute(statement, asked(lists, contract)).fetchall()
    for setting in _PLAN:
        connection.execute(f"set local {setting} to default")
    ranks, units = {row[1] for row in rows} | {None}, {row[2] for row in rows} | {None}
    found = []
    for old_sex, old_rank, _, was_in_post, sex, rank, unit, is_in_post, n, n_birth, n_hire in rows:
        n_new_rank, n_new_unit = (n * bool(is_in_post and name not in known) for name, known in ((rank, ranks), (unit, units)))
        is_on_both = was_in_post is not None and is_in_post is not None
        pair = Pair(
            side(old_sex, old_rank, was_in_post),
            side(sex, rank, is_in_post),
            is_on_both,
            n,
            n_birth,
            n_hire,
            n_new_rank,
            n_new_unit,
        )
        found.append(pair)
    return found


def asked(lists: Lists, contract: HrContract) -> dict[str, object]:
    """The parameters of a query over `by_person`."""
    return {
        "old": lists.before_no,
        "old_date": lists.before_date,
        "new": lists.number,
        "new_date": lists.date,
        "agency": lists.agency,
        "left": [code for code, meaning in contract.active_codes.items() if meaning == "left"],
    }
