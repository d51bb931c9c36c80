-- One row per promise: an indicator's value for an agency, or for all agencies of a country together, by the end of a year.
select target, indicator_code, agency_code, country_code, target_value, due_year, source_text
from {{ source('raw', 'catalogue_target') }}
