{# Staff lists are many and few of them change: models of lists are incremental by (agency_code, period_date). Each notes the lists that it
   was made from in ops.dbt_list_held, in the transaction that writes its rows. It makes again the lists that its parents now hold in another
   version. So a list that a killed run or a build of a part did not bring down to a model comes with the next build. #}

{# The staff lists that the model's parents hold, with a version that changes with any of them. meta.lists.from names the parents: models
   that note their own lists, or stg_hr__effective_delivery, which is the list of lists. #}
{% macro lists_of_parents() %}
    {%- set prefix = 'model.' ~ project_name ~ '.' %}
    select contract, agency_code, period_date, md5(string_agg(parent || version, '|' order by parent)) as version
    from (
        {% for name in model.config.meta.lists.from -%}
        {% if name == 'stg_hr__effective_delivery' -%}
        select '{{ name }}' as parent, contract, agency_code, period_date, version
        from {{ graph.nodes[prefix ~ name].relation_name }} where grain = 'roster'
        {%- else -%}
        select '{{ name }}' as parent, contract, agency_code, period_date, version
        from ops.dbt_list_held where node = '{{ prefix ~ name }}'
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as held
    group by contract, agency_code, period_date
{% endmacro %}

{# A statement, in the model's own transaction: it holds now what its parents hold. #}
{% macro remember_lists() %}
    {%- if (model.config.meta or {}).get('lists') -%}
    delete from ops.dbt_list_held where node = '{{ model.unique_id }}';
    insert into ops.dbt_list_held (node, contract, agency_code, period_date, version)
    select '{{ model.unique_id }}', contract, agency_code, period_date, version from ({{ lists_of_parents() }}) as lists;
    {%- endif -%}
{% endmacro %}

{% macro lists_to_build() %}
{%- if execute %}
    select distinct
        coalesce(new.agency_code, old.agency_code) as agency_code,
        coalesce(new.period_date, old.period_date) as period_date
    from ({{ lists_of_parents() }}) as new
    full join (select contract, agency_code, period_date, version from ops.dbt_list_held where node = '{{ model.unique_id }}') as old
        on new.contract = old.contract and new.agency_code = old.agency_code and new.period_date = old.period_date
    where coalesce(new.version, '') <> coalesce(old.version, '')
{%- else %}
    select agency_code, period_date from {{ this }} where 1 = 0
{%- endif %}
{% endmacro %}

{# A pre-hook, in the model's own transaction: the lists that are made again, and those that are gone, go. #}
{% macro delete_lists() %}
{%- if is_incremental() -%}
delete from {{ this }} where (agency_code, period_date) in {{ values_or_query(lists_to_build()) }}
{%- endif -%}
{% endmacro %}

{# The condition of an incremental run: only the lists to build. #}
{% macro only_lists_to_build(table) %}
{%- if is_incremental() %}({{ table }}.agency_code, {{ table }}.period_date) in {{ values_or_query(lists_to_build()) }}{% else %}1 = 1{% endif -%}
{% endmacro %}

{# The rows of a query (an agency, and a day or year) written out where they are few, so that an engine finds them by an index. #}
{% macro values_or_query(query) %}
{%- set found = run_query(query).rows if execute else [] -%}
{%- if 0 < found | length <= 500 -%}
    ({% for agency, when in found -%}
    ('{{ agency | replace("'", "''") }}', {{ when if when is number else "cast('" ~ when ~ "' as date)" }}){{ ', ' if not loop.last }}
    {%- endfor %})
{%- else -%}
    ({{ query }})
{%- endif -%}
{% endmacro %}

{# Models of the last list of each year are incremental by (agency_code, period_year): a year is made again with any list in it, and with any
   list of the `reach` years before, where it looks back on them. Last lists are those of such years and of the years that they look back on. #}
{% macro years_to_build(reach=0) %}
    select distinct agency_code, {{ year_of('period_date') }} + years_after as period_year
    from ({{ lists_to_build() }}) as to_build
    cross join ({% for years in range(reach + 1) %}select {{ years }} as years_after{% if not loop.last %} union all {% endif %}{% endfor %}) as reached
{% endmacro %}

{% macro delete_years(reach=0) %}
{%- if is_incremental() -%}
delete from {{ this }} where (agency_code, period_year) in {{ values_or_query(years_to_build(reach)) }}
{%- endif -%}
{% endmacro %}

{% macro last_lists_to_build(reach=0) %}
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    {% if is_incremental() -%}
    where {% for years in range(reach + 1) %}(agency_code, {{ year_of('period_date') }} + {{ years }}) in {{ values_or_query(years_to_build(reach)) }}
        {%- if not loop.last %} or {% endif %}{% endfor %}
    {% endif -%}
    group by 1, 2
{% endmacro %}

{# Whether the model is made again for a year, where it looks back on others that are not. #}
{% macro only_years_to_build(table, reach) %}
{%- if is_incremental() %}({{ table }}.agency_code, {{ table }}.period_year) in {{ values_or_query(years_to_build(reach)) }}{% else %}1 = 1{% endif -%}
{% endmacro %}

{# The same by numbers of deliveries, so that an engine reads their stretch of a table and not all of it. #}
{% macro deliveries_to_build() %}
{%- if is_incremental() and execute -%}
    {%- set found = run_query(
        "select distinct delivery_no from " ~ ref('stg_hr__effective_delivery') ~ " where grain = 'roster' and (agency_code, period_date) in ("
        ~ lists_to_build() ~ ")"
    ) -%}
    in ({{ (found.columns[0].values() | list or [-1]) | join(', ') }})
{%- else -%} >= 0 {%- endif -%}
{% endmacro %}

{# Of each agency with a list to build, the first: runs are made again from there on. #}
{% macro first_lists_to_build() %}
    select agency_code, min(period_date) as from_date
    from ({{ lists_to_build() }}) as to_build
    group by agency_code
{% endmacro %}

{% macro delete_runs() %}
{%- if is_incremental() -%}
delete from {{ this }} where exists (
    select 1 from ({{ first_lists_to_build() }}) as start
    where start.agency_code = {{ this }}.agency_code and {{ this }}.first_seen_date >= start.from_date
)
{%- endif -%}
{% endmacro %}
