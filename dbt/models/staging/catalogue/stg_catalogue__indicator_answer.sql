-- What each answer to an item counts for an indicator; an answer that is not listed is not in its base.
select indicator_code, item, answer, worth
from {{ source('raw', 'catalogue_indicator_answer') }}
