-- One row per agency, due list and field that its contract promises: whether the list came in time, and whether the field holds for 95 % of
-- its rows. Lists are due from a contract's first to its last. An agency that agreed a deadline and falls silent owes every list whose deadline
-- passed before the newest delivery of anybody, until another contract of its own takes over; without a deadline nothing is ever late.
-- What was due before an agency sent anything is in time whenever it comes. Rows in quarantine hold nothing, spread evenly over the lists of
-- their file. A list's events hold where dates explain who came and who went since the list before, which an agency's first list cannot show.
with sent as (
    select
        effective.contract,
        effective.agency_code,
        min(effective.period_date) as first_date,
        max(effective.period_date) as last_date,
        min(min(effective.period_date)) over (partition by effective.agency_code) as first_date_of_agency,
        max(max(effective.period_date)) over (partition by effective.agency_code) as last_date_of_agency
    from {{ ref('stg_hr__effective_delivery') }} as effective
    where effective.grain = 'roster'
    group by effective.contract, effective.agency_code
),

waiting as (
    select newest.contract, newest.agency_code
    from {{ ref('stg_hr__newest_delivery') }} as newest
    inner join sent on newest.contract = sent.contract and newest.agency_code = sent.agency_code and newest.period_date > sent.last_date
),

begun as (
    select period.agency_code, min({{ day_utc('delivery.delivered_at') }}) as begun_date
    from {{ source('raw', 'hr_delivery_period') }} as period
    inner join {{ source('raw', 'hr_delivery') }} as delivery on period.delivery_no = delivery.delivery_no
    group by period.agency_code
),

known as (
    select max({{ day_utc('delivered_at') }}) as known_date
    from {{ source('raw', 'hr_delivery') }}
),

promised as (
    select
        sent.contract,
        sent.agency_code,
        sent.first_date_of_agency,
        sent.last_date,
        sent.last_date = sent.last_date_of_agency as is_in_force,
        days.date_day as period_date,
        {{ add_days('days.date_day', 'contract.due_days') }} as deadline_date
    from sent
    inner join {{ ref('stg_catalogue__hr_contract') }} as contract on sent.contract = contract.contract
    inner join {{ ref('dim_time') }} as days
        on days.is_month_end and days.date_day >= sent.first_date
        and (contract.period_grain = 'month' or days.month_no = 12)
),

due as (
    select
        promised.contract,
        promised.agency_code,
        promised.period_date,
        promise.field,
        case when promised.deadline_date >= begun.begun_date then promised.deadline_date end as due_date
    from promised
    inner join begun on promised.agency_code = begun.agency_code
    cross join known
    inner join {{ ref('stg_catalogue__hr_promise') }} as promise on promised.contract = promise.contract
    where (promised.period_date <= promised.last_date or (promised.is_in_force and promised.deadline_date < known.known_date))
        and (promise.field <> 'event' or promised.period_date > promised.first_date_of_agency)
        -- Lists that wait for their year to be closed say nothing yet of what is due in it.
        and not (promised.period_date > promised.last_date and (promised.contract, promised.agency_code) in (select contract, agency_code from waiting))
),

-- A list is in time by its first version: corrections come later.
came as (
    select delivery.contract, period.agency_code, period.period_date, min(delivery.delivered_at) as delivered_at
    from {{ source('raw', 'hr_delivery_period') }} as period
    inner join {{ source('raw', 'hr_delivery') }} as delivery on period.delivery_no = delivery.delivery_no
    group by delivery.contract, period.agency_code, period.period_date
),

in_force as (
    select
        effective.contract,
        effective.agency_code,
        effective.period_date,
        delivery.n_rows,
        delivery.n_rows + delivery.n_quarantined as n_sent
    from {{ ref('stg_hr__effective_delivery') }} as effective
    inner join {{ source('raw', 'hr_delivery') }} as delivery on effective.delivery_no = delivery.delivery_no
),

listed as (
    select
        agency_code,
        period_date,
        sum(n_staff) as n,
        sum(case when gender in ('woman', 'man', 'other') then n_staff else 0 end) as n_sex,
        sum(case when grade is not null then n_staff else 0 end) as n_grade,
        sum(case when unit_name is not null then n_staff else 0 end) as n_unit
    from {{ ref('fct_headcount') }}
    group by agency_code, period_date
),

unexplained as (
    select agency_code, period_date, count(distinct person_key) as n
    from {{ ref('int_staff__flow') }}
    where reason in ('missing from the list', 'back on the list', 'late row')
    group by agency_code, period_date
),

held as (
    select
        due.contract,
        due.agency_code,
        due.period_date,
        due.field,
        (came.delivered_at is not null and (due.due_date is null or {{ day_utc('came.delivered_at') }} <= due.due_date)) as is_in_time,
        in_force.n_rows * case due.field
            when 'sex' then listed.n_sex
            when 'grade' then listed.n_grade
            when 'unit' then listed.n_unit
            else greatest(listed.n - coalesce(unexplained.n, 0), 0)
        end as n_held,
        in_force.n_sent * listed.n as n_sent
    from due
    left join came
        on due.contract = came.contract and due.agency_code = came.agency_code and due.period_date = came.period_date
    left join in_force
        on due.contract = in_force.contract and due.agency_code = in_force.agency_code and due.period_date = in_force.period_date
    left join listed on due.agency_code = listed.agency_code and due.period_date = listed.period_date
    left join unexplained on due.agency_code = unexplained.agency_code and due.period_date = unexplained.period_date
)

select
    {{ row_key(['contract', 'agency_code', 'period_date', 'field']) }} as list_cell_id,
    contract,
    agency_code,
    period_date,
    field,
    is_in_time,
    coalesce(n_held / nullif(cast(n_sent as {{ dbt.type_float() }}), 0), 0) as share_held,
    (is_in_time and coalesce(100 * n_held >= 95 * nullif(n_sent, 0), false)) as is_supplied
from held
