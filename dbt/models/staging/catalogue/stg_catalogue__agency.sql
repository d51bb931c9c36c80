-- One row per agency and period of validity; open ends are filled so that a date always finds its version by `between`.
select
    agency_code,
    name as agency_name,
    country_code,
    agency_type,
    provenance,
    coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
    coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
from {{ source('raw', 'catalogue_agency') }}
