-- RET-02: women's separation rate over men's, with the standard error of its logarithm; in agencies by reason where that is known.
with rates as (
    select
        replace(level, '_gender', '') as level, country_code, agency_code, agency_type, gender, grade_band, 'none' as breakdown,
        'all' as breakdown_value, provenance, period_year, period_date, n, numerator, estimate
    from {{ ref('ind_hr__separation_rate') }}

    union all

    select
        level, country_code, agency_code, agency_type, gender, grade_band, breakdown, breakdown_value, provenance, period_year,
        period_date, n, numerator, estimate
    from {{ ref('ind_hr__rate_by') }}
    where indicator_code = 'RET-01' and breakdown = 'reason_group'
),

sides as (
    select
        level, country_code, agency_code, agency_type, grade_band, breakdown, breakdown_value, provenance, period_year,
        max(period_date) as period_date,
        sum(n) as n,
        min(n) as n_least,
        sum(case when gender = 'woman' then numerator end) as women,
        sum(case when gender = 'man' then numerator end) as men,
        sum(case when gender = 'woman' then estimate end) as women_rate,
        sum(case when gender = 'man' then estimate end) as men_rate
    from rates
    group by level, country_code, agency_code, agency_type, grade_band, breakdown, breakdown_value, provenance, period_year
    having count(*) = 2
)

select
    'RET-02' as indicator_code,
    level, country_code, agency_code, agency_type, 'all' as gender, grade_band, breakdown, breakdown_value, provenance, period_year,
    period_date,
    cast(n as integer) as n,
    women_rate / nullif(men_rate, 0) as estimate,
    cast(n_least as integer) as n_least,
    cast(least(nullif(women, 0), nullif(men, 0)) as integer) as count_least,
    sqrt(1 / nullif(women, 0) + 1 / nullif(men, 0)) as se_log,
    'rate ratio' as method,
    case when men = 0 then 'not defined: no man left' end as unavailable_reason
from sides
