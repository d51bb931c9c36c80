-- One row per row of a staff list: the delivery that counts of each contract and period, codes translated.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['staff_row_id'], 'unique': true}, {'columns': ['agency_code', 'period_date']}],
    meta={'lists': {
        'from': ['stg_hr__effective_delivery'],
        'cover': ['hr_staff', 'stg_catalogue__hr_contract', 'stg_catalogue__sex_code', 'stg_catalogue__rank', 'stg_catalogue__hr_code'],
    }},
    pre_hook="{{ delete_lists() }}",
    post_hook=["{{ index_where('contract', 'not (is_gender_known and is_rank_known and is_function_known)') }}", "{{ analyze() }}"]
) }}
{{ hr_coded_rows('roster') }}
