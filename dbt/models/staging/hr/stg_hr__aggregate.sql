-- One row per count of an aggregate table: the delivery that counts of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
with counts as (
    select
        raw.*,
        effective.contract,
        row_number() over (
            partition by raw.delivery_no, raw.member, raw.sheet, raw.row_no order by raw.gender, raw.sworn_status, raw.n_low, raw.n_high
        ) as place
    from {{ source('raw', 'hr_aggregate') }} as raw
    inner join {{ ref('stg_hr__effective_delivery') }} as effective
        on {{ is_in_force('raw', 'effective') }}
)

select
    {{ row_key(['counts.delivery_no', 'counts.member', 'counts.sheet', 'counts.row_no', 'counts.place']) }} as aggregate_row_id,
    counts.contract,
    counts.agency_code,
    counts.period_date,
    counts.gender,
    ranks.grade,
    counts.rank_name,
    counts.unit_name,
    functions.value as function_code,
    case coalesce(sworn.value, counts.sworn_status) when 'sworn' then true when 'civilian' then false end as is_sworn,
    counts.n_low,
    counts.n_high
from counts
left join {{ ref('stg_catalogue__rank') }} as ranks
    on counts.contract = ranks.contract and counts.rank_name = ranks.rank_name
    and counts.period_date between ranks.valid_from and ranks.valid_to
left join {{ ref('stg_catalogue__hr_code') }} as functions
    on counts.contract = functions.contract and functions.kind = 'function' and counts.function_name = functions.code
left join {{ ref('stg_catalogue__hr_code') }} as sworn
    on counts.contract = sworn.contract and sworn.kind = 'sworn' and counts.sworn_status = sworn.code
