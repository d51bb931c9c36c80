{# What places a cell. #}
{% macro place_columns() -%}
    level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date
{%- endmacro %}

{# Counts of agencies (country_code, agency_code, agency_type, provenance, period_year, period_date and `sums`), and their sums by country
   and agency type, each for every value of the columns in `also`. Totals never mix real with synthetic agencies. #}
{% macro rolled_up(counts, sums, also=[]) %}
{%- for level, kept in {'agency': ['country_code', 'agency_code', 'agency_type'], 'country': ['country_code'], 'agency_type': ['agency_type']}.items() %}
    select
        '{{ level }}' as level,
        {% for column in ['country_code', 'agency_code', 'agency_type'] -%}
        {{ column if column in kept else "'all'" }} as {{ column }},
        {% endfor -%}
        'all' as gender,
        'all' as grade_band,
        provenance,
        period_year,
        max(period_date) as period_date,
        {% for column in also %}{{ column }}, {% endfor -%}
        {% for column in sums %}{{ exact_sum(column) }} as {{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ counts }}
    group by 1, 2, 3, 4, provenance, period_year{% for column in also %}, {{ column }}{% endfor %}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
{% endmacro %}
