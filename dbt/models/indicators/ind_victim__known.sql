-- VIC-05: detected victims of trafficking whose sex and age group are both known, of all that the source counts, with bounds where counts
-- are suppressed there. Only of countries with an agency that sent anything; the provenance is that of the agency.
with marked as (
    select
        *,
        case when gender in ('woman', 'man', 'other') and age_group in ('child', 'adult') then 1 else 0 end as is_known,
        case when gender = 'all' and age_group = 'all' then 1 else 0 end as is_total
    from {{ ref('fct_trafficking') }}
    where measure = 'victims_detected' and breakdown = 'none'
),

counted as (
    select
        country_code,
        period_year,
        {{ exact_sum('is_known * n_low') }} as known_low,
        {{ exact_sum('is_known * n_high') }} as known_high,
        sum(case when gender <> 'other' then is_known else 0 end) as n_known_cells,
        max(case when is_total = 1 then n_low end) as total_low,
        max(case when is_total = 1 then n_high end) as total_high
    from marked
    group by country_code, period_year
),

agencies as (
    select distinct country_code, provenance
    from {{ ref('dim_agency') }}
    where agency_code in (
        select agency_code from {{ ref('ind_hr__year_end_stock') }} union select agency_code from {{ ref('int_survey__respondent') }}
    )
)

select
    'VIC-05' as indicator_code,
    'country' as level,
    counted.country_code,
    'all' as agency_code,
    'all' as agency_type,
    'all' as gender,
    'all' as grade_band,
    agencies.provenance,
    counted.period_year,
    {{ last_day_of_year('counted.period_year') }} as period_date,
    cast(counted.total_high as integer) as n,
    least(100 * (counted.known_low + counted.known_high) / (counted.total_low + counted.total_high), 100) as estimate,
    cast(counted.total_high as integer) as n_least,
    cast(null as integer) as count_least,
    case
        when counted.known_low < counted.known_high or counted.total_low < counted.total_high
            then least(100 * counted.known_low / counted.total_high, 100)
    end as bound_low,
    case
        when counted.known_low < counted.known_high or counted.total_low < counted.total_high
            then least(100 * counted.known_high / counted.total_low, 100)
    end as bound_high,
    'share of detected victims; bounds of suppressed counts' as method
from counted
inner join agencies on counted.country_code = agencies.country_code
where counted.n_known_cells = 4 and counted.total_low > 0
