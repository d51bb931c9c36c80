-- Separations by agency, year, gender and reason, of the years in which event files give the reason of nine in ten; the others have none.
{%- set least_share_of_reasons = 0.9 %}
with stated as (
    select agency_code, person_key, {{ year_of('event_date') }} as period_year, max(separation_reason) as reason
    from {{ ref('stg_hr__event') }}
    where separation_reason is not null
    group by 1, 2, 3
),

separations as (
    select
        event.agency_code,
        {{ year_of('event.event_date') }} as period_year,
        event.gender,
        stated.reason,
        count(*) as n_separations
    from {{ ref('fct_staff_event') }} as event
    left join stated
        on event.agency_code = stated.agency_code and event.person_key = stated.person_key
        and {{ year_of('event.event_date') }} = stated.period_year
    where event.event_type = 'separation'
    group by 1, 2, 3, 4
),

told as (
    select
        *,
        sum(n_separations) over (partition by agency_code, period_year) as n_all,
        sum(case when reason is not null then n_separations else 0 end) over (partition by agency_code, period_year) as n_with_reason
    from separations
)

select
    {{ row_key(['agency_code', 'period_year', 'gender', 'reason']) }} as separation_reason_id,
    agency_code,
    period_year,
    gender,
    coalesce(reason, 'not stated') as reason,
    cast(n_separations as integer) as n_separations
from told
where n_with_reason >= {{ least_share_of_reasons }} * n_all
