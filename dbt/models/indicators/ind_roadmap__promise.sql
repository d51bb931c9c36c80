-- Each promise ever made with its place: once for an agency, and for a country once for its synthetic and once for its real agencies.
with place as (
    select agency_code, country_code, 'agency' as level, provenance
    from {{ ref('dim_agency') }}
    where is_current

    union

    select 'all', country_code, 'country', provenance
    from {{ ref('dim_agency') }}
    where is_current
)

select
    {{ row_key(['promise.target', 'place.provenance']) }} as promise_id,
    promise.target, promise.indicator_code, place.level, place.country_code, place.agency_code, place.provenance, promise.target_value,
    promise.due_year, promise.made_by, promise.made_date, promise.source_text, promise.framework, promise.framework_label,
    promise.withdrawn_date, promise.withdrawn_why, promise.withdrawn_document
from {{ ref('stg_catalogue__promise') }} as promise
inner join place
    on promise.agency_code = place.agency_code and coalesce(promise.country_code, place.country_code) = place.country_code
