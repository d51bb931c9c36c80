-- One row per contract and period: the delivery that counts, which is the one loaded last.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with delivery as (
    select
        contract,
        -- Spells have no period; they share one, so that joins may hash.
        coalesce(period_date, cast('1900-01-01' as date)) as period_date,
        delivery_id,
        max(loaded_at) as loaded_at
    from {{ source('raw', 'hr_staff') }}
    group by 1, 2, 3
),

ranked as (
    select
        *,
        row_number() over (partition by contract, period_date order by loaded_at desc, delivery_id desc) as newness
    from delivery
)

select contract, period_date, delivery_id
from ranked
where newness = 1
