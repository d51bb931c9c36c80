-- One row per row of UNODC's table; '<5' is an interval, neither 0 nor 4, so a value has a lower and an upper bound.
with newest as (
    select *, rank() over (order by loaded_at desc) as newness
    from {{ source('raw', 'ref_victim') }}
),

cleaned as (
    select *, replace(trim(value_text), ',', '') as value_clean
    from newest
    where newness = 1
)

select
    source_row,
    iso3 as country_code,
    indicator,
    dimension,
    category,
    sex,
    age,
    year as period_year,
    value_text,
    {{ reference_provenance('source') }} as provenance,
    case when value_clean = '<5' then 1 else {{ number_or_null('value_clean') }} end as n_lower,
    case when value_clean = '<5' then 4 else {{ number_or_null('value_clean') }} end as n_upper
from cleaned
