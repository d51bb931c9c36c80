-- HAR-06: formal complaints closed within 90 days, of those opened in the year and at least 90 days before the register's day. A younger
-- case is left out whether closed or not: of the young, only the quick ones are closed, and to count these would flatter. By agency only.
with due as (
    select
        complaint.agency_code,
        {{ year_of('complaint.opened_date') }} as period_year,
        count(*) as n,
        sum(case when complaint.n_days_open <= 90 then 1 else 0 end) as n_in_time
    from {{ ref('fct_complaint') }} as complaint
    inner join {{ ref('int_register__window') }} as register
        on complaint.agency_code = register.agency_code and register.register = 'complaints'
        and {{ days_between('complaint.opened_date', 'register.as_of_date') }} >= 90
        and {{ first_day(year_of('complaint.opened_date')) }} >= register.observed_from
    group by 1, 2
)

select
    'HAR-06' as indicator_code,
    'agency' as level,
    agency.country_code,
    due.agency_code,
    agency.agency_type,
    'all' as gender,
    'all' as grade_band,
    agency.provenance,
    due.period_year,
    {{ last_day_of_year('due.period_year') }} as period_date,
    cast(due.n_in_time as {{ dbt.type_float() }}) as numerator,
    cast(due.n as {{ dbt.type_float() }}) as denominator,
    cast(due.n as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * due.n_in_time / due.n as estimate,
    'share of cases' as method
from due
inner join {{ ref('dim_agency') }} as agency
    on due.agency_code = agency.agency_code
    and {{ last_day_of_year('due.period_year') }} between agency.valid_from and agency.valid_to
