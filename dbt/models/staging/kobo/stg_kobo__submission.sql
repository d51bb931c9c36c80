-- One row per submission as it stands now: deleted ones, those that the survey team did not approve, and those of a project that neither
-- stands on the server nor is included by the form's contract, are left out.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with versions as (
    select
        submission.*,
        row_number() over (partition by submission.asset_uid, submission.submission_id order by submission.load_no desc) as newness
    from {{ source('raw', 'kobo_submission') }} as submission
    inner join {{ source('raw', 'kobo_project') }} as project on submission.asset_uid = project.asset_uid
    where project.is_counted
),

standing as (
    -- A device that sends again makes a second submission with the same root uuid, in whichever project of the form: it is one person.
    select
        *,
        row_number() over (
            partition by form, coalesce(root_uuid, uuid, cast(submission_id as {{ dbt.type_string() }}))
            order by submission_id desc
        ) as repeat_no
    from versions
    where newness = 1
        and not coalesce(is_deleted, false)
        and coalesce(validation_status, '') <> 'validation_status_not_approved'
)

select form, asset_uid, submission_id, root_uuid, version_uid, submitted_at, validation_status, duration_seconds, content_hash
from standing
where repeat_no = 1
