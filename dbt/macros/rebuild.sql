{# An incremental model keeps the rows of earlier runs, so it is rebuilt whole where they were made by other code: its own, that of a
   model above it, a macro of theirs, or other columns of a source (code.sql). ops.dbt_built.code holds that code. A relation that
   somebody else made, or whose columns are not those of its contract, is rebuilt whole, too. #}

{# A condition: the relation's columns are not those of the model's contract. #}
{% macro breaks_contract() %}
    {%- if (model.config.contract or {}).enforced -%}
    exists (
        select 1
        from (values {% for column in model.columns.values() %}('{{ column.name }}', cast('{{ column.data_type }}' as regtype)){{ ', ' if not loop.last }}{% endfor %}) as wanted (name, type)
        full join (select attname, atttypid from pg_attribute where attrelid = to_regclass('{{ this }}') and attnum > 0 and not attisdropped) as found
            on wanted.name = found.attname
        where wanted.type is distinct from cast(found.atttypid as regtype))
    {%- else -%}
    false
    {%- endif -%}
{% endmacro %}

{% macro is_outdated() %}
    {%- if not execute or flags.EMPTY or target.type != 'postgres' or model.config.materialized != 'incremental' -%}{{ return(false) }}{%- endif -%}
    {%- set current = run_query(
        "select 1 from ops.dbt_built where node = '" ~ model.unique_id ~ "' and code = " ~ code_state(own_code())
        ~ " and relation_oid = to_regclass('" ~ this ~ "') and not " ~ breaks_contract()
    ) -%}
    {{ return(current.rows | length == 0) }}
{% endmacro %}

{# Both dbt's materialization and is_incremental() ask here whether the model is built whole. #}
{% macro should_full_refresh() %}
    {{ return(dbt.should_full_refresh() or is_outdated()) }}
{% endmacro %}

{# The names and types of a relation's columns, as one SQL expression: JSON, or null where it does not stand. #}
{% macro column_types(relation) -%}
    (select cast(json_object_agg(attname, format_type(atttypid, atttypmod) order by attnum) as text)
    from pg_attribute where attrelid = to_regclass('{{ relation }}') and attnum > 0 and not attisdropped)
{%- endmacro %}

{# Say in dbt's log why a relation that stood was built whole: what became of its columns, or that its code is another. #}
{% macro say_rebuilt(relation, before, is_whole) %}
    {%- set after, changes = fromjson(run_query('select ' ~ column_types(relation)).rows[0][0]), [] -%}
    {%- for name, type in after.items() -%}
        {%- if name not in before -%}{%- do changes.append(name ~ ' is new') -%}
        {%- elif before[name] != type -%}{%- do changes.append(name ~ ' was ' ~ before[name] ~ ', is ' ~ type) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in before if name not in after -%}{%- do changes.append(name ~ ' is gone') -%}{%- endfor -%}
    {%- if changes or is_whole -%}
        {%- do log(relation.schema ~ '.' ~ relation.identifier ~ ' is rebuilt whole: ' ~ (changes | join(', ') or 'its rows were made by other code'), info=true) -%}
    {%- endif -%}
{% endmacro %}
