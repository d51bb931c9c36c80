-- Population by country, year, sex and age group, as published.
with newest as (
    select *, rank() over (order by loaded_at desc) as newness
    from {{ source('raw', 'ref_population') }}
)

select iso3 as country_code, year as period_year, sex, age, cast(population as {{ dbt.type_float() }}) as n_people
from newest
where newness = 1
