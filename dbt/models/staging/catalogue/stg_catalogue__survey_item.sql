-- The wording of each survey item.
select item, text_en
from {{ source('raw', 'catalogue_survey_item') }}
