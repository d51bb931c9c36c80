-- One row per contract of staff lists and field that each of its lists must tell: sex, grade, unit, event.
select contract, field
from {{ source('raw', 'catalogue_hr_promise') }}
