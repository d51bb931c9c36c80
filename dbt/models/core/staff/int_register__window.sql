-- One row per agency and register (of training, of complaints): the days that it covers, and the day on which it was extracted.
-- A contract says so; without it a register covers the years from its first entry to its last, and is as of its last day.
with entries as (
    select contract, agency_code, 'training' as register, completed_date as first_date, completed_date as last_date
    from {{ ref('stg_hr__training') }}

    union all

    select contract, agency_code, 'complaints' as register, opened_date, coalesce(closed_date, opened_date)
    from {{ ref('stg_hr__complaint') }}
),

by_contract as (
    select contract, agency_code, register, min(first_date) as first_date, max(last_date) as last_date
    from entries
    group by contract, agency_code, register
),

windows as (
    select
        by_contract.agency_code,
        by_contract.register,
        coalesce(contract.observed_from, {{ first_day(year_of('by_contract.first_date')) }}) as observed_from,
        coalesce(contract.observed_to, contract.extract_date, {{ last_day_of_year(year_of('by_contract.last_date')) }}) as observed_to,
        coalesce(contract.extract_date, contract.observed_to, by_contract.last_date) as as_of_date
    from by_contract
    inner join {{ ref('stg_catalogue__hr_contract') }} as contract on by_contract.contract = contract.contract
)

select
    {{ row_key(['agency_code', 'register']) }} as window_id,
    agency_code,
    register,
    min(observed_from) as observed_from,
    max(observed_to) as observed_to,
    max(as_of_date) as as_of_date
from windows
group by agency_code, register
