-- One row per promise and day on which it was changed: what it was until then.
select target, changed_date, value_before, due_before, why, document
from {{ source('raw', 'catalogue_promise_change') }}
