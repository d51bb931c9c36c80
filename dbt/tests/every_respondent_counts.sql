-- Respondents left out of every estimate, by reason: agency not in the catalogue, no weight, no year, in no wave.
{{ config(severity='warn') }}
select form, exclusion_reason, count(*) as n_respondents
from {{ ref('int_survey__profile') }}
where exclusion_reason is not null
group by form, exclusion_reason
