-- One row per row of UNODC's table, with a lower and an upper bound. '<5' is 0 to 4: the table writes no 0, and its totals often are the sum of the other
-- parts alone.
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
    case when value_clean = '<5' then 0 else {{ number_or_null('value_clean') }} end as n_lower,
    case when value_clean = '<5' then 4 else {{ number_or_null('value_clean') }} end as n_upper
from cleaned
