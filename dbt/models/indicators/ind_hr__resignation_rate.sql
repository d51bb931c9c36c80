-- RET-03: resignations per 100 person-years at risk, of women and of men; where event files give the reason of nine in ten separations of the year.
with resignations as (
    select
        agency_code, period_year,
        sum(case when gender = 'woman' and reason = 'resignation' then n_separations else 0 end) as n_women,
        sum(case when gender = 'man' and reason = 'resignation' then n_separations else 0 end) as n_men
    from {{ ref('ind_hr__separation_reason') }}
    group by agency_code, period_year
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
        case rate.gender when 'woman' then resignations.n_women else resignations.n_men end as n_resignations
    from {{ ref('ind_hr__separation_rate') }} as rate
    inner join resignations on rate.agency_code = resignations.agency_code and rate.period_year = resignations.period_year
    where rate.level = 'agency_gender'
),

lives as (
    {{ by_gender_and_level('placed', ['period_date', 'person_years', 'n', 'n_resignations']) }}
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
