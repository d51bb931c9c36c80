-- One row per row of a staff list: the delivery that counts of each contract and period, codes translated.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['staff_row_id'], 'unique': true}, {'columns': ['agency_code', 'period_date']}],
    pre_hook="{{ delete_lists('stg_hr__list_built') }}",
    post_hook=["{{ index_where('contract', 'not (is_gender_known and is_rank_known and is_function_known)') }}", "{{ analyze() }}"]
) }}
{{ hr_coded_rows('roster') }}
