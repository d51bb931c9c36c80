-- Detected victims of trafficking by country, year and sex, as bounds: `<5` is 1 to 4. Repeated rows of the source count once.
select
    {{ row_key(['country_code', 'period_year', 'sex']) }} as victim_id,
    country_code,
    period_year,
    case sex when 'Female' then 'woman' when 'Male' then 'man' when 'Other' then 'other' else 'missing' end as gender,
    cast(max(n_lower) as {{ dbt.type_float() }}) as n_low,
    cast(max(n_upper) as {{ dbt.type_float() }}) as n_high
from {{ ref('stg_unodc__victim') }}
where indicator = 'Detected trafficking victims' and dimension = 'Total' and age = 'Total' and sex <> 'Total'
    and n_lower is not null
group by country_code, period_year, sex
