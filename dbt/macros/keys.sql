{# Lists of columns that identify a row, written out where SQL needs them. #}

{# The keys as columns of one relation: `a.x, a.y`. #}
{% macro keys_of(relation, keys) -%}
    {%- for key in keys %}{{ relation }}.{{ key }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# A condition of a join: both rows have the same keys. #}
{% macro same_keys(left, right, keys) -%}
    {%- for key in keys %}{{ left }}.{{ key }} = {{ right }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}
