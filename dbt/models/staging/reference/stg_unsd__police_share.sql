-- Women's share of police officers by country and year, as the UN Statistics Division publishes it.
with newest as (
    select *, rank() over (order by loaded_at desc) as newness
    from {{ source('raw', 'ref_police_share') }}
)

select
    iso3 as country_code,
    country as country_name,
    year as period_year,
    cast(value_pct as {{ dbt.type_float() }}) as women_pct,
    source_year,
    {{ reference_provenance('nature') }} as provenance
from newest
where newness = 1
