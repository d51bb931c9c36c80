-- People in post at mid-year, by agency, grade band and gender: of large agencies, from lists that stg_hr__mid_year_delivery names. Years and flows
-- are made of fct_headcount, and of nothing here.
with coded as (
    {{ hr_coded_rows('roster', deliveries=ref('stg_hr__mid_year_delivery')) }}
),

counting as (
    {{ row_of_each_person('coded') }}
)

select
    {{ row_key(['counting.agency_code', 'counting.period_date', 'grade.grade_band', 'counting.gender']) }} as stock_id,
    counting.agency_code,
    {{ year_of('counting.period_date') }} as period_year,
    counting.period_date,
    grade.grade_band,
    counting.gender,
    cast(count(*) as integer) as n_staff
from counting
left join {{ ref('dim_grade') }} as grade on counting.grade = grade.grade
where counting.is_stock
group by counting.agency_code, counting.period_date, grade.grade_band, counting.gender
