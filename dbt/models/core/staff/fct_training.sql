-- Courses that people completed: one row per person, kind of course and day. A course that stands twice in the register counts once.
select
    {{ row_key(['agency_code', 'person_key', 'course_type', 'completed_date']) }} as training_id,
    agency_code,
    person_key,
    course_type,
    completed_date,
    max(hours) as hours
from {{ ref('stg_hr__training') }}
group by agency_code, person_key, course_type, completed_date
