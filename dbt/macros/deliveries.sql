{# What a list is made of: its file, the keys of its people, and its contract. #}
{% macro delivery_version(delivery_no, rekeyed_at, mapping_hash) -%}
    {{ dbt.concat([
        dbt.cast(delivery_no, dbt.type_string()), "'/'",
        "coalesce(" ~ dbt.cast(rekeyed_at, dbt.type_string()) ~ ", '')", "'/'",
        "coalesce(" ~ mapping_hash ~ ", '')"
    ]) }}
{%- endmacro %}

{# The newest deliveries that do not count for figures yet. #}
{% macro waiting_deliveries() -%}
(
        select newest.contract, newest.agency_code, newest.period_date, newest.delivery_no
        from {{ ref('stg_hr__newest_delivery') }} as newest
        left join {{ ref('stg_hr__effective_delivery') }} as counted
            on newest.contract = counted.contract and newest.agency_code = counted.agency_code
            and newest.period_date = counted.period_date and newest.delivery_no = counted.delivery_no
        where counted.delivery_no is null and newest.period_date > cast('1900-01-01' as date)
    )
{%- endmacro %}

{# A condition: the row stands in the delivery that counts for figures of its agency and period and, where `day` names its column, on a day
   of that register's year. Spells and events may have no period; they share one. #}
{% macro is_in_force(row, effective, day=none) -%}
{{ row }}.delivery_no = {{ effective }}.delivery_no
        and {{ row }}.agency_code = {{ effective }}.agency_code
        and coalesce({{ row }}.period_date, cast('1900-01-01' as date)) = {{ effective }}.period_date
        {%- if day %}
        and {{ row }}.{{ day }} between {{ effective }}.rows_from and {{ effective }}.rows_to
        {%- endif %}
{%- endmacro %}
