-- One row per count of applicants, or of those of them who were hired: the delivery that counts of each contract and period.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with counts as (
    select
        raw.*,
        effective.contract,
        row_number() over (
            partition by raw.delivery_no, raw.member, raw.sheet, raw.row_no order by raw.stage, raw.gender, raw.n_low, raw.n_high
        ) as place
    from {{ source('raw', 'hr_applicant') }} as raw
    inner join {{ ref('stg_hr__effective_delivery') }} as effective
        on {{ is_in_force('raw', 'effective') }}
)

select
    {{ row_key(['delivery_no', 'member', 'sheet', 'row_no', 'place']) }} as applicant_row_id,
    contract,
    agency_code,
    period_date,
    nullif(trim(round_name), '') as round_name,
    gender,
    stage,
    n_low,
    n_high
from counts
