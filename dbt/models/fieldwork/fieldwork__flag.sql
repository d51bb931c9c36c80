-- One row per submission and rule that it breaks: for a person to look at, never a reason to drop it unseen.
with person as (
    select
        person.*,
        limits.speeder_share,
        limits.straight_line_items,
        limits.duplicate_items,
        limits.duplicate_hours
    from {{ ref('int_fieldwork__person') }} as person
    cross join {{ ref('stg_catalogue__fieldwork') }} as limits
),

typical as (
    select form, percentile_cont(0.5) within group (order by duration_seconds) as median_seconds
    from person
    where duration_seconds is not null
    group by form
),

hits as (
    select person.form, person.asset_uid, person.submission_id, 'speeder' as rule
    from person
    inner join typical on person.form = typical.form
    where not {{ at_least('person.duration_seconds', 'person.speeder_share * typical.median_seconds') }}

    union all

    select form, asset_uid, submission_id, 'straight_line' as rule
    from person
    where n_scale_answers >= straight_line_items and n_scale_values = 1

    union all

    -- The later of two is the copy.
    select distinct later.form, later.asset_uid, later.submission_id, 'duplicate' as rule
    from person as later
    inner join person as earlier
        on later.form = earlier.form
        and later.fingerprint = earlier.fingerprint
        and earlier.submission_id < later.submission_id
        and later.submitted_at <= earlier.submitted_at + {{ hours('later.duplicate_hours') }}
        and earlier.submitted_at <= later.submitted_at + {{ hours('later.duplicate_hours') }}
    where later.n_answers >= later.duplicate_items
)

select hits.form, hits.asset_uid, hits.submission_id, hits.rule, submission.validation_status
from hits
inner join {{ ref('stg_kobo__submission') }} as submission
    on hits.form = submission.form and hits.submission_id = submission.submission_id
