"""Whose flows differ between two states of an agency's staff lists, registers of events and spells: counted in PostgreSQL. Nobody's values leave it.

Without a register, flows are read from the lists: who is gone left midway between two of them. So an event that gives the day moves a figure that readers
hold, as do a corrected list and one that comes between two, and spells replace all of these flows. For each year that the lists of both states cover
whole, those count apart who were hired, left or served, so that the twelve of one figure do not cover the one of another. Of the others, those count who
are recruits of another year (RET-04) or were promoted otherwise (PRO-04, PRO-05).

dbt reads the same from lists and events, and a test compares the two on random stories. Limits: a list of the people alone, no table of counts; years
between lists far apart count as covered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import psycopg

from parity.catalogue.registers import Registers, words_of
from publication.difference import Difference
from publication.differences import HASHED, OF_SIDE, SEX, coded, ranked, service_band
from publication.listings import Side
from publication.spell_years import COHORT_YEARS, usable
from publication.told_spells import LISTS, SPELLS, midpoint

# Who rose in grade between two year-ends, of those in post on both: int_staff__promotion_year.
RISEN = """
stock as (
    select listed.*, lag(period_date) over (partition by state, person_key order by period_date) as before_date from listed where is_stock
),

held as (
    select
        *,
        lag(grade) over person as before_grade, lag(rank_name) over person as before_rank, lag(rank_to) over person as before_rank_to,
        lag(period_date) over person as held_before
    from stock
    where not is_acting and grade is not null
    window person as (partition by state, person_key order by period_date)
),

year_end as (
    select state, extract(year from period_date)::int as year, max(period_date) as period_date from snapshot group by state, extract(year from period_date)
),

-- Years of which both states have a list, and those with one of the year before.
listed_year as (
    select year from year_end group by year having count(*) = 2
),

of_both as (
    select later.year from listed_year as later inner join listed_year as before on later.year = before.year + 1
),

graded as (
    select state, person_key, year_end.year, gender, grade from stock inner join year_end using (state, period_date) where not is_acting
),

risen as (
    select before.state, before.person_key, before.gender, later.year, concat(before.gender, before.grade, later.grade > before.grade) as what
    from graded as before
    inner join graded as later on before.state = later.state and before.person_key = later.person_key and later.year = before.year + 1
    where before.grade < 9 and later.grade is not null
),
"""
# The first rise of who began in grade 1, as events or lists state it: fct_staff_event and ind_hr__time_to_promotion.
PROMOTED = f"""
rise as (
    select state, person_key, before_date, period_date, lag(period_date) over (partition by state, person_key order by period_date) as same_before
    from held
    where grade > before_grade and not coalesce(rank_name = before_rank, false) and not coalesce(before_rank_to < period_date and rank_from > held_before, false)
),

promoted as (
    select state, person_key, min(day) as day
    from (
        select state, person_key, day from stated where kind = 'promotions'
        union all
        select rise.state, rise.person_key, {midpoint("rise.before_date", "rise.period_date")}
        from rise
        where not exists (
            select from stated
            where stated.state = rise.state and stated.person_key = rise.person_key and stated.kind = 'promotions' and stated.day <= rise.period_date
                and stated.day > rise.before_date - 366 and coalesce(stated.day > rise.same_before, true)
        )
    ) as found
    group by state, person_key
),

beginner as (
    select state, person_key, min(period_date) as first_seen
    from held
    group by state, person_key
    having min(period_date) = min(period_date) filter (where grade = 1)
),

followed_up as (
    select
        told.state, told.person_key, told.gender, year_end.year, promoted.day, {midpoint("told.start_from", "told.start_to")} as started,
        greatest(beginner.first_seen, make_date(year_end.year - 2, 1, 1)) as entered,
        least(max(held.period_date), year_end.period_date, told.left_on) as last
    from told
    inner join beginner using (state, person_key)
    inner join year_end on told.state = year_end.state
    inner join held on told.state = held.state and told.person_key = held.person_key and held.period_date <= year_end.period_date
    left join promoted on told.state = promoted.state and told.person_key = promoted.person_key
    where told.spell_no = 1 and told.start_from <= beginner.first_seen and year_end.year in (select year from listed_year)
    group by told.state, told.person_key, told.gender, year_end.year, year_end.period_date, promoted.day, told.start_from, told.start_to, beginner.first_seen, told.left_on
),
"""
TOLD = f"""
reported as (
    select
        side.state, raw.person_key, row_number() over (partition by side.state, raw.person_key order by raw.hire_date nulls first, raw.row_no) as spell_no,
        sex.gender, ranks.grade, raw.hire_date, raw.separation_date, {usable("raw", "active", "contract")} as is_usable
    from entry_side as side
    inner join raw.hr_staff as raw {OF_SIDE}
    inner join raw.catalogue_hr_contract as contract on side.contract = contract.contract
    {SEX}
    {ranked("coalesce(raw.separation_date, contract.extract_date)")}
    {coded("active", "active_code")}
    where side.is_spells
),

