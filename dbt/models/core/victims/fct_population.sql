-- Women and men who live in a country, by year, of all ages and of working age (15 to 64).
select
    {{ row_key(['country_code', 'period_year', 'age', 'sex']) }} as population_id,
    country_code,
    period_year,
    case age when 'Total' then 'all' else age end as age_group,
    case sex when 'Female' then 'woman' else 'man' end as gender,
    max(n_people) as n_people
from {{ ref('stg_undesa__population') }}
where sex in ('Female', 'Male') and age in ('Total', '15-64') and n_people > 0
group by country_code, period_year, age, sex
