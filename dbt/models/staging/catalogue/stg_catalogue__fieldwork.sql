-- Thresholds of fieldwork monitoring, one row.
select smallest_cell, speeder_share, straight_line_items, duplicate_items, duplicate_hours
from {{ source('raw', 'catalogue_fieldwork') }}
