"""Two lists of an agency in the warehouse: which one is the list before, and whom both hold, counted.

The list before is the version in force of the nearest earlier date that is not held; of a correction, the version that it corrects; of a first
date that comes late, the nearest later list. Where a contract has no other list, it is one of another contract of the agency: both may hold other
people, so only their numbers are compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg

from ingestion.hr.continuity.measure import Pair
from parity.catalogue import HrContract

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
_ONE = (
    "select distinct on (person_key) person_key, sex_code, rank_name, unit_name, birth_year, hire_date, row_no,"
    " period_date is null or (separation_date is null or separation_date > period_date)"
    " and not coalesce(trim(active_code) = any(%(left)s), false) as is_in_post"
    " from raw.hr_staff where delivery_no = %({0})s and agency_code = %(agency)s and coalesce(period_date, '1900-01-01') = %({0}_date)s"
    " order by person_key, is_in_post desc, hire_date"
)
BY_PERSON = f"old as ({_ONE.format('old')}), new as ({_ONE.format('new')})"
# People who are alike, counted: sex, rank and whether they are in post, on both lists.
PAIRS = f"""
with {BY_PERSON},
old_rank as (select distinct rank_name from old where rank_name is not null),
old_unit as (select distinct unit_name from old where unit_name is not null)
select
    old.sex_code, old.rank_name, coalesce(old.is_in_post, false), new.sex_code, new.rank_name, coalesce(new.is_in_post, false),
    old.person_key is not null and new.person_key is not null as is_on_both, count(*),
    count(*) filter (where old.birth_year <> new.birth_year), count(*) filter (where old.hire_date <> new.hire_date),
    count(*) filter (where new.is_in_post and new.rank_name is not null and old_rank.rank_name is null),
    count(*) filter (where new.is_in_post and new.unit_name is not null and old_unit.unit_name is null)
from old
full join new on old.person_key = new.person_key
left join old_rank on new.rank_name = old_rank.rank_name
left join old_unit on new.unit_name = old_unit.unit_name
group by 1, 2, 3, 4, 5, 6, 7
"""  # nosec B608  # constants


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


def pairs(connection: psycopg.Connection, lists: Lists, contract: HrContract) -> list[Pair]:
    """The people of both lists, in post or not, as counts of those who are alike. Spells know nobody out of post: all are in."""
    of_sex, of_rank = contract.sex_codes, _grades(contract)

    def side(sex: str | None, rank: str | None, is_in_post: bool) -> tuple[str, int | None] | None:
        return (str(of_sex.get(sex or "", "undisclosed")), of_rank(rank)) if is_in_post else None

    return [
        Pair(side(*row[:3]), side(*row[3:6]), *row[6:])
        for row in connection.execute(
            PAIRS,
            asked(lists, contract),
        )
    ]


def asked(lists: Lists, contract: HrContract) -> dict[str, object]:
    """The parameters of a query over `BY_PERSON`."""
    return {
        "old": lists.before_no,
        "old_date": lists.before_date,
        "new": lists.number,
        "new_date": lists.date,
        "agency": lists.agency,
        "left": [code for code, meaning in contract.active_codes.items() if meaning == "left"],
    }


def _grades(contract: HrContract) -> Callable[[str | None], int | None]:
    grades = {rank.name: rank.grade for rank in contract.ranks}
    return lambda rank: grades.get(rank or "")
