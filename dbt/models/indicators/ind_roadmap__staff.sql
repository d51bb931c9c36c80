-- Each promise about women's share of staff under each scenario: the share when it is due, when it is kept, where the share levels off,
-- and the share of women among those hired that would keep it.
-- Of women who are there, q_w stay until the promise is due, and of each woman hired a year k_w are there by then; of men q_m and k_m. With
-- the odds o that the promise asks for, women·q_w + hired·s·k_w = o·(men·q_m + hired·(1 − s)·k_m), which gives the share s.
with promise as (
    select
        target, level, country_code, agency_code, agency_type, provenance, base_year, scenario, scenario_label, sort_order,
        max(case when period_year = due_year then share end) as value_at_due,
        min(case when {{ at_least('share', 'target_value') }} then years end) as years_to_target,
        max(greatest(due_year - base_year, 0)) as years_left,
        max(target_value / nullif(100 - target_value, 0)) as odds,
        max(women) as women,
        max(men) as men,
        max(hired) as hired,
        max(women_share_of_hires) as women_share_of_hires,
        max(women_leave) as women_leave,
        max(men_leave) as men_leave,
        min(n_least) as n_least,
        min(count_least) as count_least
    from {{ ref('ind_roadmap__projection') }}
    group by target, level, country_code, agency_code, agency_type, provenance, base_year, scenario, scenario_label, sort_order
),

stayed as (
    select
        *,
        {{ stock_after('women', '0', 'women_leave', 'years_left') }} as women_stayed,
        {{ stock_after('men', '0', 'men_leave', 'years_left') }} as men_stayed,
        {{ stock_after('0', 'hired', 'women_leave', 'years_left') }} as stayed_if_women,
        {{ stock_after('0', 'hired', 'men_leave', 'years_left') }} as stayed_if_men
    from promise
)

select
    {{ row_key(['target', 'provenance', 'scenario']) }} as roadmap_id,
    target, level, country_code, agency_code, agency_type, provenance,
    base_year as period_year,
    scenario, scenario_label, sort_order, value_at_due, years_to_target,
    case
        when women_leave > 0 and men_leave > 0
            then 100 * (women_share_of_hires / women_leave)
                / (women_share_of_hires / women_leave + (1 - women_share_of_hires) / men_leave)
    end as levels_off_at,
    100 * women_share_of_hires as women_share_of_hires,
    case
        when years_left > 0
            then 100 * (odds * (men_stayed + stayed_if_men) - women_stayed) / nullif(stayed_if_women + odds * stayed_if_men, 0)
    end as women_share_of_hires_needed,
    n_least,
    count_least
from stayed
