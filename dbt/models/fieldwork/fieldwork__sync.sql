-- One row per form: when it was last synced. A view: each sync moves the time, and none of them is a reason to build.
{{ config(materialized='view') }}
select form, max(synced_at) as last_synced_at
from {{ source('ops', 'kobo_cursor') }}
group by form
