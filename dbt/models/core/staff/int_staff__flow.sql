-- One row per person and list on whom the stock of a cell changed since the list before, with the reason: what an event explains, and what
-- none does. A cell is a gender and a grade as the lists state them; direction 1 is into it, −1 out of it.
with stock as (
    select
        run.agency_code, run.person_key, run.first_seen_date as period_date, run.last_seen_date, run.gender, run.grade, run.rank_name,
        run.is_acting,
        first_list.previous_date, last_list.next_date,
        lag(run.last_seen_date) over person as before_date,
        lag(run.gender) over person as before_gender,
        lag(run.grade) over person as before_grade,
        lag(run.rank_name) over person as before_rank,
        lag(run.is_acting) over person as was_acting,
        lead(run.first_seen_date) over person as after_date
    from {{ ref('int_staff__run') }} as run
    inner join {{ ref('int_staff__snapshot') }} as first_list
        on run.agency_code = first_list.agency_code and run.first_seen_date = first_list.period_date
    inner join {{ ref('int_staff__snapshot') }} as last_list
        on run.agency_code = last_list.agency_code and run.last_seen_date = last_list.period_date
    where run.is_stock
    window person as (partition by run.agency_code, run.person_key order by run.first_seen_date)
),

arrivals as (
    select
        stock.agency_code, stock.person_key, stock.period_date, 1 as direction, stock.gender, stock.grade,
        case when max(event.event_date) is not null then 'hire' when stock.before_date is null then 'late row' else 'back on the list' end
            as reason
    from stock
    left join {{ ref('fct_staff_event') }} as event
        on stock.agency_code = event.agency_code and stock.person_key = event.person_key and event.event_type = 'hire'
        and event.event_date > stock.previous_date and event.event_date <= stock.period_date
    where stock.previous_date is not null and (stock.before_date is null or stock.before_date < stock.previous_date)
    group by stock.agency_code, stock.person_key, stock.period_date, stock.gender, stock.grade, stock.before_date
),

departures as (
    select
        stock.agency_code, stock.person_key, stock.next_date as period_date, -1 as direction, stock.gender, stock.grade,
        case when max(event.event_date) is not null then 'separation' else 'missing from the list' end as reason
    from stock
    left join {{ ref('fct_staff_event') }} as event
        on stock.agency_code = event.agency_code and stock.person_key = event.person_key and event.event_type = 'separation'
        and event.event_date >= stock.last_seen_date and event.event_date <= stock.next_date
    where stock.next_date is not null and (stock.after_date is null or stock.after_date > stock.next_date)
    group by stock.agency_code, stock.person_key, stock.next_date, stock.gender, stock.grade
),

moved as (
    select
        stock.*,
        case
            when stock.gender <> stock.before_gender then 'sex restated'
            when stock.grade is null or stock.before_grade is null then 'grade not stated'
            when stock.is_acting <> stock.was_acting or (stock.is_acting and stock.rank_name <> stock.before_rank) then 'acting'
            else coalesce(change.change_type, 're-coded')
        end as reason
    from stock
    left join {{ ref('int_staff__change') }} as change
        on stock.agency_code = change.agency_code and stock.person_key = change.person_key
        and stock.period_date = change.period_date and change.what = 'rank' and change.change_type <> 'acting'
    where stock.before_date = stock.previous_date
        and (stock.gender <> stock.before_gender or coalesce(stock.grade, 0) <> coalesce(stock.before_grade, 0))
)

select * from arrivals
union all
select * from departures
union all
select agency_code, person_key, period_date, 1 as direction, gender, grade, reason from moved
union all
select agency_code, person_key, period_date, -1 as direction, before_gender as gender, before_grade as grade, reason from moved
