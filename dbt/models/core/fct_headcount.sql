-- People in post: one row per period, agency, unit, grade, function, gender and sworn status.
-- depends_on: {{ ref('stg_hr__effective_delivery') }}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_lists('int_staff__list_built') }}"
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
where is_stock and {{ only_lists_to_build('int_staff__list_built', 'person_period') }}
group by period_date, agency_code, unit_name, grade, function_code, gender, is_sworn
