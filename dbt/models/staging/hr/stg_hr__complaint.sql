-- One row per formal complaint, of nobody: the newest delivery of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
select
    {{ row_key(['complaint.delivery_no', 'complaint.member', 'complaint.sheet', 'complaint.row_no']) }} as complaint_row_id,
    newest.contract,
    complaint.agency_code,
    kind.value as complaint_type,
    complaint.opened_date,
    complaint.closed_date,
    coalesce(sex.gender, 'missing') as gender
from {{ source('raw', 'hr_complaint') }} as complaint
inner join {{ ref('stg_hr__newest_delivery') }} as newest
    on complaint.delivery_no = newest.delivery_no
    and complaint.agency_code = newest.agency_code
    and coalesce(complaint.period_date, cast('1900-01-01' as date)) = newest.period_date
inner join {{ ref('stg_catalogue__hr_code') }} as kind
    on newest.contract = kind.contract and kind.kind = 'complaint' and complaint.complaint_code = kind.code
left join {{ ref('stg_catalogue__sex_code') }} as sex
    on newest.contract = sex.contract and coalesce(complaint.sex_code, '') = sex.code
