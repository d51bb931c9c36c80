-- The nine common grades and their bands.
select grade, grade_band, label as grade_label
from {{ source('raw', 'catalogue_grade') }}
