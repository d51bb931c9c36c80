-- One row per form: what has come, what was decided about it, and what was flagged; and how many answers of earlier projects do not count.
with newest as (
    select
        submission.*,
        project.is_counted,
        row_number() over (partition by submission.asset_uid, submission.submission_id order by submission.load_no desc) as newness
    from {{ source('raw', 'kobo_submission') }} as submission
    inner join {{ source('raw', 'kobo_project') }} as project on submission.asset_uid = project.asset_uid
),

forms as (
    select form, count(case when newness = 1 and not is_deleted and not is_counted then 1 end) as n_set_aside
    from newest
    group by form
),

sent as (
    select
        *,
        row_number() over (
            partition by form, coalesce(root_uuid, uuid, cast(submission_id as {{ dbt.type_string() }})), is_deleted
            order by submission_id desc
        ) as repeat_no
    from newest
    where newness = 1 and is_counted
),

counted as (
    select
        form,
        count(case when not is_deleted then 1 end) as n_present,
        count(case when is_deleted then 1 end) as n_deleted,
        count(case when not is_deleted and repeat_no > 1 then 1 end) as n_resent,
        count(case when not is_deleted and coalesce(validation_status, '') = '' then 1 end) as n_undecided,
        count(case when not is_deleted and validation_status = 'validation_status_on_hold' then 1 end) as n_on_hold,
        count(case when not is_deleted and validation_status = 'validation_status_approved' then 1 end) as n_approved,
        count(case when not is_deleted and validation_status = 'validation_status_not_approved' then 1 end) as n_not_approved,
        max(case when not is_deleted then submitted_at end) as last_submitted_at
    from sent
    group by form
),

flagged as (
    select
        form,
        count(case when rule = 'speeder' then 1 end) as n_speeders,
        count(case when rule = 'straight_line' then 1 end) as n_straight_lines,
        count(case when rule = 'duplicate' then 1 end) as n_duplicates
    from {{ ref('fieldwork__flag') }}
    group by form
)

select
    forms.form,
    cast(coalesce(counted.n_present, 0) as integer) as n_present,
    cast(coalesce(counted.n_deleted, 0) as integer) as n_deleted,
    cast(coalesce(counted.n_resent, 0) as integer) as n_resent,
    cast(coalesce(counted.n_undecided, 0) as integer) as n_undecided,
    cast(coalesce(counted.n_on_hold, 0) as integer) as n_on_hold,
    cast(coalesce(counted.n_approved, 0) as integer) as n_approved,
    cast(coalesce(counted.n_not_approved, 0) as integer) as n_not_approved,
    cast(coalesce(flagged.n_speeders, 0) as integer) as n_speeders,
    cast(coalesce(flagged.n_straight_lines, 0) as integer) as n_straight_lines,
    cast(coalesce(flagged.n_duplicates, 0) as integer) as n_duplicates,
    cast(forms.n_set_aside as integer) as n_set_aside,
    counted.last_submitted_at
from forms
left join counted on forms.form = counted.form
left join flagged on forms.form = flagged.form
