"""Spells of service read from staff lists and events in SQL: the same as dbt's int_staff__spell_from_roster, for several states of one agency at once.

dbt reads the lists that count now; here two states are compared before it is decided which lists count. A test builds random stories with both.
"""

from publication.differences import HAS_COME, OF_SIDE, SEX, coded, ranked


def midpoint(earlier: str, later: str) -> str:
    return f"{earlier} + ({later} - {earlier}) / 2"


# `changed`: people of whom the deliveries of one state say something else. Of all others flows are the same, where both states have lists of the same dates.
LISTS = f"""
list_side as (
    select given.state, given.delivery_no, given.period_date, %(agency)s as agency_code, delivery.contract
    from unnest(%(list_states)s::int[], %(list_deliveries)s::int[], %(list_dates)s::date[]) as given (state, delivery_no, period_date)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

entry_side as (
    select given.state, given.delivery_no, given.period_date, given.rows_year, given.is_spells, %(agency)s as agency_code, delivery.contract
    from unnest(%(states)s::int[], %(deliveries)s::int[], %(dates)s::date[], %(years)s::int[], %(are_spells)s::bool[])
        as given (state, delivery_no, period_date, rows_year, is_spells)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

changed as (
    select raw.person_key
    from list_side as side
    inner join raw.hr_staff as raw {OF_SIDE}
    where side.delivery_no = any(%(differing)s::int[])
    group by
        raw.person_key, raw.period_date, raw.sex_code, raw.rank_name, raw.hire_date, raw.separation_date, raw.active_code, raw.salary
    having count(*) filter (where side.state = 1) <> count(*) filter (where side.state = 2)
    union
    select raw.person_key
    from entry_side as side
    inner join raw.hr_event as raw {OF_SIDE} and extract(year from raw.event_date) = side.rows_year
    where side.delivery_no = any(%(differing)s::int[])
    group by raw.person_key, raw.event_date, raw.event_code
    having count(*) filter (where side.state = 1) <> count(*) filter (where side.state = 2)
),

snapshot as (
    select
        state, period_date, lag(period_date) over dates as previous_date, lead(period_date) over dates as next_date,
        min(period_date) over (partition by state) as first_date, max(period_date) over (partition by state) as last_date,
        max(sealed_date) over (dates rows between unbounded preceding and 1 preceding) as sealed_before,
        min(sealed_date) over (dates rows between current row and unbounded following) as sealed_from,
        min(sealed_date) over (dates rows between 1 following and unbounded following) as sealed_after
    from (
        select distinct
            state, period_date,
            case when period_date = any(%(sealed)s::date[]) and period_date < max(period_date) over (partition by state) then period_date end as sealed_date
        from list_side
    ) as listed
    window dates as (partition by state order by period_date)
),

listed as (
    select distinct on (side.state, raw.person_key, raw.period_date)
        side.state, raw.person_key, raw.period_date, nullif(sex.gender, 'missing') as gender, ranks.grade, coalesce(ranks.is_acting, false) as is_acting,
        trim(raw.rank_name) as rank_name, ranks.valid_from as rank_from, ranks.valid_to as rank_to, raw.hire_date, raw.separation_date,
        active.value is distinct from 'left' and coalesce(raw.separation_date > raw.period_date, true) as is_stock
    from list_side as side
    inner join raw.hr_staff as raw {OF_SIDE}
    {SEX}
    {ranked("raw.period_date")}
    {coded("active", "active_code")}
    where {HAS_COME} and (%(are_all_compared)s or raw.person_key in (select person_key from changed))
    order by side.state, raw.person_key, raw.period_date, is_stock desc, ranks.grade desc nulls last, raw.salary desc nulls last, rank_name, raw.row_no
),

stated as (
    select side.state, raw.person_key, raw.event_date as day, counted.kind
    from entry_side as side
    inner join raw.hr_event as raw {OF_SIDE} and extract(year from raw.event_date) = side.rows_year
    {coded("event", "event_code")}
    inner join unnest(%(words)s::text[], %(kinds)s::text[]) as counted (word, kind) on event.value = counted.word
    where not side.is_spells
),

-- As int_staff__event_placed.
event as (
    select stated.state, stated.person_key, snapshot.period_date, stated.kind, max(stated.day) as day
    from stated
    inner join snapshot
        on stated.state = snapshot.state and stated.day <= snapshot.period_date and coalesce(stated.day > snapshot.previous_date, true)
    group by stated.state, stated.person_key, snapshot.period_date, stated.kind
),
"""
SPELLS = f"""
followed as (
    select
        listed.*, snapshot.previous_date, snapshot.sealed_before, snapshot.sealed_from,
        lag(period_date) over person as seen_before, lag(is_stock) over person as was_stock, lag(hire_date) over person as hired_before
    from listed
    inner join snapshot using (state, period_date)
    window person as (partition by state, person_key order by period_date)
),

hired as (
    select
        followed.*,
        coalesce(followed.hire_date, case
            when seen_before is null or seen_before < previous_date or (is_stock and not was_stock) then event.day
        end) as hired
    from followed
    left join event
        on followed.state = event.state and followed.person_key = event.person_key and followed.period_date = event.period_date and event.kind = 'hires'
),

numbered as (
    select
        *,
        sum(case
            when seen_before is null or seen_before < sealed_before or (is_stock and not was_stock) then 1
            when hired > seen_before and coalesce(hired <> hired_before, true) then 1
            else 0
        end) over (partition by state, person_key order by period_date) as spell_no
    from hired
),

bound as (
    select
        *,
        coalesce(period_date > min(sealed_from) over spells, false) as is_after_seal,
        coalesce(period_date > min(sealed_from) filter (where not is_stock) over spells, false) as is_after_seal_of_end
    from numbered
    window spells as (partition by state, person_key, spell_no)
),

listed_spell as (
    select
        state, person_key, spell_no, min(period_date) as first_seen, max(period_date) as last_seen,
        (array_agg(previous_date order by period_date))[1] as before_first_seen,
        (array_agg(sealed_before order by period_date))[1] as sealed_before,
        (array_agg(gender order by period_date desc) filter (where gender is not null and not is_after_seal))[1] as gender,
        (array_agg(grade order by period_date))[1] as first_grade,
        (array_agg(grade order by is_after_seal_of_end, period_date desc))[1] as grade,
        (array_agg(hired order by period_date desc) filter (where hired is not null and not is_after_seal))[1] as hired,
        (array_agg(separation_date order by is_after_seal_of_end, period_date desc))[1] as separation_date,
        min(period_date) filter (where not is_stock) as first_left,
        min(coalesce(previous_date, period_date)) filter (where not is_stock) as before_left,
        max(period_date) filter (where is_stock) as on_duty_until,
        min(coalesce(sealed_before, date '1900-01-01')) filter (where not is_stock) as sealed_before_left,
        (array_agg(is_stock order by period_date desc))[1] as is_stock
    from bound
    group by state, person_key, spell_no
),

gone as (
    select spell.state, spell.person_key, spell.spell_no, max(event.day) as day
    from listed_spell as spell
    inner join snapshot on spell.state = snapshot.state and spell.last_seen = snapshot.period_date
    inner join event
        on spell.state = event.state and spell.person_key = event.person_key and event.kind = 'leavers'
        and event.period_date between coalesce(spell.on_duty_until, spell.first_left) and coalesce(spell.first_left, snapshot.next_date, spell.last_seen)
        and coalesce(event.day >= spell.on_duty_until, true)
    group by spell.state, spell.person_key, spell.spell_no
),

bounded as (
    select
        spell.*, own.day as separated,
        case when own.day is not null then own.day when spell.is_stock then spell.last_seen else spell.before_left end as end_from,
        case when own.day is not null then own.day when spell.is_stock then last_list.next_date else spell.first_left end as end_to
    from listed_spell as spell
    inner join snapshot as last_list on spell.state = last_list.state and spell.last_seen = last_list.period_date
    left join gone on spell.state = gone.state and spell.person_key = gone.person_key and spell.spell_no = gone.spell_no
    cross join lateral (
        select coalesce(case when coalesce(spell.separation_date > spell.sealed_before_left, true) then spell.separation_date end, gone.day) as day
    ) as said
    left join lateral (select said.day where said.day <= coalesce(last_list.sealed_after, last_list.last_date)) as own on true
),

chained as (
    select
        *, {midpoint("end_from", "end_to")} as left_on,
        lag({midpoint("end_from", "end_to")}) over spells as previous_left_on,
        lag(end_from) over spells as previous_end_from,
        lead(case when coalesce(hired > sealed_before, true) then hired end) over spells as next_hired
    from bounded
    window spells as (partition by state, person_key order by spell_no)
),

closed as (
    select
        *,
        case when separated is null and next_hired >= end_from then least(left_on, next_hired) else left_on end as gone_on,
        hired is not null and coalesce(hired >= previous_end_from, true) and coalesce(hired > sealed_before, true) as is_hired_own,
        case
            when end_to <= before_first_seen then (select max(period_date) from snapshot where snapshot.state = chained.state and period_date < end_to)
            else before_first_seen
        end as came_after
    from chained
),

started as (
    select
        *,
        case
            when is_hired_own then hired
            when coalesce(came_after, previous_left_on) is not null
                then greatest(least({midpoint("came_after", "least(first_seen, end_to)")}, gone_on), previous_left_on)
        end as started_on
    from closed
),

spell as (
    select
        state, person_key, spell_no, gender, first_grade, grade,
        started_on as hired,
        case when is_hired_own then hired else came_after end as start_from,
        case when is_hired_own then hired else least(first_seen, end_to) end as start_to,
        gone_on as left_on
    from started
    where not coalesce(first_left = first_seen and separation_date <= sealed_before, false) and not coalesce(gone_on < started_on, false)
),
"""
