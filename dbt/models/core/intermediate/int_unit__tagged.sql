-- One row per agency, list and unit of which the agency's contract says something: the first entry that fits the name on that day.
with listed as (
    select distinct agency_code, period_date, unit_name
    from {{ ref('fct_headcount') }}
    where unit_name is not null and agency_code in (select agency_code from {{ ref('stg_catalogue__unit') }})
),

fitting as (
    select
        listed.agency_code,
        listed.period_date,
        listed.unit_name,
        unit.post_type,
        unit.is_counter_trafficking,
        row_number() over (
            partition by listed.agency_code, listed.period_date, listed.unit_name order by unit.contract, unit.place
        ) as choice
    from listed
    inner join {{ ref('stg_catalogue__unit') }} as unit
        on listed.agency_code = unit.agency_code
        and listed.unit_name like unit.name_like
        and listed.period_date between unit.valid_from and unit.valid_to
)

select
    {{ row_key(['agency_code', 'period_date', 'unit_name']) }} as unit_id,
    agency_code,
    period_date,
    unit_name,
    post_type,
    is_counter_trafficking
from fitting
where choice = 1
