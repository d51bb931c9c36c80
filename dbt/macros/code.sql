{# The code that a node is made by: its file, its settings and columns, and the macros that it uses. What a comment in another model or
   in a macro that the node does not use changes is not part of it. #}

{# The names of this project's macros that the node uses, by dbt's graph and, for branches that the parser does not enter, by its text.
   Which rows an incremental run makes is not what they are, so is_incremental() and what it asks are left out. #}
{% macro macros_used() %}
    {%- set prefix, names = 'macro.' ~ project_name ~ '.', [] -%}
    {%- for name in context[project_name] if (name ~ '(') in model.raw_code -%}{%- do names.append(name) -%}{%- endfor -%}
    {%- for used in model.depends_on.macros if used.startswith(prefix) -%}
        {%- if used[prefix | length:] not in names -%}{%- do names.append(used[prefix | length:]) -%}{%- endif -%}
    {%- endfor -%}
    {%- for name in names if name in context[project_name] -%}
        {%- for used in context[project_name][name].macro.depends_on.macros if used.startswith(prefix) -%}
            {%- set used_name = used[prefix | length:] -%}
            {%- if used_name not in names and used_name != 'is_incremental' -%}{%- do names.append(used_name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names | reject('equalto', 'is_incremental') | unique | sort) }}
{% endmacro %}

{# A hash of the node's own code. What an incremental model compiles to hangs on what it holds, so that is left out. #}
{% macro own_code() %}
    {%- set parts = [model.checksum.checksum, tojson(model.config, sort_keys=true)] -%}
    {%- if model.config.materialized != 'incremental' -%}{%- do parts.append(compiled_code) -%}{%- endif -%}
    {%- for column in model.columns.values() -%}
        {%- do parts.append(column.name ~ ' ' ~ column.data_type ~ ' ' ~ tojson(column.constraints)) -%}
    {%- endfor -%}
    {%- for name in macros_used() if name in context[project_name] -%}
        {%- do parts.append(context[project_name][name].macro.macro_sql) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | join('|'))) }}
{% endmacro %}

{# The code that the relation's rows are made by, as one SQL expression: its own (own_code()), and that which its inputs noted when they were built.
   An incremental model keeps rows of earlier runs, so for it the version of each input counts whose changes no list tells (meta.lists). #}
{% macro code_state(own) -%}
    {%- set lists = (model.config.meta or {}).get('lists', {}) -%}
    {%- set told = lists.get('from', []) + lists.get('cover', []) -%}
    {%- set code, version = [], [] -%}
    {%- for name in model.depends_on.nodes | unique | sort -%}
        {%- if model.config.materialized == 'incremental' and name.split('.')[-1] not in told -%}
            {%- do version.append(name) -%}
        {%- elif name in graph.sources or not is_known_by_content(graph.nodes[name]) -%}
            {%- do code.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    md5('{{ own }}' || (
        select coalesce(string_agg(concat_ws(' ', name, part), '|' order by name), '')
        from (
            select wanted.name, coalesce(built.code, source.columns, cast(gen_random_uuid() as text)) as part
            from unnest(cast(array['{{ code | join("', '") }}'] as text[])) as wanted (name)
            left join ops.dbt_built as built on wanted.name = built.node
            left join ops.dbt_source as source on wanted.name = source.source
            union all
            select wanted.name, coalesce(built.content, built.version, source.version || source.columns, cast(gen_random_uuid() as text))
            from unnest(cast(array['{{ version | join("', '") }}'] as text[])) as wanted (name)
            left join ops.dbt_built as built on wanted.name = built.node
            left join ops.dbt_source as source on wanted.name = source.source
        ) as parts
        where name <> ''))
{%- endmacro %}
