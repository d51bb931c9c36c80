-- One row per contract, agency and period: the delivery in force. Final data stand before provisional, then the one written last.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with ranked as (
    select
        delivery.contract,
        period.agency_code,
        -- Spells and events have no period; they share one, so that joins may hash.
        period.period_date,
        delivery.delivery_no,
        row_number() over (
            partition by delivery.contract, period.agency_code, period.period_date
            order by delivery.is_provisional, delivery.delivered_at desc, delivery.delivery_no desc
        ) as newness
    from {{ source('raw', 'hr_delivery_period') }} as period
    inner join {{ source('raw', 'hr_delivery') }} as delivery on period.delivery_no = delivery.delivery_no
)

select contract, agency_code, period_date, delivery_no
from ranked
where newness = 1
