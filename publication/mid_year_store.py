"""Mid-years in the warehouse: the lists of June with the people in post on each, what readers saw of them, and what is decided."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import psycopg

from parity.catalogue.policy import Policy
from parity.deliveries import NOT_REPLACED
from publication.listings import STAFF, Decision, Differ, Place, Version
from publication.mid_year import JUNE, June, Stock, decide_mid_years, year_ends_of
from publication.shown import SHOWN

COLUMNS = (
    "contract", "agency_code", "period_date", "delivery_no", "newest_no", "reason", "n_differ", "n_women", "n_men", "n_missing",
)  # fmt: skip
# Rows are never fewer than the people, so most lists need no look at their rows. Who is in post is as in dbt/macros/people.sql.
LISTED = """
select
    delivery.contract, period.agency_code, period.period_date, delivery.delivery_no, coalesce(staff.n_in_post, 0)
from raw.hr_delivery_period as period
inner join raw.hr_delivery as delivery on period.delivery_no = delivery.delivery_no
left join raw.catalogue_hr_contract as contract on delivery.contract = contract.contract
left join lateral (
    select count(distinct raw.person_key)::int as n_in_post
    from raw.hr_staff as raw
    left join raw.catalogue_hr_code as active
        on delivery.contract = active.contract and active.kind = 'active'
        and trim(coalesce(raw.active_code, '')) = coalesce(trim(active.code), '')
    where raw.delivery_no = delivery.delivery_no and raw.agency_code = period.agency_code and raw.period_date = period.period_date
        and (raw.separation_date is null or raw.separation_date > raw.period_date) and coalesce(active.value, 'active') <> 'left'
        and (raw.hire_date is null or raw.hire_date <= raw.period_date)
) as staff on period.n_rows >= %(least)s
where extract(month from period.period_date) = %(june)s and period.period_date <= %(today)s and coalesce(contract.grain, delivery.grain) = 'roster'
    and not exists (
        select from raw.hr_continuity as held
        where held.is_held and held.delivery_no = period.delivery_no and held.agency_code = period.agency_code
            and held.period_date = period.period_date)
order by
    delivery.contract, period.agency_code, period.period_date, delivery.is_provisional,
    coalesce(delivery.delivered_again_at, delivery.delivered_at) desc, delivery.delivery_no desc
"""
# Rolled-back and superseded releases count: readers saw them.
SHOWN_MID_YEARS = f"""
select distinct snapshot.contract, snapshot.agency_code, snapshot.period_date, delivery.delivery_no
from release.snapshot as snapshot
inner join release.release as release on snapshot.release_id = release.release_id and {SHOWN}
left join raw.hr_delivery as delivery
    on snapshot.contract = delivery.contract and snapshot.content_sha256 = delivery.content_sha256 and {NOT_REPLACED}
where snapshot.period = 'mid-year'
"""
# The last list of each year in each release: the staff that it showed under the year's name.
SHOWN_YEAR_ENDS = f"""
select contract, agency_code, period_date, delivery_no, bool_or(has_breakdowns)
from (
    select
        snapshot.contract, snapshot.agency_code, snapshot.period_date, delivery.delivery_no, snapshot.has_breakdowns,
        snapshot.period_date = max(snapshot.period_date) over (
            partition by snapshot.release_id, snapshot.agency_code, extract(year from snapshot.period_date)) as is_last
    from release.snapshot as snapshot
    inner join release.release as release on snapshot.release_id = release.release_id and {SHOWN}
    left join raw.hr_delivery as delivery
        on snapshot.contract = delivery.contract and snapshot.content_sha256 = delivery.content_sha256 and {NOT_REPLACED}
    where snapshot.period = 'year' and snapshot.rows_year = 0 and snapshot.period_date > date '1900-01-01' and snapshot.contract <> all(%s)
) as listed
where is_last
group by contract, agency_code, period_date, delivery_no
"""


def shown_mid_years(connection: psycopg.Connection) -> dict[str, list[Version]]:
    """By agency, every version of a mid-year that readers ever saw."""
    shown: dict[str, list[Version]] = defaultdict(list)
    for contract, agency, date, number in connection.execute(SHOWN_MID_YEARS):
        shown[agency].append((Place(contract, agency, date), number))
    return dict(shown)


def mid_years(
    connection: psycopg.Connection,
    year_ends: Sequence[Decision],
    shown: Iterable[Version],
    grains: dict[str, str],
    differ: Differ,
    policy: Policy,
    today: dt.date,
) -> list[Decision]:
    """The decision for each mid-year until `today`; `year_ends` are the decisions for lists of years, `grains` those of their contracts."""
    junes = _junes(connection, shown, policy, today)
    if not junes:
        return []
    agencies = {june.place.agency_code for june in junes}
    stocks = [stock for stock in year_ends_of(year_ends) if stock.place.agency_code in agencies]
    return decide_mid_years(junes, stocks, _shown_year_ends(connection, grains, agencies), differ, policy)


def _junes(connection: psycopg.Connection, shown: Iterable[Version], policy: Policy, today: dt.date) -> list[June]:
    """The lists of June of agencies that had enough staff on one of them, or whose mid-year readers saw."""
    published: dict[Place, list[int | None]] = defaultdict(list)
    for place, number in shown:
        published[place].append(number)
    in_post: dict[Place, list[tuple[int, int]]] = defaultdict(list)
    asked = {"least": policy.min_staff_mid_year, "june": JUNE, "today": today}
    for contract, agency, date, number, n in connection.execute(LISTED, asked):
        in_post[Place(contract, agency, date)].append((number, n))
    large = {place.agency_code for place, found in in_post.items() if any(n >= policy.min_staff_mid_year for _, n in found)}
    large |= {place.agency_code for place in published}
    return [
        June(place, tuple(in_post.get(place, ())), tuple(published.get(place, ())))
        for place in sorted({*in_post, *published})
        if place.agency_code in large
    ]


def _shown_year_ends(connection: psycopg.Connection, grains: dict[str, str], agencies: Collection[str]) -> list[Stock]:
    others = sorted(contract for contract, grain in grains.items() if grain not in STAFF)
    return [
        Stock(Place(contract, agency, date), number, grains.get(contract, "roster") == "roster", has_breakdowns)
        for contract, agency, date, number, has_breakdowns in connection.execute(SHOWN_YEAR_ENDS, (others,))
        if agency in agencies
    ]


def store(connection: psycopg.Connection, decisions: Iterable[Decision]) -> None:
    """Replace ops.mid_year_delivery; the caller's transaction holds it together with the lists of years."""
    connection.execute("delete from ops.mid_year_delivery")
    with connection.cursor() as cursor, cursor.copy(f"copy ops.mid_year_delivery ({', '.join(COLUMNS)}) from stdin") as copy:
        for each in decisions:
            copy.write_row(_row(each))


def _row(decision: Decision) -> tuple[Any, ...]:
    place, found = decision.place, decision.difference and decision.difference.of_anything
    counts: tuple[int | None, ...] = (found.people, found.women, found.men) if found else (None,) * 3
    return (
        place.contract, place.agency_code, place.period_date, decision.delivery_no, decision.newest_no, decision.reason, *counts,
        decision.n_missing,
    )  # fmt: skip
