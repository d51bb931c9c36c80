-- Women's share of staff under each scenario, for each promise about it: at the due date, when it reaches the promise, and where it levels off.
-- Flows are those of the newest full year, changed as the scenario says, year after year; looked for up to 100 years.
with newest as (
    select agency_code, country_code, level, provenance, max(period_year) as period_year
    from {{ ref('ind_hr__flow') }}
    group by agency_code, country_code, level, provenance
),

changed as (
    select
        target.target, target.target_value, target.due_year,
        flow.level, flow.country_code, flow.agency_code, flow.agency_type, flow.provenance, flow.period_year,
        scenario.scenario, scenario.label as scenario_label, scenario.sort_order,
        flow.women, flow.men, flow.n_least, flow.count_least,
        (flow.women_hired + flow.men_hired) * scenario.hires_factor
        * coalesce(scenario.women_share_of_hires, flow.women_hired / (flow.women_hired + flow.men_hired)) as women_hired,
        (flow.women_hired + flow.men_hired) * scenario.hires_factor
        * (1 - coalesce(scenario.women_share_of_hires, flow.women_hired / (flow.women_hired + flow.men_hired))) as men_hired,
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
        {{ stock_after('changed.women', 'changed.women_hired', 'changed.women_leave', 'series.period_year') }} as women_then,
        {{ stock_after('changed.men', 'changed.men_hired', 'changed.men_leave', 'series.period_year') }} as men_then
    from changed
    {{ year_series('0', '100', 'series') }}
),

shares as (
    select *, 100 * women_then / nullif(women_then + men_then, 0) as share
    from projected
)

select
    {{ row_key(['target', 'provenance', 'scenario']) }} as roadmap_id,
    target, level, country_code, agency_code, agency_type, provenance, period_year, scenario, scenario_label, sort_order,
    max(case when period_year + years = due_year then share end) as value_at_due,
    min(case when share >= target_value then years end) as years_to_target,
    max(case
        when women_leave > 0 and men_leave > 0
            then 100 * (women_hired / women_leave) / nullif(women_hired / women_leave + men_hired / men_leave, 0)
    end) as levels_off_at,
    cast(min(n_least) as integer) as n_least,
    min(count_least) as count_least
from shares
group by target, level, country_code, agency_code, agency_type, provenance, period_year, scenario, scenario_label, sort_order
