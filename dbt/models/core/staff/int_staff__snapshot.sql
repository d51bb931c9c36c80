-- One row per agency and period for which a staff list exists, with the lists before and after it, and the sealed ones: of who came and
-- left until then, later lists tell nothing, so that a new list moves no published flow (docs/how-to/releases.md).
{{ config(meta={'lists': {'from': ['stg_hr__effective_delivery']}}) }}
with periods as (
    select agency_code, period_date, bool_or(is_sealed) as is_sealed
    from {{ ref('stg_hr__effective_delivery') }}
    where grain = 'roster' and period_date > cast('1900-01-01' as date)
    group by agency_code, period_date
)

select
    agency_code,
    period_date,
    lag(period_date) over (partition by agency_code order by period_date) as previous_date,
    lead(period_date) over (partition by agency_code order by period_date) as next_date,
    min(period_date) over (partition by agency_code) as first_date,
    max(period_date) over (partition by agency_code) as last_date,
    max(case when is_sealed then period_date end) over (
        partition by agency_code order by period_date rows between unbounded preceding and 1 preceding
    ) as sealed_before_date,
    min(case when is_sealed then period_date end) over (
        partition by agency_code order by period_date rows between current row and unbounded following
    ) as sealed_from_date,
    min(case when is_sealed then period_date end) over (
        partition by agency_code order by period_date rows between 1 following and unbounded following
    ) as sealed_after_date
from periods
