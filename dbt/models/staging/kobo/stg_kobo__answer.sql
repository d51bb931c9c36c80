-- One row per answer of a standing submission, in its newest version.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
select distinct
    submission.form,
    submission.asset_uid,
    submission.submission_id,
    answer.field,
    nullif(trim(answer.value), '') as value
from {{ source('raw', 'kobo_answer') }} as answer
inner join {{ ref('stg_kobo__submission') }} as submission
    on answer.asset_uid = submission.asset_uid
    and answer.submission_id = submission.submission_id
    and answer.content_hash = submission.content_hash
