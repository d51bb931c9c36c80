-- VIC-02: detected victims of trafficking per 100,000 people of the country, of all, of women and of men, by age and form of exploitation, with bounds
-- where the source leaves a count open. All holds those of unknown sex. Of every country that the source has, whether or not an agency reports.
with victims as (
    select
        *,
        case when breakdown = 'none' and age_group <> 'all' then 'age_group' else breakdown end as part,
        case when breakdown = 'none' then age_group else breakdown_value end as part_value
    from {{ ref('ind_trafficking__count') }}
    where measure = 'victims_detected' and n_people is not null and age_group in ('all', 'child', 'adult')
        and (breakdown = 'none' or (breakdown = 'exploitation' and age_group = 'all'))
)

select
    'VIC-02' as indicator_code,
    case
        when part <> 'none' then 'country_breakdown'
        when gender = 'all' then 'country'
        else 'country_gender'
    end as level,
    country_code,
    'all' as agency_code,
    'all' as agency_type,
    gender,
    'all' as grade_band,
    part as breakdown,
    part_value as breakdown_value,
    provenance,
    period_year,
    {{ last_day_of_year('period_year') }} as period_date,
    cast(n_people as integer) as n,
    (rate_low + rate_high) / 2 as estimate,
    cast(n_people as integer) as n_least,
    cast(null as integer) as count_least,
    case when n_low < n_high then rate_low end as bound_low,
    case when n_low < n_high then rate_high end as bound_high,
    'detected victims over population; bounds of the source' as method
from victims
