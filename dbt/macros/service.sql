{# Completed years of service on a day, in the bands of the questionnaire; empty where the day of hire is not known. #}
{% macro years_of_service(hired, day) -%}
    case
        when {{ hired }} is null or {{ hired }} > {{ day }} then null
        {% for band, years in {'lt2': 2, '2-5': 6, '6-10': 11, '11-20': 21}.items() -%}
        when {{ hired }} > {{ months_before(day, 12 * years) }} then '{{ band }}'
        {% endfor -%}
        else 'gt20'
    end
{%- endmacro %}
