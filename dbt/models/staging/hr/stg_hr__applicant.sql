-- One row per count of applicants, or of those of them who were hired: the newest delivery of each contract and period.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with counts as (
    select
        raw.*,
        newest.contract,
        row_number() over (
            partition by raw.delivery_no, raw.member, raw.sheet, raw.row_no order by raw.stage, raw.gender, raw.n_low, raw.n_high
        ) as place
    from {{ source('raw', 'hr_applicant') }} as raw
    inner join {{ ref('stg_hr__newest_delivery') }} as newest
        on raw.delivery_no = newest.delivery_no
        and raw.agency_code = newest.agency_code
        and coalesce(raw.period_date, cast('1900-01-01' as date)) = newest.period_date
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
