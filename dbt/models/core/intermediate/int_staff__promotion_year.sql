-- Of the people in post in a common grade at the end of one year and in post at the end of the next, those then in a higher grade.
-- Ranks held for a time are no grade of their own: who acts at either end is left out.
-- depends_on: {{ ref('stg_hr__newest_delivery') }}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    pre_hook="{{ delete_years(reach=1) }}"
) }}
with year_end as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    group by 1, 2
),

year_pair as (
    select last_list.agency_code, last_list.period_year, year_end.period_date as before_date, last_list.period_date
    from ({{ last_lists_to_build(reach=1) }}) as last_list
    inner join year_end on last_list.agency_code = year_end.agency_code and last_list.period_year = year_end.period_year + 1
),

held as (
    select agency_code, person_key, period_date, gender, grade
    from {{ ref('int_staff__person_period') }}
    where is_stock and not is_acting
)

select
    {{ row_key(['before.agency_code', 'year_pair.period_year', 'before.grade', 'before.gender']) }} as promotion_year_id,
    before.agency_code,
    cast(year_pair.period_year as integer) as period_year,
    before.grade as grade_from,
    before.gender,
    cast(sum(case when later.grade > before.grade then 1 else 0 end) as {{ dbt.type_float() }}) as n_promoted,
    cast(count(*) as {{ dbt.type_float() }}) as n_people
from year_pair
inner join held as before on year_pair.agency_code = before.agency_code and year_pair.before_date = before.period_date
inner join held as later
    on year_pair.agency_code = later.agency_code and year_pair.period_date = later.period_date and before.person_key = later.person_key
where before.grade < 9 and before.gender in ('woman', 'man')
group by before.agency_code, year_pair.period_year, before.grade, before.gender
