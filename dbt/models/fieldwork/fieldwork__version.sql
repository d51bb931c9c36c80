-- Submissions by the version of the form that was filled in; one without a version is counted as 'missing'.
select
    submission.form,
    coalesce(submission.version_uid, 'missing') as version_uid,
    max(version.version_no) as version_no,
    cast(count(*) as integer) as n_submissions,
    min(cast(submission.submitted_at as date)) as first_day,
    max(cast(submission.submitted_at as date)) as last_day
from {{ ref('stg_kobo__submission') }} as submission
left join {{ source('raw', 'kobo_form') }} as version
    on submission.asset_uid = version.asset_uid and submission.version_uid = version.version_uid
group by submission.form, coalesce(submission.version_uid, 'missing')
