{# Women's share cells from counts (agency_code, period_year, period_date, grade_band, gender, n): agency, country and agency type.
   Women / (women + men): other and unknown states are in neither part. Totals never mix real with synthetic agencies. A mid-year has
   cells of agencies alone, as those above them are of years. #}
{% macro women_share_cells(indicator_code, counts, period='year') %}
{%- set every_level = {
    'agency': {'country_code': 'country_code', 'agency_code': 'agency_code', 'agency_type': 'agency_type'},
    'country': {'country_code': 'country_code', 'agency_code': "'all'", 'agency_type': "'all'"},
    'agency_type': {'country_code': "'all'", 'agency_code': "'all'", 'agency_type': 'agency_type'},
} -%}
{%- set levels = every_level if period == 'year' else {'agency': every_level.agency} -%}
known as (
    select
        *,
        sum(case when gender in ('woman', 'man') then n else 0 end) over cell as n_known,
        sum(n) over cell as n_all
    from {{ counts }}
    window cell as (partition by agency_code, period_year, grade_band)
),

placed as (
    select counts.*, agency.country_code, agency.agency_type, agency.provenance
    from known as counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code
        and counts.period_date between agency.valid_from and agency.valid_to
    -- Where most of the staff have no known sex, the few who have it say nothing of them: the share is not available.
    where counts.gender in ('woman', 'man') and counts.n_known * 2 >= counts.n_all
),

cells as (
    {% for level, columns in levels.items() %}
    select
        {% if level == 'agency' %}case when grade_band = 'all' then 'agency' else 'agency_grade' end{% else %}'{{ level }}'{% endif %} as level,
        {{ columns.country_code }} as country_code,
        {{ columns.agency_code }} as agency_code,
        {{ columns.agency_type }} as agency_type,
        'all' as gender,
        grade_band,
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when gender = 'woman' then n else 0 end) as n_women,
        sum(n) as n_women_and_men
    from placed
    {% if level != 'agency' %}where grade_band = 'all'{% endif %}
    group by 1, 2, 3, 4, grade_band, provenance, period_year
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    '{{ indicator_code }}' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    gender,
    grade_band,
    provenance,
    {% if period != 'year' %}'{{ period }}' as period,
    {% endif -%}
    period_year,
    period_date,
    cast(n_women as {{ dbt.type_float() }}) as numerator,
    cast(n_women_and_men as {{ dbt.type_float() }}) as denominator,
    cast(n_women_and_men as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * n_women / n_women_and_men as estimate,
    'census share' as method
from cells
where n_women_and_men > 0
{% endmacro %}

{# Cells of agencies broken down by one thing, from `counts` (indicator_code, agency_code, period_year, period_date, gender, breakdown,
   breakdown_value, numerator, denominator, n): `factor` × numerator / denominator. Bands of grades have a column of their own. #}
{% macro broken_down_cells(counts, factor, method) %}
select
    counts.indicator_code,
    case
        when counts.breakdown <> 'grade_band' then 'agency_breakdown'
        when counts.gender = 'all' then 'agency_grade'
        else 'agency_gender_grade'
    end as level,
    agency.country_code,
    counts.agency_code,
    agency.agency_type,
    counts.gender,
    case when counts.breakdown = 'grade_band' then counts.breakdown_value else 'all' end as grade_band,
    case when counts.breakdown = 'grade_band' then 'none' else counts.breakdown end as breakdown,
    case when counts.breakdown = 'grade_band' then 'all' else counts.breakdown_value end as breakdown_value,
    agency.provenance,
    counts.period_year,
    counts.period_date,
    cast(counts.numerator as {{ dbt.type_float() }}) as numerator,
    cast(counts.denominator as {{ dbt.type_float() }}) as denominator,
    cast(counts.n as integer) as n,
    cast({{ factor }} as {{ dbt.type_float() }}) * counts.numerator / counts.denominator as estimate,
    {{ method }} as method
from {{ counts }} as counts
inner join {{ ref('dim_agency') }} as agency
    on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
where counts.denominator > 0
{% endmacro %}
