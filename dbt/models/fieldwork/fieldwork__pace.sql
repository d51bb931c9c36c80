-- Respondents to date on each day on which any came, rounded down to steps of the smallest cell, so that no step is a person.
with days as (
    select form, period_year, agency_code, cast(submitted_at as date) as day, count(*) as n_new
    from {{ ref('int_fieldwork__person') }}
    where submitted_at is not null
    group by form, period_year, agency_code, cast(submitted_at as date)
),

running as (
    select
        days.*,
        sum(n_new) over (partition by form, period_year, agency_code order by day rows unbounded preceding) as n_so_far
    from days
)

select
    running.form,
    running.period_year,
    running.agency_code,
    running.day,
    cast(floor(running.n_so_far / limits.smallest_cell) * limits.smallest_cell as integer) as n_to_date
from running
cross join {{ ref('stg_catalogue__fieldwork') }} as limits
