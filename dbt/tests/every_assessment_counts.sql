-- Submissions of fact-finding left out, by reason: no subject or year, agency not in the catalogue, no number of the post.
{{ config(severity='warn') }}
select form, exclusion_reason, count(*) as n_submissions
from {{ ref('int_fact__assessment') }}
where exclusion_reason is not null
group by form, exclusion_reason
