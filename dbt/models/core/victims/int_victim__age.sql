-- Detected victims of trafficking by country, year, sex and age group, with the source's own totals, as bounds. Repeated rows count once.
select
    {{ row_key(['country_code', 'period_year', 'sex', 'age']) }} as victim_age_id,
    country_code,
    period_year,
    case sex when 'Female' then 'woman' when 'Male' then 'man' else 'all' end as gender,
    case age when '0 to 17 years' then 'child' when '18 years or over' then 'adult' else 'all' end as age_group,
    cast(max(n_lower) as {{ dbt.type_float() }}) as n_low,
    cast(max(n_upper) as {{ dbt.type_float() }}) as n_high
from {{ ref('stg_unodc__victim') }}
where indicator = 'Detected trafficking victims' and dimension = 'Total' and n_lower is not null
    and sex in ('Female', 'Male', 'Total') and age in ('0 to 17 years', '18 years or over', 'Total')
group by country_code, period_year, sex, age
