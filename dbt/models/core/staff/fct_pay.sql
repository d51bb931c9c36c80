-- What people in post are paid, where lists say so: one row per person and list, in the agency's own currency.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['agency_code', 'period_date', 'person_key'], 'unique': true}],
    meta={'lists': {'from': ['int_staff__person_period']}},
    pre_hook="{{ delete_lists() }}"
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
where is_stock and salary > 0 and {{ only_lists_to_build('person_period') }}
