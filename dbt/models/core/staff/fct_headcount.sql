-- People in post: one row per period, agency, unit, grade, function, gender and sworn status.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    meta={'lists': {'from': ['int_staff__person_period']}},
    pre_hook="{{ delete_lists() }}"
) }}
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
from {{ ref('int_staff__person_period') }} as person_period
where is_stock and {{ only_lists_to_build('person_period') }}
group by period_date, agency_code, unit_name, grade, function_code, gender, is_sworn
