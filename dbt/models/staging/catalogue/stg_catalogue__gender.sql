-- The six states of gender.
select gender, label as gender_label, sort_order
from {{ source('raw', 'catalogue_gender') }}
