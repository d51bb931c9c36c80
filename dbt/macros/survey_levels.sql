{# The levels at which survey indicators are published: how a cell is broken down. #}

{# Level → the columns that are kept; the others read 'all'. Each level that ends with gender also has its gap (gaps.sql). #}
{% macro survey_levels() -%}
    {{ return({
        'agency': ['country_code', 'agency_code', 'agency_type'],
        'agency_gender': ['country_code', 'agency_code', 'agency_type', 'gender'],
        'agency_grade': ['country_code', 'agency_code', 'agency_type', 'grade_band'],
        'agency_type_gender': ['agency_type', 'gender'],
        'country_gender': ['country_code', 'gender'],
        'gender': ['gender'],
        'country': ['country_code'],
        'agency_type': ['agency_type'],
        'all': [],
        'agency_breakdown': ['country_code', 'agency_code', 'agency_type', 'breakdown'],
    }) }}
{%- endmacro %}

{# The levels of a sensitive indicator: never below country × agency type × gender, and none without gender, from which those of small
   groups could be computed. `sensitive_levels` in catalogue/disclosure.yml names the same. #}
{% macro sensitive_survey_levels() -%}
    {{ return({
        'country_type_gender': ['country_code', 'agency_type', 'gender'],
        'country_gender': ['country_code', 'gender'],
        'agency_type_gender': ['agency_type', 'gender'],
        'gender': ['gender'],
    }) }}
{%- endmacro %}

{# Rows of `source` once for each level at which their indicator is published: the columns that identify a cell, then `columns`. `source`
   has all of them, and is_sensitive. Only a source with the answer that an indicator is broken down by (breakdown, breakdown_value) has
   the level of breakdowns. #}
{% macro by_survey_level(source, columns, has_breakdown=false) %}
    {%- for is_sensitive, levels in {false: survey_levels(), true: sensitive_survey_levels()}.items() %}
    {%- set is_last_kind = loop.last %}
    {%- for level, kept in levels.items() if has_breakdown or 'breakdown' not in kept %}
    {{- at_survey_level(source, columns, level, kept, is_sensitive, has_breakdown) }}
    {% if not (loop.last and is_last_kind) %}union all{% endif %}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}

{# Those rows at one level, of indicators that are sensitive or of those that are not. A respondent who has no grade band, or gave no
   answer to break down by, is in no cell of it. #}
{% macro at_survey_level(source, columns, level, kept, is_sensitive, has_breakdown) %}
    select
        '{{ level }}' as level,
        indicator_code,
        {{ kept_or_all(kept, ['country_code', 'agency_code', 'agency_type', 'gender', 'grade_band']) }},
        {% if has_breakdown -%}
        {{ 'breakdown' if 'breakdown' in kept else "'none' as breakdown" }},
        {{ 'breakdown_value' if 'breakdown' in kept else "'all' as breakdown_value" }},
        {% endif -%}
        provenance,
        period_year,
        {{ columns | join(', ') }}
    from {{ source }}
    where {{ 'is_sensitive' if is_sensitive else 'not is_sensitive' }}
        {%- if 'grade_band' in kept %} and grade_band is not null{% endif %}
        {%- if 'breakdown' in kept %} and breakdown_value is not null{% endif %}
{%- endmacro %}
