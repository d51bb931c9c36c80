-- What each indicator is broken down by, and what a source must carry for it.
select indicator_code, breakdown, answer, needs_text, is_lacking
from {{ source('raw', 'catalogue_indicator_breakdown') }}
