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
    on complaint.delivery_no = effective.delivery_no
    and complaint.agency_code = effective.agency_code
    and coalesce(complaint.period_date, cast('1900-01-01' as date)) = effective.period_date
    and complaint.opened_date between effective.rows_from and effective.rows_to
inner join {{ ref('stg_catalogue__hr_code') }} as kind
    on effective.contract = kind.contract and kind.kind = 'complaint' and complaint.complaint_code = kind.code
left join {{ ref('stg_catalogue__sex_code') }} as sex
    on effective.contract = sex.contract and coalesce(complaint.sex_code, '') = sex.code
