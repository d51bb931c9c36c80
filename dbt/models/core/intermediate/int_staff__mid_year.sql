-- People in post at mid-year, by agency, grade band and gender: of large agencies, from lists that stg_hr__mid_year_delivery names. Years and flows
-- are made of fct_headcount, and of nothing here.
with coded as (
    {{ hr_coded_rows('roster', deliveries=ref('stg_hr__mid_year_delivery')) }}
),

placed as (
    select
        *,
        {{ is_in_post() }} as is_stock
    from coded
),

chosen as (
    select
        *,
        {{ rank_among_rows_of_person() }} as choice
    from placed
)

select
    {{ row_key(['chosen.agency_code', 'chosen.period_date', 'grade.grade_band', 'chosen.gender']) }} as stock_id,
    chosen.agency_code,
    {{ year_of('chosen.period_date') }} as period_year,
    chosen.period_date,
    grade.grade_band,
    chosen.gender,
    cast(count(*) as integer) as n_staff
from chosen
left join {{ ref('dim_grade') }} as grade on chosen.grade = grade.grade
where chosen.choice = 1 and chosen.is_stock
group by chosen.agency_code, chosen.period_date, grade.grade_band, chosen.gender
