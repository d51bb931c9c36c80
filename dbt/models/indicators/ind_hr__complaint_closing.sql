-- HAR-06: formal complaints closed within 90 days, of those opened in the year and at least 90 days before the register's day. A younger
-- case is left out whether closed or not: of the young, only the quick ones are closed, and to count these would flatter.
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
),

placed as (
    select
        due.*,
        agency.country_code,
        agency.agency_type,
        agency.provenance,
        {{ last_day_of_year('due.period_year') }} as period_date
    from due
    inner join {{ ref('dim_agency') }} as agency
        on due.agency_code = agency.agency_code
        and {{ last_day_of_year('due.period_year') }} between agency.valid_from and agency.valid_to
),

cells as (
    {{ rolled_up('placed', ['n', 'n_in_time']) }}
)

select
    'HAR-06' as indicator_code,
    {{ place_columns() }},
    n_in_time as numerator,
    n as denominator,
    cast(n as integer) as n,
    100 * n_in_time / n as estimate,
    'share of cases' as method
from cells
