-- Each change of a promise that has a place: what was promised until that day.
select
    {{ row_key(['promised.target', 'promised.changed_date']) }} as change_id, promised.target, promised.changed_date, promised.value_before,
    promised.due_before, promised.why, promised.document
from {{ ref('stg_catalogue__promise_change') }} as promised
where exists (select 1 from {{ ref('ind_roadmap__promise') }} as promise where promise.target = promised.target)
