{# A cell is one row of fct_indicator, whose contract in _indicators.yml names its columns. A model of cells has those that it fills, under the
   same names, and describes them; here every other column is null, and what is not split says so. #}

{# All cells of these models, one under the other. #}
{% macro united_cells(models) %}
{%- for name in models -%}
    {%- set relation = ref(name) -%}
    {%- set filled = graph.nodes['model.' ~ project_name ~ '.' ~ name].columns if execute else {} %}
    {{ as_cells(relation, filled.keys() | list) }}
    {% if not loop.last %}union all{% endif %}
{%- endfor -%}
{% endmacro %}

{# The rows of a relation that has the columns `filled`, with every column of a cell but its key and the catalogue's version. #}
{% macro as_cells(relation, filled) %}
    {%- set default = {'gender': "'all'", 'grade_band': "'all'", 'breakdown': "'none'", 'breakdown_value': "'all'", 'period': "'year'", 'n': '0', 'method': "'none'"} %}
    select
        {% for column in model.columns.values() if column.name not in ('cell_id', 'catalogue_version') -%}
        cast({{ column.name if column.name in filled else default.get(column.name, 'null') }} as {{ type_of(column) }}) as {{ column.name }}
        {{- ',' if not loop.last }}
        {% endfor -%}
    from {{ relation }}
{% endmacro %}

{# The engine's name of the type that the contract gives a column. #}
{% macro type_of(column) -%}
    {{ {'text': dbt.type_string(), 'double precision': dbt.type_float()}.get(column.data_type, column.data_type) }}
{%- endmacro %}
