-- RET-03: resignations per 100 person-years at risk, of women and of men; where event files give the reason of nine in ten separations of the year.
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
        count(*) as n_separations,
        count(stated.reason) as n_with_reason,
        sum(case when stated.reason = 'resignation' then 1 else 0 end) as n_resignations
    from {{ ref('fct_staff_event') }} as event
    left join stated
        on event.agency_code = stated.agency_code and event.person_key = stated.person_key
        and {{ year_of('event.event_date') }} = stated.period_year
    where event.event_type = 'separation'
    group by 1, 2, 3
),

told as (
    select agency_code, period_year
    from separations
    group by agency_code, period_year
    having sum(n_with_reason) >= {{ least_share_of_reasons }} * sum(n_separations)
),

placed as (
    select
        rate.country_code,
        rate.agency_code,
        rate.agency_type,
        rate.gender,
        rate.provenance,
        rate.period_year,
        rate.period_date,
        rate.denominator as person_years,
        rate.n,
        coalesce(separations.n_resignations, 0) as n_resignations
    from {{ ref('ind_hr__separation_rate') }} as rate
    inner join told on rate.agency_code = told.agency_code and rate.period_year = told.period_year
    left join separations
        on rate.agency_code = separations.agency_code and rate.period_year = separations.period_year and rate.gender = separations.gender
    where rate.level = 'agency_gender'
),

lives as (
    {{ lives_by_level('placed', ['period_date', 'person_years', 'n', 'n_resignations']) }}
)

select
    'RET-03' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    gender,
    'all' as grade_band,
    provenance,
    period_year,
    max(period_date) as period_date,
    cast(sum(n_resignations) as {{ dbt.type_float() }}) as numerator,
    {{ exact_sum('person_years') }} as denominator,
    cast(sum(n) as integer) as n,
    100 * sum(n_resignations) / {{ exact_sum('person_years') }} as estimate,
    'events per person-time' as method
from lives
group by level, country_code, agency_code, agency_type, gender, provenance, period_year
