-- Expected against received: staff in post by agency and gender, as the agency's last staff list before the survey's last answer counts
-- them, and respondents. A small cell is masked, and where it is alone in its agency the next smallest with it.
-- Respondents who stand for nobody but themselves, such as leavers, are not compared with staff.
with respondents as (
    select form, period_year, agency_code, gender, count(*) as n_respondents, max(cast(submitted_at as date)) as last_day
    from {{ ref('int_fieldwork__person') }}
    group by form, period_year, agency_code, gender
),

surveys as (
    select form, period_year, agency_code, max(last_day) as last_day
    from respondents
    group by form, period_year, agency_code
),

counted as (
    select surveys.form, surveys.period_year, surveys.agency_code, max(headcount.period_date) as period_date
    from surveys
    inner join {{ ref('fct_headcount') }} as headcount
        on surveys.agency_code = headcount.agency_code and headcount.period_date <= surveys.last_day
    where surveys.form not in (
        select form from {{ ref('stg_catalogue__survey_contract') }} where weight_kind = 'equal' and poststratify = 'none'
    )
    group by surveys.form, surveys.period_year, surveys.agency_code
),

staff as (
    select
        counted.form,
        counted.period_year,
        counted.agency_code,
        headcount.gender,
        counted.period_date,
        sum(headcount.n_staff) as n_staff
    from counted
    inner join {{ ref('fct_headcount') }} as headcount
        on counted.agency_code = headcount.agency_code and counted.period_date = headcount.period_date
    group by counted.form, counted.period_year, counted.agency_code, headcount.gender, counted.period_date
),

cells as (
    select
        coalesce(respondents.form, staff.form) as form,
        coalesce(respondents.period_year, staff.period_year) as period_year,
        coalesce(respondents.agency_code, staff.agency_code) as agency_code,
        coalesce(respondents.gender, staff.gender) as gender,
        staff.period_date as staff_date,
        staff.n_staff,
        coalesce(respondents.n_respondents, 0) as n_respondents
    from respondents
    full outer join staff
        on respondents.form = staff.form
        and respondents.period_year = staff.period_year
        and respondents.agency_code = staff.agency_code
        and respondents.gender = staff.gender
),

sized as (
    select
        cells.*,
        n_respondents between 1 and limits.smallest_cell - 1
            or coalesce(n_staff, 0) between 1 and limits.smallest_cell - 1 as is_small
    from cells
    cross join {{ ref('stg_catalogue__fieldwork') }} as limits
),

ranked as (
    select
        sized.*,
        sum(case when is_small then 1 else 0 end) over (partition by form, period_year, agency_code) as n_small,
        row_number() over (
            partition by form, period_year, agency_code, is_small
            order by case when n_respondents = 0 then 1 else 0 end, n_respondents, gender
        ) as size_no
    from sized
),

masked as (
    select ranked.*, is_small or (n_small = 1 and size_no = 1) as is_masked
    from ranked
)

select
    form,
    period_year,
    agency_code,
    gender,
    staff_date,
    is_masked,
    cast(case when not is_masked then n_staff end as integer) as n_staff,
    cast(case when not is_masked then n_respondents end as integer) as n_respondents,
    case when not is_masked and n_staff > 0 then 100 * cast(n_respondents as {{ dbt.type_float() }}) / n_staff end as response_pct
from masked
