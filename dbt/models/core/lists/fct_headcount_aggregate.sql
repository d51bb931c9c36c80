-- Counts that agencies send as totals: one row per counted cell, as bounds. People are never made of them.
select
    aggregate_row_id,
    period_date,
    agency_code,
    contract,
    unit_name,
    grade,
    rank_name,
    function_code,
    gender,
    is_sworn,
    n_low,
    n_high
from {{ ref('stg_hr__aggregate') }}
