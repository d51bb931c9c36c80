-- Which survey items make an indicator, and which of them are worded the other way round.
select indicator_code, item, coalesce(is_reversed, false) as is_reversed
from {{ source('raw', 'catalogue_indicator_item') }}
