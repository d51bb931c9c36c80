-- REC-02: women's share of the hires of a year that the agency's observation covers whole, by agency, the grade bands that it hires into, country
-- and agency type.
with hires as (
    select
        event.agency_code,
        covered.period_year,
        {{ last_day_of_year('covered.period_year') }} as period_date,
        grade.grade_band,
        event.gender
    from {{ ref('fct_staff_event') }} as event
    inner join {{ ref('int_staff__covered_year') }} as covered
        on event.agency_code = covered.agency_code and {{ year_of('event.event_date') }} = covered.period_year
    left join {{ ref('dim_grade') }} as grade on event.grade = grade.grade
    where event.event_type = 'hire'
),

counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, gender, count(*) as n
    from hires
    group by agency_code, period_year, period_date, gender

    union all

    select agency_code, period_year, period_date, grade_band, gender, count(*) as n
    from hires
    where grade_band is not null
    group by agency_code, period_year, period_date, grade_band, gender
),

{{ women_share_cells('REC-02', 'counts') }}
