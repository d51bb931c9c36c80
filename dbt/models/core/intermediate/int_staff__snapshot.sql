-- One row per agency and period for which a staff list exists, with the lists before and after it.
with periods as (
    select agency_code, period_date, count(*) as n_rows
    from {{ ref('int_staff__person_period') }}
    group by agency_code, period_date
)

select
    agency_code,
    period_date,
    n_rows,
    lag(period_date) over (partition by agency_code order by period_date) as previous_date,
    lead(period_date) over (partition by agency_code order by period_date) as next_date,
    min(period_date) over (partition by agency_code) as first_date,
    max(period_date) over (partition by agency_code) as last_date
from periods
