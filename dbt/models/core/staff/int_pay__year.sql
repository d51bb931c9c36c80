-- What women and men are paid on the last list of each year: of all, of each grade band and of each common grade.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    meta={'lists': {'from': ['fct_pay', 'int_staff__snapshot']}},
    pre_hook="{{ delete_years() }}"
) }}
with paid as (
    select last_list.*, pay.gender, pay.salary, pay.grade, band.grade_band
    from {{ ref('fct_pay') }} as pay
    inner join ({{ last_lists_to_build() }}) as last_list
        on pay.agency_code = last_list.agency_code and pay.period_date = last_list.period_date
    left join {{ ref('dim_grade') }} as band on pay.grade = band.grade
    where pay.gender in ('woman', 'man')
),

{% set cuts = {'all': "'all'", 'grade_band': 'grade_band', 'grade': 'cast(grade as ' ~ dbt.type_string() ~ ')'} -%}
sides as (
    {% for cut, category in cuts.items() %}
    select
        agency_code, period_year, period_date, '{{ cut }}' as cut, {{ category }} as category, gender,
        count(*) as n,
        {{ exact_sum('salary') }} / count(*) as mean_salary,
        {{ median('salary') }} as median_salary,
        {{ exact_sum('ln(salary)') }} as sum_log_salary
    from paid
    {% if cut != 'all' %}where {{ cut }} is not null{% endif %}
    group by 1, 2, 3, 4, 5, 6
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ row_key(['agency_code', 'period_year', 'cut', 'category', 'gender']) }} as pay_side_id,
    agency_code,
    cast(period_year as integer) as period_year,
    period_date,
    cut,
    category,
    gender,
    n,
    mean_salary,
    median_salary,
    sum_log_salary
from sides
