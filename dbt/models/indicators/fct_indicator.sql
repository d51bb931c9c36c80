-- Every indicator, one row per cell, in the units of the catalogue, before disclosure control; and what cannot be computed, with the reason.
{%- set absent = ['indicator_code', 'level', 'country_code', 'agency_code', 'agency_type', 'provenance', 'period_year', 'period_date',
                  'unavailable_reason'] %}
with cells as (
    {{- united_cells(cell_models()) }}
),

-- Only years say what is missing. A mid-year has a few cells of its own, and none of them stands for a year's.
of_years as (
    select * from cells
    where period = 'year'
),

-- Of each agency that sends anything, the newest year: what the catalogue asks for and the agency has no cell of.
newest as (
    select agency_code, country_code, agency_type, provenance, max(period_year) as period_year
    from of_years
    where level = 'agency'
    group by agency_code, country_code, agency_type, provenance
),

missing as (
    select
        indicator.indicator_code,
        'agency' as level,
        newest.country_code,
        newest.agency_code,
        newest.agency_type,
        newest.provenance,
        newest.period_year,
        {{ last_day_of_year('newest.period_year') }} as period_date,
        {{ dbt.concat(["'not available: needs '", "indicator.needs_text"]) }} as unavailable_reason
    from newest
    cross join {{ ref('dim_indicator') }} as indicator
    where not exists (
        select 1 from of_years
        where of_years.indicator_code = indicator.indicator_code
            and (of_years.agency_code = newest.agency_code
                or ((indicator.source in ('external', 'external+hr') or indicator.is_sensitive)
                    and of_years.agency_code = 'all' and of_years.country_code = newest.country_code))
    )
),

-- Of what is there: the breakdowns that the catalogue asks for and the source does not carry.
not_broken_down as (
    select
        whole.indicator_code,
        'agency_breakdown' as level,
        whole.country_code,
        whole.agency_code,
        whole.agency_type,
        asked.breakdown,
        whole.provenance,
        whole.period_year,
        {{ last_day_of_year('whole.period_year') }} as period_date,
        {{ dbt.concat(["'not available: needs '", "asked.needs_text"]) }} as unavailable_reason
    from {{ ref('stg_catalogue__indicator_breakdown') }} as asked
    inner join (
        select indicator_code, country_code, agency_code, agency_type, provenance, max(period_year) as period_year
        from of_years
        where level in ('agency', 'agency_gender')
        group by indicator_code, country_code, agency_code, agency_type, provenance
    ) as whole on asked.indicator_code = whole.indicator_code
    where asked.breakdown not in ('sex', 'grade_band', 'year') and not exists (
        select 1 from of_years
        where of_years.indicator_code = whole.indicator_code and of_years.agency_code = whole.agency_code
            and of_years.breakdown = asked.breakdown
    )
),

every_cell as (
    select * from cells

    union all
    {{ as_cells('missing', absent) }}
    union all
    {{ as_cells('not_broken_down', absent + ['breakdown']) }}
)

-- The key of a year's cell is the one that it had before there were mid-years: earlier releases know it by that.
select
    {{ row_key(['cells.indicator_code', 'cells.country_code', 'cells.agency_code', 'cells.agency_type', 'cells.gender',
                'cells.grade_band', 'cells.breakdown', 'cells.breakdown_value', 'cells.period_year',
                "case when cells.period = 'year' then cells.provenance else " ~ dbt.concat(['cells.provenance', "'|'", 'cells.period']) ~ " end"]) }} as cell_id,
    {% for name in model.columns if name not in ('cell_id', 'catalogue_version') %}cells.{{ name }},
    {% endfor -%}
    indicator.catalogue_version
from every_cell as cells
inner join {{ ref('dim_indicator') }} as indicator on cells.indicator_code = indicator.indicator_code
