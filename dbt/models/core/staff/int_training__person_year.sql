-- One row per person in post on the last list of a year that the agency's register of courses covers: hours of the year, whether the post
-- is of the front line (operational function, or a border or transit post; no civilian), and a valid course on identifying victims.
with last_list as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    group by 1, 2
),

covered as (
    select
        last_list.agency_code,
        last_list.period_year,
        last_list.period_date,
        -- What was learnt in the 36 months before is known only where the register reaches so far back.
        register.observed_from <= {{ add_days(months_before('last_list.period_date', 36), '1') }} as is_known_for_36_months
    from last_list
    inner join {{ ref('int_register__window') }} as register
        on last_list.agency_code = register.agency_code and register.register = 'training'
        and register.observed_from <= {{ first_day('last_list.period_year') }}
        and register.observed_to >= last_list.period_date
),

courses as (
    select
        covered.agency_code,
        covered.period_year,
        training.person_key,
        {{ exact_sum("case when " ~ year_of('training.completed_date') ~ " = covered.period_year then coalesce(training.hours, 0) else 0 end") }} as hours,
        max(case when training.course_type = 'victim_identification' then 1 else 0 end) as n_victim_courses
    from covered
    inner join {{ ref('fct_training') }} as training
        on covered.agency_code = training.agency_code
        and training.completed_date > {{ months_before('covered.period_date', 36) }}
        and training.completed_date <= covered.period_date
    group by covered.agency_code, covered.period_year, training.person_key
)

select
    {{ row_key(['covered.agency_code', 'covered.period_year', 'person.person_key']) }} as person_year_id,
    covered.agency_code,
    covered.period_year,
    covered.period_date,
    person.person_key,
    person.gender,
    person.grade,
    covered.is_known_for_36_months,
    case
        when unit.post_type is not null then true
        when person.agency_code in (select agency_code from {{ ref('int_unit__tagged') }} where post_type is not null) then false
    end as is_border_post,
    (
        coalesce(person.is_sworn, true)
        and (person.function_code in ('patrol', 'investigation', 'intelligence', 'border') or unit.post_type is not null)
    ) as is_front_line,
    coalesce(courses.hours, 0) as hours,
    coalesce(courses.n_victim_courses, 0) > 0 as has_victim_course
from covered
inner join {{ ref('int_staff__person_period') }} as person
    on covered.agency_code = person.agency_code and covered.period_date = person.period_date
left join {{ ref('int_unit__tagged') }} as unit
    on person.agency_code = unit.agency_code and person.period_date = unit.period_date and person.unit_name = unit.unit_name
left join courses
    on covered.agency_code = courses.agency_code and covered.period_year = courses.period_year
    and person.person_key = courses.person_key
where person.is_stock
