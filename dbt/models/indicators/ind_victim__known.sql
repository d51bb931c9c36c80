-- VIC-05: detected victims of trafficking whose sex and age group are both known, of all that the source counts, with bounds where counts
-- are suppressed there. Of every country that the source has, whether or not an agency reports.
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
        max(provenance) as provenance,
        {{ exact_sum('is_known * n_low') }} as known_low,
        {{ exact_sum('is_known * n_high') }} as known_high,
        sum(case when gender <> 'other' then is_known else 0 end) as n_known_cells,
        max(case when is_total = 1 then n_low end) as total_low,
        max(case when is_total = 1 then n_high end) as total_high
    from marked
    group by country_code, period_year
)

select
    'VIC-05' as indicator_code,
    'country' as level,
    country_code,
    'all' as agency_code,
    'all' as agency_type,
    'all' as gender,
    'all' as grade_band,
    provenance,
    period_year,
    {{ last_day_of_year('period_year') }} as period_date,
    cast(total_high as integer) as n,
    least(100 * (known_low + known_high) / (total_low + total_high), 100) as estimate,
    cast(total_high as integer) as n_least,
    cast(null as integer) as count_least,
    case
        when known_low < known_high or total_low < total_high
            then least(100 * known_low / total_high, 100)
    end as bound_low,
    case
        when known_low < known_high or total_low < total_high
            then least(100 * known_high / total_low, 100)
    end as bound_high,
    'share of detected victims; bounds of suppressed counts' as method
from counted
where n_known_cells = 4 and total_low > 0
