-- No trend follows from one year: neither a slope nor where it would lead.
select roadmap_id
from {{ ref('ind_roadmap__progress') }}
where scenario = 'trend' and change_per_year is null and (value_at_due is not null or years_to_target > 0)
