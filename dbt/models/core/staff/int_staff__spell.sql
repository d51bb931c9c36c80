-- One row per spell of service, whoever reports it; what person-years and staff events are made from.
with spells as (
    select * from {{ ref('int_staff__spell_reported') }}
    union all
    select * from {{ ref('int_staff__spell_from_roster') }}
)

select {{ row_key(['agency_code', 'person_key', 'spell_no']) }} as spell_id, *
from spells
