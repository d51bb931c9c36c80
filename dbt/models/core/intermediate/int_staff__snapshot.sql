-- One row per agency and period for which a staff list exists, with the lists before and after it.
{{ config(meta={'lists': {'from': ['stg_hr__effective_delivery']}}) }}
with periods as (
    select distinct agency_code, period_date
    from {{ ref('stg_hr__effective_delivery') }}
    where grain = 'roster' and period_date > cast('1900-01-01' as date)
)

select
    agency_code,
    period_date,
    lag(period_date) over (partition by agency_code order by period_date) as previous_date,
    lead(period_date) over (partition by agency_code order by period_date) as next_date,
    min(period_date) over (partition by agency_code) as first_date,
    max(period_date) over (partition by agency_code) as last_date
from periods
