-- One row per agency and entry of its contract about units: the names it fits, and what it says of them.
select contract, agency_code, place, name_like, post_type, is_counter_trafficking, valid_from, valid_to
from {{ source('raw', 'catalogue_unit') }}
