-- What a respondent must fulfil to count for an indicator: an answer to an item, or a score of 1 in another indicator.
select indicator_code, item, answer, among_indicator
from {{ source('raw', 'catalogue_indicator_condition') }}
