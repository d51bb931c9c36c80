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
    catalogue_version,
    tier,
    formula_text,
    statistic,
    goalpost_worst,
    goalpost_best,
    needs_text,
    score,
    answered_at_least,
    is_sensitive
from {{ source('raw', 'catalogue_indicator') }}
