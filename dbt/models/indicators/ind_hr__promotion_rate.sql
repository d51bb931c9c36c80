-- Of the people in post in a common grade at the end of one year and in post at the end of the next, those then in a higher grade.
-- Ranks held for a time are no grade of their own: who acts at either end is left out.
with year_end as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('fct_headcount') }}
    group by 1, 2
),

held as (
    select year_end.period_year, person.agency_code, person.person_key, person.gender, person.grade
    from {{ ref('int_staff__person_period') }} as person
    inner join year_end on person.agency_code = year_end.agency_code and person.period_date = year_end.period_date
    where person.is_stock and not person.is_acting
)

select
    {{ row_key(['before.agency_code', 'later.period_year', 'before.grade', 'before.gender']) }} as promotion_rate_id,
    before.agency_code,
    later.period_year,
    before.grade as grade_from,
    before.gender,
    cast(sum(case when later.grade > before.grade then 1 else 0 end) as {{ dbt.type_float() }}) as n_promoted,
    cast(count(*) as {{ dbt.type_float() }}) as n_people
from held as before
inner join held as later
    on before.agency_code = later.agency_code and before.person_key = later.person_key and later.period_year = before.period_year + 1
where before.grade < 9 and before.gender in ('woman', 'man')
group by before.agency_code, later.period_year, before.grade, before.gender
