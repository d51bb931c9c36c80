-- One row per formal complaint, of nobody: the delivery that counts of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
select
    {{ row_key(['complaint.delivery_no', 'complaint.member', 'complaint.sheet', 'complaint.row_no']) }} as complaint_row_id,
    effective.contract,
    complaint.agency_code,
    kind.value as complaint_type,
    complaint.opened_date,
    complaint.closed_date,
    coalesce(sex.gender, 'missing') as gender
from {{ source('raw', 'hr_complaint') }} as complaint
inner join {{ ref('stg_hr__effective_delivery') }} as effective
    on {{ is_in_force('complaint', 'effective', day='opened_date') }}
inner join {{ ref('stg_catalogue__hr_code') }} as kind
    on effective.contract = kind.contract and kind.kind = 'complaint' and complaint.complaint_code = kind.code
left join {{ ref('stg_catalogue__sex_code') }} as sex
    on effective.contract = sex.contract and coalesce(complaint.sex_code, '') = sex.code
