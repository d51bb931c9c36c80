-- One row per form: what has come, what was decided about it, and what was flagged.
with newest as (
    select
        *,
        row_number() over (partition by asset_uid, submission_id order by load_no desc) as newness
    from {{ source('raw', 'kobo_submission') }}
),

sent as (
    select
        *,
        row_number() over (
            partition by asset_uid, coalesce(root_uuid, uuid, cast(submission_id as {{ dbt.type_string() }})), is_deleted
            order by submission_id desc
        ) as repeat_no
    from newest
    where newness = 1
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
    counted.form,
    cast(counted.n_present as integer) as n_present,
    cast(counted.n_deleted as integer) as n_deleted,
    cast(counted.n_resent as integer) as n_resent,
    cast(counted.n_undecided as integer) as n_undecided,
    cast(counted.n_on_hold as integer) as n_on_hold,
    cast(counted.n_approved as integer) as n_approved,
    cast(counted.n_not_approved as integer) as n_not_approved,
    cast(coalesce(flagged.n_speeders, 0) as integer) as n_speeders,
    cast(coalesce(flagged.n_straight_lines, 0) as integer) as n_straight_lines,
    cast(coalesce(flagged.n_duplicates, 0) as integer) as n_duplicates,
    counted.last_submitted_at
from counted
left join flagged on counted.form = flagged.form
