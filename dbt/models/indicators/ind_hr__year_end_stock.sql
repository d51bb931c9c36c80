-- People in post on the last list of each year, by agency, gender, grade, function and what its contract says of the unit: the stock of
-- the year.
with last_list as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('fct_headcount') }}
    group by 1, 2
)

select
    {{ row_key(['headcount.agency_code', 'last_list.period_year', 'headcount.grade', 'headcount.function_code', 'headcount.gender',
        'unit.post_type', 'coalesce(unit.is_counter_trafficking, false)']) }} as stock_id,
    headcount.agency_code,
    last_list.period_year,
    last_list.period_date,
    headcount.grade,
    grade.grade_band,
    headcount.function_code,
    headcount.gender,
    unit.post_type,
    coalesce(unit.is_counter_trafficking, false) as is_counter_trafficking,
    sum(headcount.n_staff) as n_staff
from {{ ref('fct_headcount') }} as headcount
inner join last_list
    on headcount.agency_code = last_list.agency_code and headcount.period_date = last_list.period_date
left join {{ ref('int_unit__tagged') }} as unit
    on headcount.agency_code = unit.agency_code and headcount.period_date = unit.period_date and headcount.unit_name = unit.unit_name
left join {{ ref('dim_grade') }} as grade on headcount.grade = grade.grade
group by
    headcount.agency_code, last_list.period_year, last_list.period_date, headcount.grade, grade.grade_band,
    headcount.function_code, headcount.gender, unit.post_type, coalesce(unit.is_counter_trafficking, false)
