-- One row per standing submission that gave answers: who it counts for, how long it took, and what its answers look like as a whole.
{{ config(post_hook='{{ analyze() }}') }}
with answers as (
    select form, submission_id, field, value, field <> 'weight' and value in ('1', '2', '3', '4', '5') as is_scale
    from {{ ref('stg_kobo__answer') }}
),

patterns as (
    select
        form,
        submission_id,
        count(*) as n_answers,
        count(case when is_scale then 1 end) as n_scale_answers,
        count(distinct case when is_scale then value end) as n_scale_values,
        {{ dbt.hash(dbt.listagg("field || '=' || value", "'|'", "order by field, value")) }} as fingerprint
    from answers
    group by form, submission_id
)

select
    submission.form,
    submission.asset_uid,
    submission.submission_id,
    profile.period_year,
    coalesce(profile.agency_code, 'missing') as agency_code,
    profile.gender,
    submission.submitted_at,
    submission.version_uid,
    submission.validation_status,
    submission.duration_seconds,
    patterns.n_answers,
    patterns.n_scale_answers,
    patterns.n_scale_values,
    patterns.fingerprint
from {{ ref('stg_kobo__submission') }} as submission
inner join patterns on submission.form = patterns.form and submission.submission_id = patterns.submission_id
inner join {{ ref('int_survey__profile') }} as profile
    on submission.form = profile.form and submission.submission_id = profile.submission_id
