-- One row per contract of staff files: its grain, precision and window of observation.
select
    contract, agency_code, grain, date_precision, observed_from, observed_to, extract_date, leavers, mapping_hash, period_grain, due_days
from {{ source('raw', 'catalogue_hr_contract') }}
