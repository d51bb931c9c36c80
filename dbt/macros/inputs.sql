{# What a node reads, and in which version: the sources as of the start of the run, models as they noted it when they were built. #}

{# Before a run: note the state of each source once, and drop the notes of models that are no longer part of the project. #}
{% macro note_sources() %}{{ adapter.dispatch('note_sources')() }}{% endmacro %}
{% macro default__note_sources() %}{% endmacro %}
{% macro postgres__note_sources() %}
    {%- if execute and flags.WHICH in ('run', 'build', 'test', 'retry') -%}
    insert into ops.dbt_source (source, version, columns)
    select source, coalesce(ops.source_state(source_schema, source_table), ''), {{ columns_of('to_regclass(relation)') }}
    from (values
        {%- for name, source in graph.sources.items() %}
        ('{{ name }}', '{{ source.schema }}', '{{ source.identifier }}', '{{ source.relation_name }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as sources (source, source_schema, source_table, relation)
    order by source
    on conflict (source) do update set version = excluded.version, columns = excluded.columns
    where (dbt_source.version, dbt_source.columns) is distinct from (excluded.version, excluded.columns);
    {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | map(attribute='unique_id') | list %}
    {%- for table in ('dbt_built', 'dbt_list_held') %}
    delete from ops.{{ table }} where node like 'model.%' and node not in ('{{ models | join("', '") }}');
    {%- endfor %}
    {{ note_reads() }}
    {%- endif -%}
{% endmacro %}

{# Statements that note what each model reads: a release keeps from it which sources a figure rests on. #}
{% macro note_reads() %}
    {%- set pairs = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- for name in node.depends_on.nodes | unique -%}{%- do pairs.append("('" ~ node.unique_id ~ "', '" ~ name ~ "')") -%}{%- endfor -%}
    {%- endfor %}
    delete from ops.dbt_reads where (node, reads) not in (values {{ pairs | join(', ') }});
    insert into ops.dbt_reads (node, reads) values {{ pairs | join(', ') }} on conflict do nothing;
{% endmacro %}

{# The columns of a relation with their types, as one SQL expression. `oid`: an SQL expression. #}
{% macro columns_of(oid) -%}
    (select coalesce(string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod)), '|' order by attname), '')
    from pg_attribute where attnum > 0 and not attisdropped and attrelid = {{ oid }})
{%- endmacro %}

{% macro is_known_by_content(node) %}
    {{ return(((node.config or {}).meta or {}).get('version') == 'content') }}
{% endmacro %}

{# The nodes and sources that the node reads. A view shows what stands below it now, whenever it was built, so that counts, too. #}
{% macro inputs() %}
    {%- set names = model.depends_on.nodes | unique | list -%}
    {%- for name in names if name in graph.nodes and graph.nodes[name].config.materialized == 'view' -%}
        {%- for below in graph.nodes[name].depends_on.nodes if below not in names -%}{%- do names.append(below) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{% endmacro %}

{# The versions of what the node reads, as one SQL expression. An input without a version gets a new one each time. #}
{% macro inputs_version() -%}
    {%- set names = "'" ~ inputs() | join("', '") ~ "'" -%}
    (select coalesce(string_agg(concat_ws(' ', name, version), '|' order by name), '')
    from (
        select wanted.name, coalesce(built.content, built.version, source.version || source.columns, cast(gen_random_uuid() as text)) as version
        from unnest(cast(array[{{ names }}] as text[])) as wanted (name)
        left join ops.dbt_built as built on wanted.name = built.node
        left join ops.dbt_source as source on wanted.name = source.source
    ) as inputs
    where name <> '')
{%- endmacro %}
