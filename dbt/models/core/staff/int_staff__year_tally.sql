-- How many people in post on the last list of each year are alike in all that figures of the stock are broken down by.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    meta={'lists': {'from': ['int_staff__person_period', 'int_staff__snapshot']}},
    pre_hook="{{ delete_years() }}"
) }}
{%- set alike = ['gender', 'grade_band', 'function_code', 'sworn_civilian', 'age_band', 'unit_name', 'tenure_band'] %}
with people as (
    select
        last_list.agency_code,
        last_list.period_year,
        last_list.period_date,
        person.gender,
        grade.grade_band,
        person.function_code,
        case when person.is_sworn then 'sworn' when not person.is_sworn then 'civilian' end as sworn_civilian,
        person.age_band,
        person.unit_name,
        {{ years_of_service('person.hire_date', 'last_list.period_date') }} as tenure_band
    from {{ ref('int_staff__person_period') }} as person
    inner join ({{ last_lists_to_build() }}) as last_list
        on person.agency_code = last_list.agency_code and person.period_date = last_list.period_date
    left join {{ ref('dim_grade') }} as grade on person.grade = grade.grade
    where person.is_stock
)

select
    {{ row_key(['agency_code', 'period_year'] + alike) }} as tally_id,
    agency_code,
    cast(period_year as integer) as period_year,
    period_date,
    {{ alike | join(', ') }},
    cast(count(*) as integer) as n_staff
from people
group by agency_code, period_year, period_date, {{ alike | join(', ') }}
