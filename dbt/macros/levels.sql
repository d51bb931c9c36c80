{# The levels of staff figures: an agency, its country, and its type. #}
{% macro staff_levels() -%}
    {{ return({
        'agency': ['country_code', 'agency_code', 'agency_type'],
        'country': ['country_code'],
        'agency_type': ['agency_type'],
    }) }}
{%- endmacro %}

{# The columns that say whom a cell is of: those that its level keeps, and 'all' for the others. #}
{% macro kept_or_all(kept, columns=['country_code', 'agency_code', 'agency_type']) -%}
    {%- for column in columns %}{{ column if column in kept else "'all'" }} as {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# What identifies a cell among those of its indicator, with the last day of its period. #}
{% macro place_columns() -%}
    level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date
{%- endmacro %}

{# Counts of agencies (country_code, agency_code, agency_type, provenance, period_year, period_date and `sums`), and their sums by country
   and agency type, each for every value of the columns in `also`. Totals never mix real with synthetic agencies. #}
{% macro rolled_up(counts, sums, also=[]) %}
{%- for level, kept in staff_levels().items() %}
    select
        '{{ level }}' as level,
        {{ kept_or_all(kept) }},
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
