-- What happened to people: one row per event. Hires and separations are the ends of spells within the agency's window; promotions,
-- demotions, transfers and acting ranks are stated in event files or seen between two lists, and then are inferred, with an interval.
with spells as (
    select spell.*, staff_window.observed_from, staff_window.observed_to
    from {{ ref('int_staff__spell') }} as spell
    inner join {{ ref('int_staff__window') }} as staff_window on spell.agency_code = staff_window.agency_code
    where spell.exclusion_reason is null
),

stated as (
    select
        cast(null as {{ dbt.type_string() }}) as spell_id,
        agency_code,
        person_key,
        case when event_type = 'rehire' then 'hire' else event_type end as event_type,
        event_date,
        event_date as interval_from,
        event_date as interval_to,
        false as is_inferred,
        gender,
        grade,
        event_row_id
    from {{ ref('stg_hr__event') }}
    -- Hires and separations of agencies that send lists or spells are the ends of spells, dated by these events.
    where event_type in ('promotion', 'demotion', 'transfer', 'acting')
        or (event_type in ('hire', 'rehire', 'separation') and agency_code not in (select agency_code from {{ ref('int_staff__window') }}))
),

changes as (
    select
        change.*,
        lag(change.period_date) over (
            partition by change.agency_code, change.person_key, change.change_type order by change.period_date
        ) as same_before_date
    from {{ ref('int_staff__change') }} as change
    where change.change_type <> 're-coded'
),

-- A change that the agency states itself, perhaps with effect from an earlier day, is not inferred a second time.
inferred as (
    select changes.*
    from changes
    where not exists (
        select 1 from stated
        where stated.agency_code = changes.agency_code and stated.person_key = changes.person_key
            and stated.event_type = changes.change_type
            and stated.event_date <= changes.period_date
            and stated.event_date > {{ add_days('changes.before_date', '-366') }}
            and (changes.same_before_date is null or stated.event_date > changes.same_before_date)
    )
),

known_gender as (
    select agency_code, person_key, max(gender) as gender
    from {{ ref('int_staff__spell') }}
    where gender <> 'missing'
    group by agency_code, person_key
    having count(distinct gender) = 1
),

events as (
    select
        spell_id, agency_code, person_key, 'hire' as event_type, started_date as event_date,
        start_from as interval_from, start_to as interval_to, is_start_inferred as is_inferred, gender, first_grade as grade,
        cast(null as {{ dbt.type_string() }}) as event_row_id
    from spells
    where started_date between observed_from and observed_to

    union all

    select
        spell_id, agency_code, person_key, 'separation' as event_type, ended_date as event_date,
        end_from as interval_from, end_to as interval_to, is_end_inferred as is_inferred, gender, last_grade as grade,
        cast(null as {{ dbt.type_string() }}) as event_row_id
    from spells
    where ended_date between observed_from and observed_to

    union all

    select
        stated.spell_id, stated.agency_code, stated.person_key, stated.event_type, stated.event_date, stated.interval_from,
        stated.interval_to, stated.is_inferred,
        case when stated.gender = 'missing' then coalesce(known_gender.gender, 'missing') else stated.gender end as gender,
        stated.grade, stated.event_row_id
    from stated
    left join known_gender on stated.agency_code = known_gender.agency_code and stated.person_key = known_gender.person_key

    union all

    select
        cast(null as {{ dbt.type_string() }}) as spell_id, agency_code, person_key, change_type as event_type,
        {{ midpoint('before_date', 'period_date') }} as event_date, before_date as interval_from, period_date as interval_to,
        true as is_inferred, gender, grade, cast(null as {{ dbt.type_string() }}) as event_row_id
    from inferred
)

select
    {{ row_key(['spell_id', 'agency_code', 'person_key', 'event_type', 'interval_to', 'event_row_id']) }} as event_id,
    spell_id,
    agency_code,
    person_key,
    event_type,
    event_date,
    interval_from,
    interval_to,
    is_inferred,
    gender,
    grade
from events
