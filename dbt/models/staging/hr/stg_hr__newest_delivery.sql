-- One row per contract, agency and period: the newest delivery. Final data stand before provisional, then the one written last.
{{ config(materialized='table', post_hook='{{ analyze() }}', meta={'version': 'content'}) }}
with ranked as (
    select
        delivery.contract,
        period.agency_code,
        -- Spells and events may have no period; they share one, so that joins may hash.
        period.period_date,
        delivery.delivery_no,
        delivery.rekeyed_at,
        row_number() over (
            partition by delivery.contract, period.agency_code, period.period_date
            order by delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at) desc, delivery.delivery_no desc
        ) as newness
    from {{ source('raw', 'hr_delivery_period') }} as period
    inner join {{ source('raw', 'hr_delivery') }} as delivery on period.delivery_no = delivery.delivery_no
)

select
    ranked.contract,
    ranked.agency_code,
    ranked.period_date,
    ranked.delivery_no,
    contract.grain,
    {{ delivery_version('ranked.delivery_no', 'ranked.rekeyed_at', 'contract.mapping_hash') }} as version
from ranked
left join {{ ref('stg_catalogue__hr_contract') }} as contract on ranked.contract = contract.contract
where ranked.newness = 1
