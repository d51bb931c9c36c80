-- One row per promise and year by whose end a value is to be reached on the way.
select target, milestone_year, milestone_value
from {{ source('raw', 'catalogue_milestone') }}
