-- VIC-04: years until women are 30 % of women and men, if hires, women's share of hires and separation rates stay as they were in the year.
-- W(t + 1) = W(t)(1 − l) + h, so W(t) = h/l + (W(0) − h/l)(1 − l)^t; men likewise. Looked for up to 100 years.
{%- set target_pct = 30 %}
with flows as (
    select * from {{ ref('ind_hr__flow') }}
),

projected as (
    select
        flows.level, flows.country_code, flows.agency_code, flows.provenance, flows.period_year,
        series.period_year as years,
        {{ stock_after('flows.women', 'flows.women_hired', 'flows.women_leave', 'series.period_year') }} as women_then,
        {{ stock_after('flows.men', 'flows.men_hired', 'flows.men_leave', 'series.period_year') }} as men_then
    from flows
    {{ year_series('0', '100', 'series') }}
),

reached as (
    select level, country_code, agency_code, provenance, period_year, min(years) as years
    from projected
    where {{ at_least('100 * women_then / nullif(women_then + men_then, 0)', target_pct) }}
    group by level, country_code, agency_code, provenance, period_year
),

steady as (
    select
        flows.*,
        case
            when women_leave > 0 and men_leave > 0
                then 100 * (women_hired / women_leave) / nullif(women_hired / women_leave + men_hired / men_leave, 0)
        end as steady_pct
    from flows
)

select
    'VIC-04' as indicator_code,
    steady.level, steady.country_code, steady.agency_code, steady.agency_type, 'all' as gender, 'all' as grade_band, steady.provenance,
    steady.period_year, steady.period_date,
    steady.n,
    cast(reached.years as {{ dbt.type_float() }}) as estimate,
    steady.steady_pct as reference_value,
    cast(steady.n_least as integer) as n_least,
    steady.count_least,
    'projection of current flows' as method,
    case
        when reached.years is null and not {{ at_least('steady.steady_pct', target_pct) }}
            then {{ dbt.concat(["'not reached: at current flows the share levels off at '", "cast(cast(steady.steady_pct as decimal(20, 1)) as " ~ dbt.type_string() ~ ")", "' %'"]) }}
        when reached.years is null then 'not reached within 100 years at current flows'
    end as unavailable_reason
from steady
left join reached
    on steady.level = reached.level and steady.country_code = reached.country_code and steady.agency_code = reached.agency_code
    and steady.provenance = reached.provenance and steady.period_year = reached.period_year
