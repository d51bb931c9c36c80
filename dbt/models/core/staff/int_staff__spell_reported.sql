-- One row per spell of service as the agency reports it, with the reason why a spell cannot be used.
with numbered as (
    select
        *,
        row_number() over (partition by agency_code, person_key order by hire_date nulls first, staff_row_id) as spell_no
    from {{ ref('stg_hr__spell') }}
)

select
    agency_code,
    person_key,
    cast(spell_no as integer) as spell_no,
    gender,
    cast(null as integer) as first_grade,
    grade as last_grade,
    date_precision,
    hire_date as started_date,
    hire_date as start_from,
    -- A month is all that is known of a date of month precision.
    case when date_precision = 'month' then {{ dbt.last_day('hire_date', 'month') }} else hire_date end as start_to,
    false as is_start_inferred,
    separation_date as ended_date,
    separation_date as end_from,
    case when date_precision = 'month' then {{ dbt.last_day('separation_date', 'month') }} else separation_date end as end_to,
    false as is_end_inferred,
    case
        when hire_date is null then 'no hire date'
        when coalesce(status, 'active') = 'left' and separation_date is null then 'left without a date'
        when separation_date < hire_date then 'left before hired'
        when separation_date > extract_date then 'left after the extract'
    end as exclusion_reason
from numbered
