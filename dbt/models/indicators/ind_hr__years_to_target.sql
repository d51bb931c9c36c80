-- VIC-04: years until women are 30 % of women and men, if hires, women's share of hires and separation rates stay as they were in the year.
-- W(t + 1) = W(t)(1 − l) + h, so W(t) = h/l + (W(0) − h/l)(1 − l)^t; men likewise. Looked for up to 100 years.
{%- set target = 0.30 %}
with rates as (
    select
        level, country_code, agency_code, agency_type, provenance, period_year,
        sum(case when gender = 'woman' then estimate / 100 end) as women_leave,
        sum(case when gender = 'man' then estimate / 100 end) as men_leave,
        least(min(nullif(numerator, 0)), min(n)) as count_least
    from {{ ref('ind_hr__separation_rate') }}
    where level in ('agency_gender', 'country_gender')
    group by level, country_code, agency_code, agency_type, provenance, period_year
    having count(*) = 2
),

flows as (
    select
        stock.level, stock.country_code, stock.agency_code, stock.agency_type, stock.provenance, stock.period_year, stock.period_date,
        stock.n,
        stock.numerator as women,
        stock.denominator - stock.numerator as men,
        hires.numerator as women_hired,
        hires.denominator - hires.numerator as men_hired,
        rates.women_leave,
        rates.men_leave,
        least(stock.n, hires.n) as n_least,
        cast(least(
            rates.count_least, nullif(hires.numerator, 0), nullif(hires.denominator - hires.numerator, 0), nullif(stock.numerator, 0),
            nullif(stock.denominator - stock.numerator, 0)
        ) as integer) as count_least
    from {{ ref('ind_hr__women_share') }} as stock
    inner join {{ ref('ind_hr__women_share_hires') }} as hires
        on stock.level = hires.level and stock.country_code = hires.country_code and stock.agency_code = hires.agency_code
        and stock.provenance = hires.provenance and stock.period_year = hires.period_year
    inner join rates
        on stock.level = replace(rates.level, '_gender', '') and stock.country_code = rates.country_code
        and stock.agency_code = rates.agency_code and stock.provenance = rates.provenance and stock.period_year = rates.period_year
    where stock.level in ('agency', 'country') and stock.grade_band = 'all'
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
    where women_then >= {{ target }} * (women_then + men_then) and women_then + men_then > 0
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
    steady.steady_pct as expected_value,
    cast(steady.n_least as integer) as n_least,
    steady.count_least,
    'projection of current flows' as method,
    case
        when reached.years is null and steady.steady_pct < {{ 100 * target }}
            then {{ dbt.concat(["'not reached: at current flows the share levels off at '", "cast(round(cast(steady.steady_pct as numeric), 1) as " ~ dbt.type_string() ~ ")", "' %'"]) }}
        when reached.years is null then 'not reached within 100 years at current flows'
    end as unavailable_reason
from steady
left join reached
    on steady.level = reached.level and steady.country_code = reached.country_code and steady.agency_code = reached.agency_code
    and steady.provenance = reached.provenance and steady.period_year = reached.period_year
