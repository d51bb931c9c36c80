-- One row per respondent who counts: the base of every survey estimate.
{{ config(post_hook='{{ analyze() }}') }}
select form, submission_id, agency_code, gender, grade_band, period_year, stratum, weight
from {{ ref('int_survey__profile') }}
where exclusion_reason is null
