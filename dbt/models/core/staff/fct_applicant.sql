-- Who applied to an agency and who was hired: one row per counted cell of a round of intake, as bounds. People are never made of them.
select applicant_row_id, agency_code, period_date, round_name, gender, stage, n_low, n_high
from {{ ref('stg_hr__applicant') }}
