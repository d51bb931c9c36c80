-- People in post on the newest delivery of each staff list, also of one that waits: one row per delivery, agency, period, gender and grade.
-- A list that counts is in fct_headcount. One that waits is read here as it would be there, so that agencies hear of its faults at once.
with coded as (
    {{ hr_coded_rows('roster', deliveries=waiting_deliveries()) }}
),

counting as (
    {{ row_of_each_person('coded') }}
),

newest as (
    select agency_code, period_date, max(delivery_no) as delivery_no
    from {{ ref('stg_hr__newest_delivery') }}
    where grain = 'roster'
    group by agency_code, period_date
),

in_post as (
    select
        headcount.agency_code,
        headcount.period_date,
        headcount.gender,
        headcount.grade,
        headcount.n_staff
    from {{ ref('fct_headcount') }} as headcount
    left join (select distinct agency_code, period_date from coded) as waiting
        on headcount.agency_code = waiting.agency_code and headcount.period_date = waiting.period_date
    where waiting.agency_code is null

    union all

    select agency_code, period_date, gender, grade, 1 as n_staff
    from counting
    where is_stock
)

select
    newest.delivery_no,
    in_post.agency_code,
    in_post.period_date,
    in_post.gender,
    in_post.grade,
    cast(sum(in_post.n_staff) as integer) as n_staff
from in_post
inner join newest on in_post.agency_code = newest.agency_code and in_post.period_date = newest.period_date
group by newest.delivery_no, in_post.agency_code, in_post.period_date, in_post.gender, in_post.grade
