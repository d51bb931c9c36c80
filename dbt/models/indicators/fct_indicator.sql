-- Every indicator, one row per cell, in the units of the catalogue, before disclosure control.
with hr as (
    {% for model in ['ind_hr__women_share', 'ind_hr__women_share_command', 'ind_hr__women_share_hires', 'ind_hr__separation_rate'] %}
    select
        indicator_code, level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date,
        numerator, denominator, n, estimate, method
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    select
        hr.*,
        cast(null as integer) as n_positive,
        cast(null as {{ dbt.type_float() }}) as sum_weight,
        cast(null as {{ dbt.type_float() }}) as se,
        cast(null as integer) as df
    from hr

    union all

    select
        indicator_code, level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date,
        numerator, denominator, n,
        100 * estimate as estimate,
        method, n_positive, sum_weight,
        100 * se as se,
        df
    from {{ ref('ind_survey__share') }}
)

select
    {{ row_key(['cells.indicator_code', 'cells.country_code', 'cells.agency_code', 'cells.agency_type', 'cells.gender',
                'cells.grade_band', 'cells.period_year', 'cells.provenance']) }} as cell_id,
    cells.indicator_code,
    cells.level,
    cells.country_code,
    cells.agency_code,
    cells.agency_type,
    cells.gender,
    cells.grade_band,
    cells.period_year,
    cells.period_date,
    cells.numerator,
    cells.denominator,
    cells.n,
    cells.n_positive,
    cells.sum_weight,
    cells.estimate,
    cells.se,
    cells.df,
    cells.method,
    indicator.catalogue_version,
    cells.provenance
from cells
inner join {{ ref('dim_indicator') }} as indicator on cells.indicator_code = indicator.indicator_code
