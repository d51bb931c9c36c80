-- The lines of each promise: what was promised, what was observed, and where each scenario or the trend leads until 15 years after the newest year.
with standing as (
    select
        progress.target, progress.provenance, progress.scenario, progress.scenario_label, progress.sort_order, progress.indicator_code,
        progress.level, progress.country_code, progress.agency_code, progress.period_year, progress.target_value, progress.due_year, progress.current_value, progress.change_per_year,
        indicator.unit
    from {{ ref('ind_roadmap__progress') }} as progress
    inner join {{ ref('dim_indicator') }} as indicator on progress.indicator_code = indicator.indicator_code
    where progress.current_value is not null
),

observed as (
    select distinct
        standing.target, standing.provenance, 'observed' as scenario, 'Observed' as scenario_label, -1 as sort_order,
        cell.period_year, cell.estimate as value, cell.cell_id
    from standing
    inner join {{ ref('fct_indicator') }} as cell
        on standing.indicator_code = cell.indicator_code and standing.level = cell.level and standing.country_code = cell.country_code
        and standing.agency_code = cell.agency_code and standing.provenance = cell.provenance
        and cell.gender = 'all' and cell.grade_band = 'all' and cell.period = 'year' and cell.estimate is not null
),

promised as (
    select distinct target, provenance, period_year, target_value, due_year
    from standing
),

lines as (
    select target, provenance, scenario, scenario_label, sort_order, period_year, value, cell_id
    from observed

    union all

    select
        promised.target, promised.provenance, 'promised', 'Promised', -2, series.period_year, promised.target_value,
        cast(null as {{ dbt.type_string() }})
    from promised
    {{ year_series('promised.period_year', 'promised.due_year', 'series') }}

    union all

    select target, provenance, scenario, scenario_label, sort_order, period_year, share, cast(null as {{ dbt.type_string() }})
    from {{ ref('ind_roadmap__projection') }}
    where years <= 15

    union all

    select
        standing.target, standing.provenance, standing.scenario, standing.scenario_label, standing.sort_order, series.period_year,
        {{ within_unit('standing.current_value + standing.change_per_year * (series.period_year - standing.period_year)', 'standing.unit') }}, null
    from standing
    {{ year_series('standing.period_year', 'standing.period_year + 15', 'series') }}
    where standing.scenario = 'trend' and standing.change_per_year is not null
)

select
    {{ row_key(['target', 'provenance', 'scenario', 'period_year']) }} as path_id,
    target, provenance, scenario, scenario_label, sort_order, period_year, value, cell_id
from lines
