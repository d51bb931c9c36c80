-- Formal complaints: one row per case, with its days and kind and at most the sex of who complained. Nobody is in it.
select
    complaint_row_id,
    agency_code,
    complaint_type,
    opened_date,
    closed_date,
    {{ days_between('opened_date', 'closed_date') }} as n_days_open,
    gender
from {{ ref('stg_hr__complaint') }}
