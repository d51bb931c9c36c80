-- One row per person, agency and period on a staff list, leavers still listed included; who is hired after its day is not on it yet.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['agency_code', 'period_date', 'person_key'], 'unique': true}],
    meta={'lists': {'from': ['stg_hr__staff']}},
    pre_hook="{{ delete_lists() }}"
) }}
with counting as (
    {{ row_of_each_person(ref('stg_hr__staff') ~ ' as staff', where=only_lists_to_build('staff')) }}
)

select
    agency_code,
    person_key,
    period_date,
    gender,
    grade,
    rank_name,
    is_acting,
    rank_from,
    rank_to,
    unit_name,
    function_code,
    is_sworn,
    salary,
    age_band,
    hire_date,
    separation_date,
    date_precision,
    is_stock
from counting
