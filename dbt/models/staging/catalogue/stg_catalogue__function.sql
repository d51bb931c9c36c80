-- The functions that a post may have.
select function_code, label as function_label
from {{ source('raw', 'catalogue_function') }}
