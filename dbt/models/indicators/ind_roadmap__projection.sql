-- Women's share of staff year by year under each scenario, for each promise about it.
-- Flows are those of the newest full year, changed as the scenario says, year after year, for 100 years.
with newest as (
    select agency_code, country_code, level, provenance, max(period_year) as period_year
    from {{ ref('ind_hr__flow') }}
    group by agency_code, country_code, level, provenance
),

changed as (
    select
        target.target, target.target_value, target.due_year,
        flow.level, flow.country_code, flow.agency_code, flow.agency_type, flow.provenance,
        flow.period_year as base_year,
        scenario.scenario, scenario.label as scenario_label, scenario.sort_order,
        flow.women, flow.men, flow.n_least, flow.count_least,
        (flow.women_hired + flow.men_hired) * scenario.hires_factor as hired,
        coalesce(scenario.women_share_of_hires, flow.women_hired / (flow.women_hired + flow.men_hired)) as women_share_of_hires,
        least(1, scenario.women_separation_factor
            * case when scenario.is_leaving_as_men then flow.men_leave else flow.women_leave end) as women_leave,
        least(1, scenario.men_separation_factor * flow.men_leave) as men_leave
    from {{ ref('ind_hr__flow') }} as flow
    inner join newest
        on flow.agency_code = newest.agency_code and flow.country_code = newest.country_code and flow.level = newest.level
        and flow.provenance = newest.provenance and flow.period_year = newest.period_year
    inner join {{ ref('stg_catalogue__target') }} as target
        on target.indicator_code = 'REP-01' and flow.agency_code = target.agency_code
        and (target.country_code is null or flow.country_code = target.country_code)
    cross join {{ ref('stg_catalogue__scenario') }} as scenario
    where flow.women_hired + flow.men_hired > 0
),

projected as (
    select
        changed.*,
        series.period_year as years,
        {{ stock_after('changed.women', 'changed.hired * changed.women_share_of_hires', 'changed.women_leave', 'series.period_year') }}
            as women_then,
        {{ stock_after('changed.men', 'changed.hired * (1 - changed.women_share_of_hires)', 'changed.men_leave', 'series.period_year') }}
            as men_then
    from changed
    {{ year_series('0', '100', 'series') }}
)

select
    {{ row_key(['target', 'provenance', 'scenario', 'years']) }} as projection_id,
    target, target_value, due_year, level, country_code, agency_code, agency_type, provenance, base_year, scenario, scenario_label, sort_order,
    years,
    base_year + years as period_year,
    100 * women_then / nullif(women_then + men_then, 0) as share,
    women, men, hired, women_share_of_hires, women_leave, men_leave, n_least, count_least
from projected
