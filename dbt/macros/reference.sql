{# Whether a row of an international table is invented, by the column that says where it comes from. What says nothing is not taken for real. #}
{% macro reference_provenance(origin) -%}
    case when coalesce({{ origin }}, 'SYNTHETIC') = 'SYNTHETIC' then 'synthetic' else 'real' end
{%- endmacro %}
