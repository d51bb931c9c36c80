-- One row per course that a person completed: the delivery that counts of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
select
    {{ row_key(['training.delivery_no', 'training.member', 'training.sheet', 'training.row_no']) }} as training_row_id,
    effective.contract,
    training.agency_code,
    training.person_key,
    course.value as course_type,
    training.completed_date,
    cast(training.hours as {{ dbt.type_float() }}) as hours
from {{ source('raw', 'hr_training') }} as training
inner join {{ ref('stg_hr__effective_delivery') }} as effective
    on {{ is_in_force('training', 'effective', day='completed_date') }}
inner join {{ ref('stg_catalogue__hr_code') }} as course
    on effective.contract = course.contract and course.kind = 'course' and training.course_code = course.code
