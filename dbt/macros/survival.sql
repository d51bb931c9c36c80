{# Kaplan and Meier's estimate with delayed entry, for each level by gender. `placed`: one row for each life (country_code, agency_code, agency_type,
   gender, provenance, period_year, entry_time, exit_time, is_event), at risk after its entry and up to its exit; who is at risk from the
   first moment has a negative entry_time, so that an exit at 0 counts. Lives are counted by moment before they are counted again for each level.
   Ends in `km_step`: at each time of an event the survival after it, and Greenwood's sum of d / (n(n − d)), which is the variance of its
   logarithm; null once nobody is left. #}
{% macro kaplan_meier(placed, keys) %}
{%- set key_list = keys | join(', ') -%}
{%- set counts = ['n_entering', 'n_leaving', 'n_events'] -%}
{%- set sums = 'sum(n_entering) as n_entering, sum(n_leaving) as n_leaving, sum(n_events) as n_events' -%}
km_move as (
    select country_code, agency_code, agency_type, gender, provenance, period_year, moment, {{ sums }}
    from (
        select
            country_code, agency_code, agency_type, gender, provenance, period_year, entry_time as moment,
            1 as n_entering, 0 as n_leaving, 0 as n_events
        from {{ placed }}

        union all

        select
            country_code, agency_code, agency_type, gender, provenance, period_year, exit_time,
            0, 1, case when is_event then 1 else 0 end
        from {{ placed }}
    ) as moves
    group by country_code, agency_code, agency_type, gender, provenance, period_year, moment
),

km_level as (
    {{ by_gender_and_level('km_move', ['moment'] + counts) }}
),

km_moment as (
    select {{ key_list }}, moment, {{ sums }}
    from km_level
    group by {{ key_list }}, moment
),

km_risk as (
    select
        *,
        cast(sum(n_entering - n_leaving) over (
            partition by {{ key_list }} order by moment rows between unbounded preceding and 1 preceding
        ) as {{ dbt.type_float() }}) as n_at_risk
    from km_moment
),

km_step as (
    select
        {{ key_list }},
        moment,
        n_events,
        n_at_risk,
        case
            when min(n_at_risk - n_events) over so_far = 0 then 0
            else exp(sum(ln(nullif(1 - n_events / n_at_risk, 0))) over so_far)
        end as survival,
        case
            when min(n_at_risk - n_events) over so_far > 0
                then sum(n_events / (n_at_risk * nullif(n_at_risk - n_events, 0))) over so_far
        end as greenwood
    from km_risk
    where n_events > 0
    window so_far as (partition by {{ key_list }} order by moment rows between unbounded preceding and current row)
)
{% endmacro %}

{# Rows of `source` once for each level by gender: agency, country and agency type; totals never mix real with synthetic agencies. #}
{% macro by_gender_and_level(source, columns) %}
{%- for level, kept in staff_levels().items() %}
    select
        '{{ level }}_gender' as level,
        {{ kept_or_all(kept) }},
        gender,
        provenance,
        period_year,
        {{ columns | join(', ') }}
    from {{ source }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
{% endmacro %}
