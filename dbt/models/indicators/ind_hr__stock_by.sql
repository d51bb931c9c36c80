-- People in post on the last list of each year, one row per agency, gender and value of one thing that figures are broken down by.
{%- set breakdowns = ['grade_band', 'function_code', 'sworn_civilian', 'age_band', 'border_post', 'post_type', 'tenure_band'] %}
with tally as (
    select
        people.*,
        -- Where the contract marks no unit at all, that a unit is not marked says nothing.
        case
            when unit.post_type is not null then 'yes'
            when people.agency_code in (select agency_code from {{ ref('int_unit__tagged') }} where post_type is not null) then 'no'
        end as border_post,
        unit.post_type
    from {{ ref('int_staff__year_tally') }} as people
    left join {{ ref('int_unit__tagged') }} as unit
        on people.agency_code = unit.agency_code and people.period_date = unit.period_date and people.unit_name = unit.unit_name
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
