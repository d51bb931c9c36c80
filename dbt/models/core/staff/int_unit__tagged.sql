-- One row per agency, last list of a year and unit of which the agency's contract says something: the first entry that fits the name on that
-- day.
with last_list as (
    select agency_code, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    where agency_code in (select agency_code from {{ ref('stg_catalogue__unit') }})
    group by agency_code, {{ year_of('period_date') }}
),

listed as (
    select distinct headcount.agency_code, headcount.period_date, headcount.unit_name
    from {{ ref('fct_headcount') }} as headcount
    inner join last_list
        on headcount.agency_code = last_list.agency_code and headcount.period_date = last_list.period_date
    where headcount.unit_name is not null
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
