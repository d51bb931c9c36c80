-- One row per indicator of the catalogue in force.
select
    indicator_code,
    name as indicator_name,
    domain_no,
    domain_name,
    source,
    unit,
    direction,
    target_text,
    reference,
    numerator_text,
    denominator_text,
    catalogue_version
from {{ source('raw', 'catalogue_indicator') }}
