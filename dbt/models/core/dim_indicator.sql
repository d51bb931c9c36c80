-- Indicators as the catalogue in force defines them.
select
    indicator_code,
    indicator_name,
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
from {{ ref('stg_catalogue__indicator') }}
