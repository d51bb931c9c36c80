-- Each value to be reached on the way to a promise that has a place, and the year.
select {{ row_key(['milestone.target', 'milestone.milestone_year']) }} as milestone_id, milestone.target, milestone.milestone_year, milestone.milestone_value
from {{ ref('stg_catalogue__milestone') }} as milestone
where exists (select 1 from {{ ref('ind_roadmap__promise') }} as promise where promise.target = milestone.target)
