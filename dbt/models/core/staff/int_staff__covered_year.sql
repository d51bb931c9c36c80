-- One row per agency and year that its observation covers whole: only of these are flows published.
-- Two lists more than a year apart leave open in which year a person came or went, so every year between them is left out.
with years as (
    select staff_window.agency_code, series.period_year
    from {{ ref('int_staff__window') }} as staff_window
    {{ year_series(year_of('staff_window.observed_from'), year_of('staff_window.observed_to'), 'series') }}
    where {{ first_day('series.period_year') }} >= staff_window.observed_from
        and {{ last_day_of_year('series.period_year') }} <= staff_window.observed_to
),

wide_gap as (
    select agency_code, period_date, next_date
    from {{ ref('int_staff__snapshot') }}
    where {{ days_between('period_date', 'next_date') }} > 366
        and agency_code not in (select agency_code from {{ ref('stg_hr__spell') }})
)

select years.agency_code, cast(years.period_year as integer) as period_year
from years
where not exists (
    select 1 from wide_gap
    where wide_gap.agency_code = years.agency_code
        and wide_gap.period_date < {{ last_day_of_year('years.period_year') }}
        and wide_gap.next_date >= {{ first_day('years.period_year') }}
)
