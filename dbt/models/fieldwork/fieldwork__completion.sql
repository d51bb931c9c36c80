-- How long respondents took, by agency; nothing where too few were timed.
with timed as (
    select
        form,
        period_year,
        agency_code,
        count(*) as n_timed,
        percentile_cont(0.1) within group (order by duration_seconds) as p10_seconds,
        percentile_cont(0.5) within group (order by duration_seconds) as median_seconds,
        percentile_cont(0.9) within group (order by duration_seconds) as p90_seconds
    from {{ ref('int_fieldwork__person') }}
    where duration_seconds is not null
    group by form, period_year, agency_code
)

select
    timed.form,
    timed.period_year,
    timed.agency_code,
    cast(timed.n_timed as integer) as n_timed,
    cast(timed.p10_seconds as {{ dbt.type_float() }}) as p10_seconds,
    cast(timed.median_seconds as {{ dbt.type_float() }}) as median_seconds,
    cast(timed.p90_seconds as {{ dbt.type_float() }}) as p90_seconds
from timed
cross join {{ ref('stg_catalogue__fieldwork') }} as limits
-- A tenth of the respondents must be several people too, or the percentile is one person's time.
where timed.n_timed >= 10 * limits.smallest_cell
