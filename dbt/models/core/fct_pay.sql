-- What people in post are paid, where lists say so: one row per person and list, in the agency's own currency.
-- depends_on: {{ ref('stg_hr__effective_delivery') }}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['agency_code', 'period_date', 'person_key'], 'unique': true}],
    pre_hook="{{ delete_lists('int_staff__list_built') }}"
) }}
select
    {{ row_key(['agency_code', 'period_date', 'person_key']) }} as pay_id,
    agency_code,
    period_date,
    person_key,
    gender,
    grade,
    is_sworn,
    salary
from {{ ref('int_staff__person_period') }} as person_period
where is_stock and salary > 0 and {{ only_lists_to_build('int_staff__list_built', 'person_period') }}
