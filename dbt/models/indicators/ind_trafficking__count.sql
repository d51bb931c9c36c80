-- The UN's counts of trafficking with their rates per 100,000 people of the same gender, by country, year, measure, gender, age group and value of a
-- breakdown. Children are set against people of all ages, as the population is not known by age.
with people as (
    select country_code, period_year, gender, n_people
    from {{ ref('fct_population') }}
    where age_group = 'all'

    union all

    select country_code, period_year, 'all' as gender, {{ exact_sum('n_people') }}
    from {{ ref('fct_population') }}
    where age_group = 'all'
    group by country_code, period_year
    having count(*) = 2
)

select
    counted.trafficking_id,
    counted.country_code,
    counted.period_year,
    counted.measure,
    counted.gender,
    counted.age_group,
    counted.breakdown,
    counted.breakdown_value,
    counted.breakdown_label,
    counted.n_low,
    counted.n_high,
    people.n_people,
    100000 * counted.n_low / people.n_people as rate_low,
    100000 * counted.n_high / people.n_people as rate_high,
    counted.period_year = max(counted.period_year) over (partition by counted.country_code, counted.measure, counted.breakdown) as is_newest,
    counted.basis,
    counted.provenance
from {{ ref('fct_trafficking') }} as counted
left join people
    on counted.country_code = people.country_code and counted.period_year = people.period_year and counted.gender = people.gender
