-- DEP-03: mean hours of training a woman over those a man, of the year, among who is in post at its end.
with placed as (
    select
        agency.country_code,
        person.agency_code,
        agency.agency_type,
        agency.provenance,
        person.period_year,
        person.period_date,
        {{ exact_sum("case when person.gender = 'woman' then person.hours else 0 end") }} as women_hours,
        {{ exact_sum("case when person.gender = 'man' then person.hours else 0 end") }} as men_hours,
        sum(case when person.gender = 'woman' and person.hours > 0 then 1 else 0 end) as a,
        sum(case when person.gender = 'man' and person.hours > 0 then 1 else 0 end) as c,
        sum(case when person.gender = 'woman' then 1 else 0 end) as n1,
        sum(case when person.gender = 'man' then 1 else 0 end) as n0
    from {{ ref('int_training__person_year') }} as person
    inner join {{ ref('dim_agency') }} as agency
        on person.agency_code = agency.agency_code and person.period_date between agency.valid_from and agency.valid_to
    where person.gender in ('woman', 'man')
    group by 1, 2, 3, 4, 5, 6
),

cells as (
    {{ rolled_up('placed', ['women_hours', 'men_hours', 'a', 'c', 'n1', 'n0']) }}
)

select
    'DEP-03' as indicator_code,
    {{ place_columns() }},
    cast(n1 + n0 as integer) as n,
    (women_hours / nullif(n1, 0)) / nullif(men_hours / nullif(n0, 0), 0) as estimate,
    cast(least(n1, n0) as integer) as n_least,
    -- Women and men with any hours: of few, the hours themselves would follow.
    cast(least(nullif(a, 0), nullif(c, 0)) as integer) as count_least,
    'ratio of means' as method,
    case when men_hours = 0 or n1 = 0 then 'not defined: no woman, or no man with an hour of training' end as unavailable_reason
from cells
