-- People in post: one row per period, agency, unit, grade, function, gender and sworn status.
select
    {{ row_key(['period_date', 'agency_code', 'unit_name', 'grade', 'function_code', 'gender', 'is_sworn']) }} as headcount_id,
    period_date,
    agency_code,
    unit_name,
    grade,
    function_code,
    gender,
    is_sworn,
    cast(count(*) as integer) as n_staff
from {{ ref('int_staff__person_period') }}
where is_stock
group by period_date, agency_code, unit_name, grade, function_code, gender, is_sworn
