-- One row per event that an agency states: the delivery that counts of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
{%- set reasons = "('resignation', 'retirement', 'dismissal', 'death')" %}
select
    {{ row_key(['event.delivery_no', 'event.member', 'event.sheet', 'event.row_no']) }} as event_row_id,
    effective.contract,
    event.agency_code,
    event.person_key,
    case when kind.value in {{ reasons }} then 'separation' else kind.value end as event_type,
    case when kind.value in {{ reasons }} then kind.value end as separation_reason,
    event.event_date,
    coalesce(sex.gender, 'missing') as gender,
    ranks.grade
from {{ source('raw', 'hr_event') }} as event
inner join {{ ref('stg_hr__effective_delivery') }} as effective
    on {{ is_in_force('event', 'effective', day='event_date') }}
inner join {{ ref('stg_catalogue__hr_code') }} as kind
    on effective.contract = kind.contract and kind.kind = 'event' and event.event_code = kind.code
left join {{ ref('stg_catalogue__sex_code') }} as sex
    on effective.contract = sex.contract and coalesce(event.sex_code, '') = sex.code
left join {{ ref('stg_catalogue__rank') }} as ranks
    on effective.contract = ranks.contract and event.rank_name = ranks.rank_name
    and event.event_date between ranks.valid_from and ranks.valid_to
