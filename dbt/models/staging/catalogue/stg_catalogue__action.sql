-- One row per promise and action that somebody takes so that it is kept.
select target, action, sort_order, what, owner, due_date, state, evidence, why
from {{ source('raw', 'catalogue_action') }}
