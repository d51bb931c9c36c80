-- Each action that somebody takes so that a promise that has a place is kept.
select
    {{ row_key(['task.target', 'task.action']) }} as action_id, task.target, task.action, task.sort_order, task.what, task.owner, task.due_date,
    task.state, task.evidence, task.why
from {{ ref('stg_catalogue__action') }} as task
where exists (select 1 from {{ ref('ind_roadmap__promise') }} as promise where promise.target = task.target)
