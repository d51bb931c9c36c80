-- Scenarios of the road map: how flows of staff differ from those of the newest full year.
select
    scenario, label, sort_order, hires_factor, women_share_of_hires, women_separation_factor, men_separation_factor,
    women_leave = 'as_men' as is_leaving_as_men
from {{ source('raw', 'catalogue_scenario') }}
