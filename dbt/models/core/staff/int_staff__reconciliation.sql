-- One row per agency, list, gender and grade: stock(t) = stock(t − 1) + hires − separations ± moves between grades + difference.
-- The difference is what no event explains; int_staff__flow names the reasons and the people.
with stock as (
    select agency_code, period_date, gender, grade, sum(n_staff) as n
    from {{ ref('fct_headcount') }}
    group by agency_code, period_date, gender, grade
),

both_ends as (
    select snapshot.agency_code, snapshot.period_date, stock.gender, stock.grade, stock.n as n_before, 0 as n_after
    from {{ ref('int_staff__snapshot') }} as snapshot
    inner join stock on snapshot.agency_code = stock.agency_code and snapshot.previous_date = stock.period_date

    union all

    select snapshot.agency_code, snapshot.period_date, stock.gender, stock.grade, 0 as n_before, stock.n as n_after
    from {{ ref('int_staff__snapshot') }} as snapshot
    inner join stock on snapshot.agency_code = stock.agency_code and snapshot.period_date = stock.period_date
    where snapshot.previous_date is not null
),

stocks as (
    select agency_code, period_date, gender, grade, sum(n_before) as n_before, sum(n_after) as n_after
    from both_ends
    group by agency_code, period_date, gender, grade
),

flows as (
    select
        agency_code, period_date, gender, grade,
        sum(case when reason = 'hire' then 1 else 0 end) as n_hired,
        sum(case when reason = 'separation' then 1 else 0 end) as n_separated,
        sum(case when reason in ('promotion', 'demotion', 'acting') and direction = 1 then 1 else 0 end) as n_moved_in,
        sum(case when reason in ('promotion', 'demotion', 'acting') and direction = -1 then 1 else 0 end) as n_moved_out,
        sum(case when reason in ('hire', 'separation', 'promotion', 'demotion', 'acting') then 0 else direction end) as n_unexplained
    from {{ ref('int_staff__flow') }}
    group by agency_code, period_date, gender, grade
)

select
    {{ row_key(['stocks.agency_code', 'stocks.period_date', 'stocks.gender', 'stocks.grade']) }} as reconciliation_id,
    stocks.agency_code,
    stocks.period_date,
    stocks.gender,
    stocks.grade,
    cast(stocks.n_before as integer) as n_before,
    cast(coalesce(flows.n_hired, 0) as integer) as n_hired,
    cast(coalesce(flows.n_separated, 0) as integer) as n_separated,
    cast(coalesce(flows.n_moved_in, 0) as integer) as n_moved_in,
    cast(coalesce(flows.n_moved_out, 0) as integer) as n_moved_out,
    cast(stocks.n_after as integer) as n_after,
    cast(
        stocks.n_after - stocks.n_before - coalesce(flows.n_hired, 0) + coalesce(flows.n_separated, 0)
        - coalesce(flows.n_moved_in, 0) + coalesce(flows.n_moved_out, 0) as integer
    ) as difference,
    cast(coalesce(flows.n_unexplained, 0) as integer) as n_unexplained
from stocks
left join flows
    on stocks.agency_code = flows.agency_code and stocks.period_date = flows.period_date
    and stocks.gender = flows.gender and coalesce(stocks.grade, 0) = coalesce(flows.grade, 0)
