{# A second `dbt build` on the same inputs does nothing. The version of a node is a hash of its own code and of the versions of what it reads.
   ops.dbt_built holds the version that each relation was built from, and the one that each test passed on; a node whose version is the
   same is left alone. A relation writes its version in the transaction that writes its rows, so that neither a killed run nor a build of
   a part says more than what stands there. The version is taken before the node is built: what arrives meanwhile makes the next run build
   it again. A relation that somebody else made has another oid, and is built again; so is everything with --full-refresh. A test that
   warned or failed runs again. #}

{# A query: the version that the node would have now, and whether it is what stands there, with the columns of what stands there by type.
   `own`: own_code(). A statement costs more than it asks, so a node asks once. #}
{% macro version_now(relation, own) -%}
    select
        now.version, built.version is not null as is_built,
        {% if relation %}{{ column_types(relation) }}{% else %}null{% endif %} as column_types
    from (select md5('{{ own }}' || {{ inputs_version() }}) as version) as now
    left join ops.dbt_built as built on built.node = '{{ model.unique_id }}' and built.version = now.version
        {% if relation %}and built.relation_oid = to_regclass('{{ relation }}'){% endif %}
{%- endmacro %}

{# A statement that notes the version. A small table may stay the same though its inputs change: where its meta.version is `content`, its
   readers go by its content. #}
{% macro remember(version, relation, own) -%}
    insert into ops.dbt_built (node, version, relation_oid, code, content)
    select
        '{{ model.unique_id }}', '{{ version }}', {% if relation %}to_regclass('{{ relation }}'){% else %}null{% endif %},
        {% if relation %}{{ code_state(own) }}{% else %}null{% endif %},
        {% if is_known_by_content(model) -%}
        (select md5(coalesce(string_agg(cast(line as text), '|' order by cast(line as text)), '')) from {{ relation }} as line)
        {%- else %}null{% endif %}
    on conflict (node) do update set
        version = excluded.version, relation_oid = excluded.relation_oid, code = excluded.code, content = excluded.content,
        built_at = clock_timestamp();
    {% if relation %}{{ remember_lists() }}{% endif %}
{%- endmacro %}

{# A statement for a build with --empty: the table holds nothing that counts. #}
{% macro forget() -%}
    delete from ops.dbt_built where node = '{{ model.unique_id }}';
    delete from ops.dbt_list_held where node = '{{ model.unique_id }}'
{%- endmacro %}

{# The last hook before the model's transaction commits. #}
{% macro before_commit(statement) %}
    {%- do post_hooks.append({'sql': statement, 'transaction': true, 'index': none}) -%}
{% endmacro %}

{% macro build_if_changed(build) %}
    {%- if flags.EMPTY -%}
        {%- do before_commit(forget()) -%}
        {{ return(build()) }}
    {%- endif -%}
    {%- set own = own_code() -%}
    {%- set now = run_query(version_now(this, own)).rows[0] -%}
    {%- set is_whole = should_full_refresh() -%}
    {%- if now['is_built'] and not is_whole -%}
        {%- call noop_statement('main', message='UNCHANGED', code='UNCHANGED', rows_affected=0) -%}{%- endcall -%}
        {{ return({'relations': [load_cached_relation(this)]}) }}
    {%- endif -%}
    {%- set before = fromjson(now['column_types'] or '{}') -%}
    {%- do before_commit(remember(now['version'], this, own)) -%}
    {%- set result = build() -%}
    {%- if before -%}{%- do say_rebuilt(this, before, is_whole and not flags.FULL_REFRESH) -%}{%- endif -%}
    {{ return(result) }}
{% endmacro %}

{% materialization table, adapter='postgres' %}
    {{ return(build_if_changed(dbt.materialization_table_default)) }}
{% endmaterialization %}

{% materialization view, adapter='postgres' %}
    {{ return(build_if_changed(dbt.materialization_view_default)) }}
{% endmaterialization %}

{% materialization incremental, adapter='postgres' %}
    {{ return(build_if_changed(dbt.materialization_incremental_default)) }}
{% endmaterialization %}

{# Whether the table's own constraint holds that no value is missing, so that nothing need be read. Then `main` says that the test passed. #}
{% macro held_by_constraint() %}
    {%- if (model.test_metadata or {}).get('name') != 'not_null' -%}{{ return(false) }}{%- endif -%}
    {%- call statement('main', fetch_result=True) -%}
    select 0 as failures, false as should_warn, false as should_error from pg_attribute
    where attrelid = to_regclass('{{ graph.nodes[model.attached_node].relation_name }}') and attname = '{{ model.column_name }}' and attnotnull
    {%- endcall -%}
    {{ return(load_result('main').table.rows | length > 0) }}
{% endmacro %}

{% materialization test, adapter='postgres' %}
    {%- if held_by_constraint() -%}{{ return({'relations': []}) }}{%- endif -%}
    {%- if flags.EMPTY -%}{{ return(dbt.materialization_test_default()) }}{%- endif -%}
    {%- set own = own_code() -%}
    {%- call statement('known', fetch_result=True) -%}
    select 0 as failures, false as should_warn, false as should_error, known.* from ({{ version_now(none, own) }}) as known
    {%- endcall -%}
    {%- set known = load_result('known') -%}
    {%- set now = known.table.rows[0] -%}
    {%- if now['is_built'] and not flags.FULL_REFRESH -%}
        {%- do store_result('main', known.response, known.table.select(['failures', 'should_warn', 'should_error'])) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set result = dbt.materialization_test_default() -%}
    {%- set verdict = load_result('main').table.rows[0] -%}
    {%- if not verdict['should_warn'] and not verdict['should_error'] -%}
        {%- call statement('remember') -%}{{ remember(now['version'], none, own) }} commit;{%- endcall -%}
    {%- endif -%}
    {{ return(result) }}
{% endmaterialization %}