told as (
    select * from spell where state not in (select state from entry_side where is_spells)
    union all
    select state, person_key, spell_no, gender, null, grade, hire_date, hire_date, hire_date, separation_date from reported where is_usable
),
"""
# Another day within the year is counted separately. Somebody who came or left otherwise is counted there, and not among recruits and promotions as well.
FLOWS = f"""
covered as (
    select year.year
    from (select max(first_date) as first_date, min(last_date) as last_date from snapshot) as known
    cross join lateral generate_series(extract(year from first_date)::int, extract(year from last_date)::int) as year (year)
    where make_date(year.year, 1, 1) > known.first_date and make_date(year.year, 12, 31) <= known.last_date
),

of_year as (
    select
        told.*, covered.year,
        case when extract(year from hired) = covered.year then hired end as hired_in, case when extract(year from left_on) <= covered.year then left_on end as gone
    from told
    cross join covered
),

flow as (
    select state, person_key, gender, 'hires' as kind, year, concat(gender, first_grade) as what, cast(hired as text) as more
    from of_year
    where hired_in is not null
    union all
    select state, person_key, gender, 'leavers', year, concat(gender, grade, {service_band("hired", "left_on")}), cast(left_on as text)
    from of_year
    where extract(year from left_on) = year
    union all
    select state, person_key, gender, 'service', year, gender, concat(hired_in, ' ', gone)
    from of_year
    where coalesce(hired < make_date(year + 1, 1, 1), true) and coalesce(gone > greatest(hired, make_date(year, 1, 1)), true)
    union all
    select state, person_key, gender, 'recruits', year, concat(gender, extract(year from hired), extract(year from gone)), concat(hired, ' ', gone)
    from of_year
    where spell_no = 1 and extract(year from hired) between year - {COHORT_YEARS} and year
    union all
    select state, person_key, gender, 'promotions', year, concat(gender, extract(year from case when day <= last then day end)), concat(started, entered, last, day)
    from followed_up
    where least(last, day) > entered
    union all
    select state, person_key, gender, 'promotions', year, what, '' from risen where year in (select year from of_both)
),

person as (
    select
        person_key, kind, year, bool_or(gender = 'woman') as is_woman, bool_or(gender = 'man') as is_man,
        string_agg(coalesce(what, ''), '|' order by what) filter (where state = 1)
        is distinct from string_agg(coalesce(what, ''), '|' order by what) filter (where state = 2) as differs,
        string_agg(concat(what, ' ', more), '|' order by what, more) filter (where state = 1)
        is distinct from string_agg(concat(what, ' ', more), '|' order by what, more) filter (where state = 2) as has_other_rest
    from flow
    group by person_key, kind, year
),

moved as (
    select distinct person_key from person where differs and kind not in ('recruits', 'promotions')
)

select
    kind, year,
    (count(*) filter (where differs))::int, (count(*) filter (where differs and is_woman))::int, (count(*) filter (where differs and is_man))::int,
    count(*)::int, (count(*) filter (where is_woman))::int, (count(*) filter (where is_man))::int
from person
where (differs or has_other_rest) and not (kind in ('recruits', 'promotions') and person_key in (select person_key from moved))
group by kind, year
order by year, kind
"""
QUERY = "with" + LISTS + SPELLS + TOLD + RISEN + PROMOTED + FLOWS


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
        sides = [(number, side) for number, state in enumerate((after, before), 1) for side in state]
        lists = [each for each in sides if self._grain(each[1]) == "roster"]
        entries = [each for each in sides if self._grain(each[1]) != "roster"]
        agency = after[0][0].agency_code
        differing = set(after) ^ set(before)
        # Another date moves the days between lists of everybody, and spells replace the flows of everybody.
        are_all = {place for place, _ in after} != {place for place, _ in before} and any(
            self._grain(side) != "events" for side in differing
        )
        are_all |= any(self._grain(side) == "spells" for side in differing)
        counted = [(word, kind) for kind, each in self._registers.get("events", {}).items() for word in words_of("events", each)]
        given = {
            "agency": agency, "differing": sorted(number for _, number in differing), "are_all_compared": are_all, "sealed": sorted(self._sealed.get(agency, ())),
            "list_states": [number for number, _ in lists], "list_deliveries": [side[1] for _, side in lists], "list_dates": [side[0].period_date for _, side in lists],
            "states": [number for number, _ in entries], "deliveries": [side[1] for _, side in entries],
            "dates": [side[0].period_date for _, side in entries], "years": [side[0].rows_year for _, side in entries],
            "are_spells": [self._grain(side) == "spells" for _, side in entries],
            "words": [word for word, _ in counted], "kinds": [kind for _, kind in counted],
        }  # fmt: skip
        with self._connection.transaction():
            for setting in HASHED:
                self._connection.execute(f"set local {setting} = off")
            found = self._connection.execute(QUERY, given).fetchall()
            for setting in HASHED:
                self._connection.execute(f"set local {setting} to default")
        return Difference(apart=tuple(_part(*row) for row in found))

    def _grain(self, side: Side) -> str:
        return self._grains[side[0].contract]


def _part(kind: str, year: int, people: int, women: int, men: int, all_people: int, all_women: int, all_men: int) -> Difference:
    """Those who differ, and, where these are more, those who differ in anything."""
    some, in_all = Difference(people, women, men), Difference(all_people, all_women, all_men)
    return replace(some, in_all=None if some == in_all else in_all, year=year, kind=kind)
