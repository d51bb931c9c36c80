-- DEP-03: mean hours of training a woman over those a man, of the year, among who is in post at its end; in agencies by grade band and course.
{%- set sums = ['women_hours', 'men_hours', 'a', 'c', 'n1', 'n0'] %}
with people as (
    select
        agency.country_code, agency.agency_type, agency.provenance,
        person.agency_code, person.period_year, person.period_date, person.person_key, person.gender, person.hours, grade.grade_band
    from {{ ref('int_training__person_year') }} as person
    inner join {{ ref('dim_agency') }} as agency
        on person.agency_code = agency.agency_code and person.period_date between agency.valid_from and agency.valid_to
    left join {{ ref('dim_grade') }} as grade on person.grade = grade.grade
    where person.gender in ('woman', 'man')
),

hours_by_course as (
    select
        agency_code, {{ year_of('completed_date') }} as period_year, person_key, course_type,
        {{ exact_sum('coalesce(hours, 0)') }} as hours
    from {{ ref('fct_training') }}
    group by 1, 2, 3, 4
),

course as (
    select distinct agency_code, period_year, course_type
    from hours_by_course
),

members as (
    select people.*, 'none' as breakdown, 'all' as breakdown_value, 'all' as cell_band
    from people

    union all

    select people.*, 'none', 'all', grade_band
    from people
    where grade_band is not null

    union all

    select
        people.country_code, people.agency_type, people.provenance, people.agency_code, people.period_year, people.period_date,
        people.person_key, people.gender, coalesce(hours_by_course.hours, 0), people.grade_band, 'course_type', course.course_type, 'all'
    from people
    inner join course on people.agency_code = course.agency_code and people.period_year = course.period_year
    left join hours_by_course
        on people.agency_code = hours_by_course.agency_code and people.period_year = hours_by_course.period_year
        and people.person_key = hours_by_course.person_key and course.course_type = hours_by_course.course_type
),

sides as (
    select
        country_code, agency_code, agency_type, provenance, period_year, period_date, breakdown, breakdown_value, cell_band,
        {{ exact_sum("case when gender = 'woman' then hours else 0 end") }} as women_hours,
        {{ exact_sum("case when gender = 'man' then hours else 0 end") }} as men_hours,
        sum(case when gender = 'woman' and hours > 0 then 1 else 0 end) as a,
        sum(case when gender = 'man' and hours > 0 then 1 else 0 end) as c,
        sum(case when gender = 'woman' then 1 else 0 end) as n1,
        sum(case when gender = 'man' then 1 else 0 end) as n0
    from members
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
),

whole as (
    select * from sides where breakdown = 'none' and cell_band = 'all'
),

placed as (
    {{ rolled_up('whole', sums) }}
),

cells as (
    select {{ place_columns() }}, 'none' as breakdown, 'all' as breakdown_value, {{ sums | join(', ') }}
    from placed

    union all

    select
        case when breakdown = 'none' then 'agency_grade' else 'agency_breakdown' end, country_code, agency_code, agency_type, 'all', cell_band,
        provenance, period_year, period_date, breakdown, breakdown_value, {{ sums | join(', ') }}
    from sides
    where breakdown <> 'none' or cell_band <> 'all'
)

select
    'DEP-03' as indicator_code,
    {{ place_columns() }},
    breakdown,
    breakdown_value,
    cast(n1 + n0 as integer) as n,
    (women_hours / nullif(n1, 0)) / nullif(men_hours / nullif(n0, 0), 0) as estimate,
    cast(least(n1, n0) as integer) as n_least,
    -- Women and men with any hours: of few, the hours themselves would follow.
    cast(least(nullif(a, 0), nullif(c, 0)) as integer) as count_least,
    'ratio of means' as method,
    case
        when n1 = 0 or n0 = 0 or men_hours = 0 then 'not defined: no woman, or no man with an hour of training'
    end as unavailable_reason
from cells
