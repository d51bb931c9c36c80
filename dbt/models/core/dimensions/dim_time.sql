-- Days, and the years they fall in by three calendars.
with days as (
    {{ day_series("'" ~ var('first_year') ~ "-01-01'", "'" ~ var('last_year') ~ "-12-31'") }}
)

select
    date_day,
    {{ year_of('date_day') }} as calendar_year,
    cast(extract(quarter from date_day) as integer) as quarter_no,
    {{ month_of('date_day') }} as month_no,
    -- Thailand's fiscal year runs from October to September and bears the year it ends in.
    {{ year_of('date_day') }} + case when {{ month_of('date_day') }} >= 10 then 1 else 0 end as fiscal_year_october,
    {{ year_of('date_day') }} + 543 as buddhist_year,
    (extract(month from {{ add_days('date_day', '1') }}) <> extract(month from date_day)) as is_month_end
from days
