"""Whose flows differ between two states of an agency's staff lists, registers of events and spells: counted in PostgreSQL. Nobody's values leave it.

Without a register, flows are read from the lists: who is gone left midway between two of them. So an event that gives the day moves a figure that readers
hold, as do a corrected list and one that comes between two, and spells replace all of these flows. For each year that the lists of both states cover whole, those count apart who were hired, left, were
promoted or served, or rose in grade by the lists: the twelve of one figure do not cover the one of another. Who has only another day of it within the year is counted beside, as between two versions of a register.

dbt reads the same from lists and events (int_staff__spell_from_roster). Limits: a list of the people alone, no table of counts; years between lists
far apart count as covered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import psycopg

from parity.catalogue.registers import Registers, words_of
from publication.difference import Difference
from publication.differences import HASHED, OF_SIDE, SEX, coded, ranked
from publication.listings import Side

# `lists`: the number of a set of lists; two states that have the same lists share one.
LISTED = f"""
with state as (
    select given.state, given.lists from (values (1, 1), (2, %(lists_before)s)) as given (state, lists)
),

list_side as (
    select given.lists, given.delivery_no, given.period_date, %(agency)s as agency_code, delivery.contract
    from unnest(%(lists)s::int[], %(list_deliveries)s::int[], %(list_dates)s::date[]) as given (lists, delivery_no, period_date)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

entry_side as (
    select given.state, given.delivery_no, given.period_date, given.rows_year, given.is_spells, %(agency)s as agency_code, delivery.contract
    from unnest(%(states)s::int[], %(deliveries)s::int[], %(dates)s::date[], %(years)s::int[], %(are_spells)s::bool[])
        as given (state, delivery_no, period_date, rows_year, is_spells)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

counted as (
    select given.word, given.kind from unnest(%(words)s::text[], %(kinds)s::text[]) as given (word, kind)
),

snapshot as (
    select
        lists, period_date, lag(period_date) over dates as previous_date, lead(period_date) over dates as next_date,
        min(period_date) over (partition by lists) as first_date, max(period_date) over (partition by lists) as last_date,
        max(sealed_date) over (dates rows between unbounded preceding and 1 preceding) as sealed_before,
        min(sealed_date) over (dates rows between current row and unbounded following) as sealed_from,
        min(sealed_date) over (dates rows between 1 following and unbounded following) as sealed_after
    from (
        select distinct lists, period_date, case when period_date = any(%(sealed)s::date[]) then period_date end as sealed_date from list_side
    ) as listed
    window dates as (partition by lists order by period_date)
),

covered as (
    select year.year
    from (select max(first_date) as first_date, min(last_date) as last_date from snapshot) as known
    cross join lateral generate_series(extract(year from first_date)::int, extract(year from last_date)::int) as year (year)
    where make_date(year.year, 1, 1) > known.first_date and make_date(year.year, 12, 31) <= known.last_date
),

listed as (
    select distinct on (side.lists, raw.person_key, raw.period_date)
        side.lists, raw.person_key, raw.period_date, nullif(sex.gender, 'missing') as gender, ranks.grade, ranks.is_acting, raw.hire_date, raw.separation_date,
        active.value is distinct from 'left' and coalesce(raw.separation_date > raw.period_date, true) as is_stock
    from list_side as side
    inner join raw.hr_staff as raw {OF_SIDE}
    {SEX}
    {ranked("raw.period_date")}
    {coded("active", "active_code")}
    order by side.lists, raw.person_key, raw.period_date, is_stock desc, ranks.grade desc nulls last, raw.salary desc nulls last, raw.row_no
),

begun as (
    select
        listed.*, snapshot.sealed_before, snapshot.sealed_from,
        case when lag(period_date) over person is null or hire_date > lag(period_date) over person
            or (is_stock and not lag(is_stock) over person) or lag(period_date) over person < sealed_before then 1 else 0 end as begins
    from listed
    inner join snapshot using (lists, period_date)
    window person as (partition by lists, person_key order by period_date)
),

numbered as (
    select *, sum(begins) over (partition by lists, person_key order by period_date) as spell_no from begun
),

bound as (
    select
        *,
        coalesce(period_date > min(sealed_from) over spells, false) as is_after_seal,
        coalesce(period_date > min(sealed_from) filter (where not is_stock) over spells, false) as is_after_seal_of_end
    from numbered
    window spells as (partition by lists, person_key, spell_no)
),

spell as (
    select
        lists, person_key, spell_no, min(period_date) as first_seen, max(period_date) as last_seen,
        (array_agg(sealed_before order by period_date))[1] as sealed_before,
        (array_agg(gender order by period_date desc) filter (where gender is not null and not is_after_seal))[1] as gender,
        (array_agg(grade order by period_date))[1] as first_grade,
        (array_agg(grade order by is_after_seal_of_end, period_date desc))[1] as grade,
        (array_agg(hire_date order by period_date desc) filter (where hire_date is not null and not is_after_seal))[1] as hire_date,
        (array_agg(separation_date order by is_after_seal_of_end, period_date desc))[1] as separation_date,
        min(period_date) filter (where not is_stock) as first_left,
        min(coalesce(sealed_before, date '1900-01-01')) filter (where not is_stock) as sealed_before_left,
        (array_agg(is_stock order by period_date desc))[1] as is_stock
    from bound
    group by lists, person_key, spell_no
),

of_lists as (
    select
        spell.lists, spell.person_key, spell.spell_no, spell.gender, spell.first_grade, spell.grade, spell.hire_date, own.separation_date, spell.first_seen, spell.last_seen,
        last_list.next_date,
        coalesce(own.hire_date, first_list.previous_date + (spell.first_seen - first_list.previous_date) / 2) as hired,
        case
            when own.separation_date <= coalesce(last_list.sealed_after, last_list.last_date) then own.separation_date
            when spell.is_stock then spell.last_seen + (last_list.next_date - spell.last_seen) / 2
            else coalesce(left_list.previous_date + (spell.first_left - left_list.previous_date) / 2, spell.first_left)
        end as left_on
    from spell
    cross join lateral (
        select
            case when coalesce(spell.hire_date > spell.sealed_before, true) then spell.hire_date end as hire_date,
            case when coalesce(spell.separation_date > spell.sealed_before_left, true) then spell.separation_date end as separation_date
    ) as own
    inner join snapshot as first_list on spell.lists = first_list.lists and spell.first_seen = first_list.period_date
    inner join snapshot as last_list on spell.lists = last_list.lists and spell.last_seen = last_list.period_date
    left join snapshot as left_list on spell.lists = left_list.lists and spell.first_left = left_list.period_date
    where not coalesce(spell.first_left = spell.first_seen and spell.separation_date <= spell.sealed_before, false)
),
"""
# Who rose in grade between two year-ends, of those in post on both: int_staff__promotion_year.
RISEN = """
held as (
    select lists, person_key, extract(year from period_date)::int as year, gender, grade
    from listed
    where is_stock and not coalesce(is_acting, false)
        and (lists, period_date) in (select lists, max(period_date) from snapshot group by lists, extract(year from period_date))
),

-- Years of which both states have a list, and one of the year before.
ended as (
    select lists, extract(year from period_date)::int as year from snapshot group by lists, extract(year from period_date)
),

of_both as (
    select later.year
    from ended as later
    inner join ended as before on later.lists = before.lists and later.year = before.year + 1
    group by later.year
    having count(*) = (select count(distinct lists) from snapshot)
),

risen as (
    select state.state, before.person_key, before.gender, later.year, concat(before.gender, before.grade, later.grade > before.grade) as what
    from state
    inner join held as before on state.lists = before.lists
    inner join held as later on before.lists = later.lists and before.person_key = later.person_key and later.year = before.year + 1
    where before.grade < 9 and later.grade is not null
),
"""
# An event gives the day where the lists leave it open: of who is first listed after it, or was last listed before it.
TOLD = f"""
event as (
    select side.state, state.lists, raw.person_key, snapshot.period_date, raw.event_date as day, counted.kind
    from entry_side as side
    inner join state on side.state = state.state
    inner join raw.hr_event as raw {OF_SIDE} and extract(year from raw.event_date) = side.rows_year
    {coded("event", "event_code")}
    inner join counted on event.value = counted.word
    inner join snapshot
        on state.lists = snapshot.lists and raw.event_date <= snapshot.period_date
        and coalesce(raw.event_date > snapshot.previous_date, true)
    where not side.is_spells
),

hired as (
    select state, person_key, period_date, max(day) as day from event where kind = 'hires' group by state, person_key, period_date
),

gone as (
    select event.state, of_lists.person_key, of_lists.spell_no, max(event.day) as day
    from of_lists
    inner join event
        on of_lists.lists = event.lists and of_lists.person_key = event.person_key and event.kind = 'leavers' and event.day >= of_lists.last_seen
        and event.period_date in (of_lists.last_seen, of_lists.next_date)
    group by event.state, of_lists.person_key, of_lists.spell_no
),

told as (
    select
        state.state, of_lists.person_key, of_lists.gender, of_lists.first_grade, of_lists.grade,
        case when of_lists.hire_date is null then coalesce(hired.day, of_lists.hired) else of_lists.hired end as hired,
        case when of_lists.separation_date is null then coalesce(gone.day, of_lists.left_on) else of_lists.left_on end as left_on
    from state
    inner join of_lists on state.lists = of_lists.lists
    left join hired on state.state = hired.state and of_lists.person_key = hired.person_key and of_lists.first_seen = hired.period_date
    left join gone on state.state = gone.state and of_lists.person_key = gone.person_key and of_lists.spell_no = gone.spell_no
    where state.state not in (select state from entry_side where is_spells)

    union all

    select side.state, raw.person_key, sex.gender, ranks.grade, ranks.grade, raw.hire_date, raw.separation_date
    from entry_side as side
    inner join raw.hr_staff as raw {OF_SIDE}
    inner join raw.catalogue_hr_contract as contract on side.contract = contract.contract
    {SEX}
    {ranked("coalesce(raw.separation_date, contract.extract_date)")}
    where side.is_spells
),

flow as (
    select state, person_key, gender, 'hires' as kind, extract(year from hired)::int as year, concat(gender, first_grade) as what, cast(hired as text) as more
    from told
    where hired is not null
    union all
    select state, person_key, gender, 'leavers', extract(year from left_on)::int, concat(gender, grade), concat(hired, ' ', left_on)
    from told
    where left_on is not null
    union all
    select told.state, told.person_key, told.gender, 'service', covered.year, told.gender, cast(told.hired as text)
    from told
    inner join covered
        on coalesce(extract(year from told.hired) <= covered.year, true) and coalesce(extract(year from told.left_on) >= covered.year, true)
    union all
    select distinct
        event.state, event.person_key, of_lists.gender, event.kind,
        greatest(extract(year from event.day)::int, (select min(year) from covered)), of_lists.gender, cast(event.day as text)
    from event
    inner join of_lists on event.lists = of_lists.lists and event.person_key = of_lists.person_key
    where event.kind not in ('hires', 'leavers')
    union all
    select state, person_key, gender, 'rises in grade', year, what, '' from risen
),

person as (
    select
        flow.person_key, flow.kind, flow.year, bool_or(flow.gender = 'woman') as is_woman, bool_or(flow.gender = 'man') as is_man,
        string_agg(coalesce(what, ''), '|' order by what) filter (where state = 1)
        is distinct from string_agg(coalesce(what, ''), '|' order by what) filter (where state = 2) as differs,
        string_agg(concat(what, ' ', more), '|' order by what, more) filter (where state = 1)
        is distinct from string_agg(concat(what, ' ', more), '|' order by what, more) filter (where state = 2) as has_other_rest
    from flow
    where flow.year in (select year from covered) or (flow.kind = 'rises in grade' and flow.year in (select year from of_both))
    group by flow.person_key, flow.kind, flow.year
)

select
    kind, year,
    (count(*) filter (where differs))::int, (count(*) filter (where differs and is_woman))::int, (count(*) filter (where differs and is_man))::int,
    count(*)::int, (count(*) filter (where is_woman))::int, (count(*) filter (where is_man))::int
from person
where differs or has_other_rest
group by kind, year
order by year, kind
"""


class RetoldFlows:
    """Counts those whose flows differ between two states of one agency, by kind and year. `grains`: of each contract. `registers`: what figures count. `sealed`: dates of lists by agency."""

    def __init__(
        self,
        connection: psycopg.Connection,
        grains: dict[str, str],
        registers: Registers,
        sealed: Mapping[str, frozenset[dt.date]],
    ) -> None:
        self._connection, self._grains, self._registers, self._sealed = connection, grains, registers, sealed

    def __call__(self, after: Sequence[Side], before: Sequence[Side]) -> Difference:
        states = (after, before)
        lists = [[side for side in state if self._grains[side[0].contract] == "roster"] for state in states]
        sets = lists[:1] if lists[0] == lists[1] else lists
        listed = [(number, side) for number, members in enumerate(sets, 1) for side in members]
        entries = [
            (number, side)
            for number, state in enumerate(states, 1)
            for side in state
            if self._grains[side[0].contract] != "roster"
        ]
        agency = after[0][0].agency_code
        counted = [(word, kind) for kind, each in self._registers.get("events", {}).items() for word in words_of("events", each)]
        given = {
            "agency": agency, "sealed": sorted(self._sealed.get(agency, ())), "lists_before": len(sets),
            "lists": [number for number, _ in listed], "list_deliveries": [side[1] for _, side in listed], "list_dates": [side[0].period_date for _, side in listed],
            "states": [number for number, _ in entries], "deliveries": [side[1] for _, side in entries],
            "dates": [side[0].period_date for _, side in entries], "years": [side[0].rows_year for _, side in entries],
            "are_spells": [self._grains[side[0].contract] == "spells" for _, side in entries],
            "words": [word for word, _ in counted], "kinds": [kind for _, kind in counted],
        }  # fmt: skip
        with self._connection.transaction():
            for setting in HASHED:
                self._connection.execute(f"set local {setting} = off")
            found = self._connection.execute(LISTED + RISEN + TOLD, given).fetchall()
            for setting in HASHED:
                self._connection.execute(f"set local {setting} to default")
        return Difference(apart=tuple(_part(*row) for row in found))


def _part(kind: str, year: int, people: int, women: int, men: int, all_people: int, all_women: int, all_men: int) -> Difference:
    """Those who differ, and, where these are more, those who differ in anything."""
    some, in_all = Difference(people, women, men), Difference(all_people, all_women, all_men)
    return replace(some, in_all=None if some == in_all else in_all, year=year, kind=kind)
