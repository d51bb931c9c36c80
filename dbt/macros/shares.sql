{# Women's shares: women / (women + men). Other and unknown states are in neither part. #}

{# Cells from counts (agency_code, period_year, period_date, grade_band, gender, n): agencies and their grade bands, countries and agency types.
   Totals never mix real with synthetic agencies. With `has_breakdown` the counts also have the columns breakdown and breakdown_value, which
   read none and all where nothing is split; only agencies have cells of parts. A mid-year has cells of agencies alone, as those above them
   are of years. #}
{% macro women_share_cells(indicator_code, counts, period='year', has_breakdown=false) %}
{%- set split = ['grade_band', 'breakdown', 'breakdown_value'] if has_breakdown else ['grade_band'] -%}
{%- set levels = staff_levels() if period == 'year' else {'agency': staff_levels()['agency']} -%}
placed as (
    select counts.*, agency.country_code, agency.agency_type, agency.provenance
    from ({{ women_and_men_of_known_sex(counts, split) }}) as counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code
        and counts.period_date between agency.valid_from and agency.valid_to
),

cells as (
    {% for level, kept in levels.items() %}
    select
        {% if level == 'agency' -%}
        case
            when grade_band <> 'all' then 'agency_grade'
            {% if has_breakdown -%} when breakdown <> 'none' then 'agency_breakdown' {%- endif %}
            else 'agency'
        end as level,
        {%- else -%}
        '{{ level }}' as level,
        {%- endif %}
        {{ kept_or_all(kept) }},
        'all' as gender,
        {{ split | join(', ') }},
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when gender = 'woman' then n else 0 end) as n_women,
        sum(n) as n_women_and_men
    from placed
    {% if level != 'agency' %}where grade_band = 'all'{{ " and breakdown = 'none'" if has_breakdown }}{% endif %}
    group by 1, 2, 3, 4, {{ split | join(', ') }}, provenance, period_year
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
    {{ split | join(', ') }},
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

{# The counts of women and of men, of each agency, year and value of `split` where at least half have a known sex. Where most have none, the few
   who have it say nothing of them: the share is not available. #}
{% macro women_and_men_of_known_sex(counts, split) %}
    select *
    from (
        select
            *,
            sum(case when gender in ('woman', 'man') then n else 0 end) over cell as n_known,
            sum(n) over cell as n_all
        from {{ counts }}
        window cell as (partition by agency_code, period_year, {{ split | join(', ') }})
    ) as known
    where gender in ('woman', 'man') and n_known * 2 >= n_all
{%- endmacro %}
