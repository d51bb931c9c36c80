-- One row per person, list and kind of event that an agency states: the last such event since the list before.
select
    event.agency_code,
    event.person_key,
    event.event_type,
    snapshot.period_date,
    max(event.event_date) as event_date
from {{ ref('stg_hr__event') }} as event
inner join {{ ref('int_staff__snapshot') }} as snapshot
    on event.agency_code = snapshot.agency_code
    and event.event_date <= snapshot.period_date
    and (snapshot.previous_date is null or event.event_date > snapshot.previous_date)
group by event.agency_code, event.person_key, event.event_type, snapshot.period_date
