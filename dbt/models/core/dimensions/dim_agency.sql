-- Agencies over time: one row per agency and period in which its name, type and country held.
select
    {{ row_key(['agency_code', 'valid_from']) }} as agency_key,
    agency_code,
    agency_name,
    country_code,
    agency_type,
    provenance,
    valid_from,
    valid_to,
    (row_number() over (partition by agency_code order by valid_from desc) = 1) as is_current
from {{ ref('stg_catalogue__agency') }}
