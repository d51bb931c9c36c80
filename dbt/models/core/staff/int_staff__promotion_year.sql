-- Of the people in post in a common grade at the end of one year and in post at the end of the next, those then in a higher grade.
-- Ranks held for a time are no grade of their own: who acts at either end is left out.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    meta={'lists': {'from': ['int_staff__person_period', 'int_staff__snapshot']}},
    pre_hook="{{ delete_years(reach=1) }}"
) }}
{%- set last_lists = last_lists_to_build(reach=1) %}
with held as (
    select last_list.period_year, person.agency_code, person.person_key, person.gender, person.grade
    from {{ ref('int_staff__person_period') }} as person
    inner join ({{ last_lists }}) as last_list
        on person.agency_code = last_list.agency_code and person.period_date = last_list.period_date
    where person.is_stock and not person.is_acting
        {%- if is_incremental() %}
        and (person.agency_code, person.period_date) in {{ values_or_query('select agency_code, period_date from (' ~ last_lists ~ ') as ending') }}
        {%- endif %}
)

select
    {{ row_key(['before.agency_code', 'later.period_year', 'before.grade', 'before.gender']) }} as promotion_year_id,
    before.agency_code,
    cast(later.period_year as integer) as period_year,
    before.grade as grade_from,
    before.gender,
    cast(sum(case when later.grade > before.grade then 1 else 0 end) as {{ dbt.type_float() }}) as n_promoted,
    cast(count(*) as {{ dbt.type_float() }}) as n_people
from held as before
inner join held as later
    on before.agency_code = later.agency_code and before.person_key = later.person_key and later.period_year = before.period_year + 1
where before.grade < 9 and before.gender in ('woman', 'man') and {{ only_years_to_build('later', reach=1) }}
group by before.agency_code, later.period_year, before.grade, before.gender
