-- The score of each answer to an item of an indicator; an answer that is not listed is not in its base.
select indicator_code, item, answer, answer_score
from {{ source('raw', 'catalogue_indicator_answer') }}
