-- People in post on the last list of each year, one row per agency, gender and value of one thing that figures are broken down by.
with last_list as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    group by 1, 2
),

people as (
    select
        last_list.agency_code,
        last_list.period_year,
        last_list.period_date,
        person.gender,
        grade.grade_band,
        person.function_code,
        case when person.is_sworn then 'sworn' when not person.is_sworn then 'civilian' end as sworn_civilian,
        person.age_band,
        -- Where the contract marks no unit at all, that a unit is not marked says nothing.
        case
            when unit.post_type is not null then 'yes'
            when last_list.agency_code in (select agency_code from {{ ref('int_unit__tagged') }} where post_type is not null) then 'no'
        end as border_post,
        unit.post_type,
        {{ years_of_service('person.hire_date', 'last_list.period_date') }} as tenure_band
    from {{ ref('int_staff__person_period') }} as person
    inner join last_list on person.agency_code = last_list.agency_code and person.period_date = last_list.period_date
    left join {{ ref('dim_grade') }} as grade on person.grade = grade.grade
    left join {{ ref('int_unit__tagged') }} as unit
        on person.agency_code = unit.agency_code and person.period_date = unit.period_date and person.unit_name = unit.unit_name
    where person.is_stock
),

{% set breakdowns = ['grade_band', 'function_code', 'sworn_civilian', 'age_band', 'border_post', 'post_type', 'tenure_band'] -%}
tally as (
    select agency_code, period_year, period_date, gender, {{ breakdowns | join(', ') }}, count(*) as n_staff
    from people
    group by agency_code, period_year, period_date, gender, {{ breakdowns | join(', ') }}
),

broken_down as (
    {% for column in breakdowns %}
    select
        agency_code, period_year, period_date, gender, '{{ column | replace("function_code", "function") }}' as breakdown,
        {{ column }} as breakdown_value, sum(n_staff) as n_staff
    from tally
    where {{ column }} is not null
    group by agency_code, period_year, period_date, gender, {{ column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ row_key(['agency_code', 'period_year', 'gender', 'breakdown', 'breakdown_value']) }} as stock_by_id,
    agency_code,
    period_year,
    period_date,
    gender,
    breakdown,
    breakdown_value,
    cast(n_staff as integer) as n_staff
from broken_down
