{# A cell is one row of fct_indicator, whose contract in _indicators.yml names its columns. A model of cells has those that it fills, under the
   same names, and describes them; here every other column is null, and what is not split says so. #}

{# The models of cells. Each carries the tag `cell`; a test compares the two. #}
{% macro cell_models() %}
{{ return([
    'ind_fact__policy',
    'ind_fact__post',
    'ind_hr__complaint_closing',
    'ind_hr__complaint_rate',
    'ind_hr__data_completeness',
    'ind_hr__function_segregation',
    'ind_hr__glass_ceiling',
    'ind_hr__operational_ratio',
    'ind_hr__pay_gap',
    'ind_hr__promotion_ratio',
    'ind_hr__rank_segregation',
    'ind_hr__rate_by',
    'ind_hr__representation_ratio',
    'ind_hr__resignation_rate',
    'ind_hr__retention',
    'ind_hr__selection_ratio',
    'ind_hr__separation_rate',
    'ind_hr__separation_ratio',
    'ind_hr__share_by',
    'ind_hr__time_to_promotion',
    'ind_hr__training_ratio',
    'ind_hr__unknown_sex',
    'ind_hr__victim_training',
    'ind_hr__women_share',
    'ind_hr__women_share_applicants',
    'ind_hr__women_share_command',
    'ind_hr__women_share_counter_trafficking',
    'ind_hr__women_share_hires',
    'ind_hr__women_share_mid_year',
    'ind_hr__women_share_middle',
    'ind_hr__women_share_posts',
    'ind_hr__years_to_target',
    'ind_survey__cell',
    'ind_victim__gap',
    'ind_victim__known',
    'ind_victim__rate',
]) }}
{% endmacro %}

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
