{# What only Spark needs: raw data opened from Parquet files, models of lists built whole, and contracts by Spark's names of types. #}

{# Before a build: a view on the folder of each source, PARITY_RAW_PARQUET/<schema>/<table>. #}
{% macro open_raw_files() %}{{ adapter.dispatch('open_raw_files')() }}{% endmacro %}
{% macro default__open_raw_files() %}{% endmacro %}
{% macro spark__open_raw_files() %}
{%- if execute -%}
    {%- set schemas = [] -%}
    {%- for source in graph.sources.values() -%}
        {%- if source.schema not in schemas -%}
            {%- do schemas.append(source.schema) -%}
            {%- do run_query('create schema if not exists ' ~ source.schema) -%}
        {%- endif -%}
        {%- do run_query(
            'create or replace view ' ~ source.schema ~ '.' ~ source.identifier ~ ' as select * from parquet.`'
            ~ env_var('PARITY_RAW_PARQUET') | replace('s3://', 's3a://') ~ '/' ~ source.schema ~ '/' ~ source.identifier ~ '`'
        ) -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}

{# Parquet files are not changed in place, so what PostgreSQL builds by lists is built whole here: the same rows, at the cost of the history. #}
{% materialization incremental, adapter='spark', supported_languages=['sql'] %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{% macro is_incremental() %}
    {{ return(target.type != 'spark' and dbt.is_incremental()) }}
{% endmacro %}

{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set names = {'text': 'string', 'double precision': 'double', 'timestamp with time zone': 'timestamp'} -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ names.get(column.data_type, column.data_type) }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}
{%- endmacro %}

{# Spark's float has 32 bits. #}
{% macro spark__type_float() -%} double {%- endmacro %}

{# A Parquet table has no constraints: dbt's tests hold the keys. #}
{% macro spark__persist_constraints(relation, model) %}{% endmacro %}
