-- Hires and separations: one row per spell and end of it that falls in the agency's window of observation.
with spells as (
    select spell.*, staff_window.observed_from, staff_window.observed_to
    from {{ ref('int_staff__spell') }} as spell
    inner join {{ ref('int_staff__window') }} as staff_window on spell.agency_code = staff_window.agency_code
    where spell.exclusion_reason is null
),

events as (
    select
        spell_id, agency_code, person_key, 'hire' as event_type, started_date as event_date,
        start_from as interval_from, start_to as interval_to, is_start_inferred as is_inferred, gender, first_grade as grade
    from spells
    where started_date between observed_from and observed_to

    union all

    select
        spell_id, agency_code, person_key, 'separation' as event_type, ended_date as event_date,
        end_from as interval_from, end_to as interval_to, is_end_inferred as is_inferred, gender, last_grade as grade
    from spells
    where ended_date between observed_from and observed_to
)

select
    {{ row_key(['spell_id', 'event_type']) }} as event_id,
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
