"""Of whom a register of events, or a list of spells, tells otherwise than published lists of staff do: counted in PostgreSQL. Nobody's values leave it.

Without it, flows are read from the lists: who is gone left midway between two of them. So an event that gives the day moves a figure that readers
hold, and spells replace all of these flows. For each year that the lists cover whole, those count apart who were hired, left, were promoted or had
served for other times: the twelve of one figure do not cover the one of another. Days are compared, as between two versions of a register.

dbt reads the same from lists and events (int_staff__spell_from_roster). Limits: of each list the last published version counts; a list of the
people alone, no table of counts; years between lists far apart count as covered.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from publication.difference import Difference
from publication.differences import HASHED, OF_SIDE, SEX, coded, ranked
from publication.listings import Side

LISTED = f"""
with side as (
    select given.delivery_no, given.period_date, %(agency)s as agency_code, delivery.contract
    from unnest(%(deliveries)s::int[], %(dates)s::date[]) as given (delivery_no, period_date)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

snapshot as (
    select
        period_date, lag(period_date) over dates as previous_date, lead(period_date) over dates as next_date,
        min(period_date) over () as first_date, max(period_date) over () as last_date
    from (select distinct period_date from side) as listed
    window dates as (order by period_date)
),

covered as (
    select year.year
    from (select distinct first_date, last_date from snapshot) as known
    cross join lateral generate_series(extract(year from first_date)::int, extract(year from last_date)::int) as year (year)
    where make_date(year.year, 1, 1) > known.first_date and make_date(year.year, 12, 31) <= known.last_date
),

listed as (
    select distinct on (raw.person_key, raw.period_date)
        raw.person_key, raw.period_date, sex.gender, ranks.grade, raw.hire_date, raw.separation_date,
        active.value is distinct from 'left' and coalesce(raw.separation_date > raw.period_date, true) as is_stock
    from side
    inner join raw.hr_staff as raw {OF_SIDE}
    {SEX}
    {ranked("raw.period_date")}
    {coded("active", "active_code")}
    order by raw.person_key, raw.period_date, ranks.grade desc nulls last, raw.salary desc nulls last, raw.row_no
),

begun as (
    select
        *,
        case when lag(period_date) over person is null or hire_date > lag(period_date) over person
            or (is_stock and not lag(is_stock) over person) then 1 else 0 end as begins
    from listed
    window person as (partition by person_key order by period_date)
),

numbered as (
    select *, sum(begins) over (partition by person_key order by period_date) as spell_no from begun
),

spell as (
    select
        person_key, spell_no, min(period_date) as first_seen, max(period_date) as last_seen,
        (array_agg(gender order by period_date desc) filter (where gender is not null))[1] as gender,
        (array_agg(grade order by period_date desc))[1] as grade,
        (array_agg(hire_date order by period_date desc) filter (where hire_date is not null))[1] as hire_date,
        (array_agg(separation_date order by period_date desc))[1] as separation_date,
        (array_agg(is_stock order by period_date desc))[1] as is_stock
    from numbered
    group by person_key, spell_no
),

of_lists as (
    select
        spell.person_key, spell.gender, spell.grade, spell.hire_date, spell.separation_date, spell.first_seen, spell.last_seen,
        last_list.next_date, last_list.last_date,
        coalesce(spell.hire_date, first_list.previous_date + (spell.first_seen - first_list.previous_date) / 2) as hired,
        case
            when spell.separation_date <= last_list.last_date then spell.separation_date
            when spell.is_stock then spell.last_seen + (last_list.next_date - spell.last_seen) / 2
            else coalesce(last_list.previous_date + (spell.last_seen - last_list.previous_date) / 2, spell.last_seen)
        end as left_on
    from spell
    inner join snapshot as first_list on spell.first_seen = first_list.period_date
    inner join snapshot as last_list on spell.last_seen = last_list.period_date
),
"""
# An event gives the day where the lists leave it open: of who is first listed after it, or was last listed before it.
WITH_EVENTS = f"""
event as (
    select
        raw.person_key, snapshot.period_date, raw.event_date as day,
        case when event.value in ('hire', 'rehire') then 'hired' when event.value = 'promotion' then 'promoted' else 'left' end as kind
    from (select * from raw.hr_delivery where delivery_no = %(delivery)s) as side
    inner join raw.hr_event as raw
        on side.delivery_no = raw.delivery_no and raw.agency_code = %(agency)s
        and coalesce(raw.period_date, date '1900-01-01') = %(date)s and extract(year from raw.event_date) = %(year)s
    {coded("event", "event_code")}
    inner join snapshot
        on raw.event_date <= snapshot.period_date and coalesce(raw.event_date > snapshot.previous_date, true)
    where event.value not in ('transfer', 'acting', 'demotion')
),

told as (
    select
        of_lists.person_key, of_lists.gender, of_lists.grade,
        case when of_lists.hire_date is null then coalesce(hired.day, of_lists.hired) else of_lists.hired end as hired,
        case when of_lists.separation_date is null then coalesce(gone.day, of_lists.left_on) else of_lists.left_on end as left_on
    from of_lists
    left join lateral (
        select max(event.day) as day from event
        where event.person_key = of_lists.person_key and event.kind = 'hired' and event.period_date = of_lists.first_seen
    ) as hired on true
    left join lateral (
        select max(event.day) as day from event
        where event.person_key = of_lists.person_key and event.kind = 'left' and event.day >= of_lists.last_seen
            and event.period_date in (of_lists.last_seen, of_lists.next_date)
    ) as gone on true
),

promoted as (
    select distinct event.person_key, of_lists.gender, greatest(extract(year from event.day)::int, (select min(year) from covered)) as year, event.day
    from event
    inner join of_lists on event.person_key = of_lists.person_key
    where event.kind = 'promoted'
),
"""
WITH_SPELLS = f"""
told as (
    select raw.person_key, sex.gender, ranks.grade, raw.hire_date as hired, raw.separation_date as left_on
    from (select *, %(agency)s as agency_code, %(date)s::date as period_date from raw.hr_delivery where delivery_no = %(delivery)s) as side
    inner join raw.hr_staff as raw {OF_SIDE}
    inner join raw.catalogue_hr_contract as contract on side.contract = contract.contract
    {SEX}
    {ranked("coalesce(raw.separation_date, contract.extract_date)")}
),

promoted as (
    select cast(null as text) as person_key, cast(null as text) as gender, 0 as year, cast(null as date) as day where false
),
"""
WHO = """
flow as (
    select 1 as side, person_key, gender, grade, hired, left_on from told
    union all
    select 2, person_key, gender, grade, hired, left_on from of_lists
),

said as (
    select side, person_key, gender, 'hired' as kind, extract(year from hired)::int as year, concat(gender, hired) as what from flow where hired is not null
    union all
    select side, person_key, gender, 'left', extract(year from left_on)::int, concat(gender, grade, '|', left_on) from flow where left_on is not null
    union all
    select flow.side, flow.person_key, flow.gender, 'served', covered.year, concat(flow.gender, flow.hired)
    from flow
    inner join covered
        on coalesce(extract(year from flow.hired) <= covered.year, true) and coalesce(extract(year from flow.left_on) >= covered.year, true)
    union all
    select 1, person_key, gender, 'promoted', year, concat(gender, day) from promoted
),

person as (
    select
        said.person_key, said.kind, said.year, bool_or(said.gender = 'woman') as is_woman, bool_or(said.gender = 'man') as is_man,
        string_agg(what, '|' order by what) filter (where side = 1) is distinct from string_agg(what, '|' order by what) filter (where side = 2)
            as differs
    from said
    inner join covered on said.year = covered.year
    group by said.person_key, said.kind, said.year
)

select count(*)::int, (count(*) filter (where is_woman))::int, (count(*) filter (where is_man))::int, year
from person
where differs
group by kind, year
order by year, kind
"""


class RetoldFlows:
    """Counts those of whom a register or spells tell otherwise than lists of the same agency, by flow and year. `grains`: of each contract."""

    def __init__(self, connection: psycopg.Connection, grains: dict[str, str]) -> None:
        self._connection, self._grains = connection, grains

    def __call__(self, one: Side, lists: Sequence[Side]) -> Difference:
        place, delivery = one
        of_register = WITH_SPELLS if self._grains[place.contract] == "spells" else WITH_EVENTS
        given = {
            "agency": place.agency_code, "date": place.period_date, "year": place.rows_year, "delivery": delivery,
            "deliveries": [number for _, number in lists], "dates": [each.period_date for each, _ in lists],
        }  # fmt: skip
        with self._connection.transaction():
            for setting in HASHED:
                self._connection.execute(f"set local {setting} = off")
            found = self._connection.execute(LISTED + of_register + WHO, given).fetchall()
            for setting in HASHED:
                self._connection.execute(f"set local {setting} to default")
        parts = tuple(Difference(people, women, men, year=year) for people, women, men, year in found)
        return Difference(in_years=parts)
