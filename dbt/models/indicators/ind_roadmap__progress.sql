-- Every promise with where the indicator stands and how fast it moved: staff's share by projected flows and scenario, all others by their trend.
with standing as (
    select
        target.*,
        cell.level, cell.country_code as place_country, cell.agency_type, cell.provenance, cell.period_year, cell.estimate,
        row_number() over (partition by target.target, cell.provenance order by cell.period_year desc) as newness,
        count(*) over trend as n_years,
        avg(cast(cell.period_year as {{ dbt.type_float() }})) over trend as mean_year,
        avg(cell.estimate) over trend as mean_estimate,
        cell.cell_id
    from {{ ref('stg_catalogue__target') }} as target
    inner join {{ ref('fct_indicator') }} as cell
        on target.indicator_code = cell.indicator_code and target.agency_code = cell.agency_code
        and (target.country_code is null or target.country_code = cell.country_code)
        and cell.gender = 'all' and cell.grade_band = 'all' and cell.estimate is not null
        and cell.level in ('agency', 'country') and cell.period = 'year'
    window trend as (partition by target.target, cell.provenance)
),

trend as (
    select
        target,
        provenance,
        case
            when max(n_years) > 1
                then {{ exact_sum('(period_year - mean_year) * (estimate - mean_estimate)') }}
                    / {{ exact_sum('power(period_year - mean_year, 2)') }}
        end as change_per_year
    from standing
    group by target, provenance
),

now as (
    select standing.*, trend.change_per_year
    from standing
    inner join trend on standing.target = trend.target and standing.provenance = trend.provenance
    where standing.newness = 1
),

-- A promise about what nobody measures is on the road map, too.
unmeasured as (
    select promise.*, agency.country_code as place_country, agency.agency_type, agency.provenance
    from {{ ref('stg_catalogue__target') }} as promise
    inner join (
        select agency_code, country_code, agency_type, provenance from {{ ref('dim_agency') }} where is_current
        union
        select 'all', country_code, 'all', min(provenance) from {{ ref('dim_agency') }} where is_current group by country_code
    ) as agency
        on promise.agency_code = agency.agency_code and (promise.country_code is null or promise.country_code = agency.country_code)
    where not exists (select 1 from standing where standing.target = promise.target)
        and (promise.country_code is not null or promise.agency_code <> 'all')
),

measured as (
    select
        coalesce(staff.roadmap_id, {{ row_key(['now.target', 'now.provenance', "'trend'"]) }}) as roadmap_id,
        now.target,
        now.indicator_code,
        now.level,
        now.place_country as country_code,
        now.agency_code,
        now.agency_type,
        now.provenance,
        now.cell_id,
        now.target_value,
        now.due_year,
        now.source_text,
        coalesce(staff.period_year, now.period_year) as period_year,
        now.estimate as current_value,
        now.change_per_year,
        case when now.due_year > now.period_year then (now.target_value - now.estimate) / (now.due_year - now.period_year) end as needed_per_year,
        coalesce(staff.scenario, 'trend') as scenario,
        coalesce(staff.scenario_label, 'As it changed so far') as scenario_label,
        coalesce(staff.sort_order, 0) as sort_order,
        case
            when staff.scenario is not null then staff.value_at_due
            else {{ within_unit('now.estimate + now.change_per_year * (now.due_year - now.period_year)', 'indicator.unit') }}
        end as value_at_due,
        cast(case
            when staff.scenario is not null then staff.years_to_target
            when (indicator.direction = 'up' and {{ at_least('now.estimate', 'now.target_value') }})
                or (indicator.direction = 'down' and {{ at_least('now.target_value', 'now.estimate') }})
                or ({{ at_least('now.estimate', 'now.target_value') }} and {{ at_least('now.target_value', 'now.estimate') }}) then 0
            when (now.target_value - now.estimate) * now.change_per_year > 0
                and {{ whole_years('(now.target_value - now.estimate)', 'now.change_per_year') }} <= 100
                then {{ whole_years('(now.target_value - now.estimate)', 'now.change_per_year') }}
        end as integer) as years_to_target,
        staff.levels_off_at,
        staff.women_share_of_hires,
        staff.women_share_of_hires_needed,
        staff.n_least,
        staff.count_least
    from now
    inner join {{ ref('dim_indicator') }} as indicator on now.indicator_code = indicator.indicator_code
    left join {{ ref('ind_roadmap__staff') }} as staff on now.target = staff.target and now.provenance = staff.provenance
)

select * from measured

union all

select
    {{ row_key(['target', 'provenance', "'none'"]) }}, target, indicator_code,
    case when agency_code = 'all' then 'country' else 'agency' end, place_country, agency_code, agency_type, provenance, null, target_value,
    due_year, source_text, null, null, null, null, 'none', 'Not measured', 0, null, null, null, null, null, null, null
from unmeasured
