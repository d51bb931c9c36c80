-- Spells left out of events and time at risk, by reason: the source's own faults, to be shown to the agency.
{{ config(severity='warn') }}
select agency_code, exclusion_reason, count(*) as n_spells
from {{ ref('int_staff__spell') }}
where exclusion_reason is not null
group by agency_code, exclusion_reason
