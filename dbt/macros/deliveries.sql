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
