-- Shares of staff and of applicants in agencies, broken down: women's share (REP-01, REP-03, REC-01, REC-02), and officers of the front line
-- who have learnt to identify victims (DEP-04).
{%- set of_staff = {
    'REP-01': ['function', 'sworn_civilian', 'age_band', 'border_post'],
    'REP-03': ['post_type'],
} %}
with counts as (
    {% for indicator, breakdowns in of_staff.items() %}
    select '{{ indicator }}' as indicator_code, agency_code, period_year, period_date, gender, breakdown, breakdown_value, n_staff as n
    from {{ ref('ind_hr__stock_by') }}
    where breakdown in ('{{ breakdowns | join("', '") }}')

    union all
    {% endfor %}
    select
        'REC-02' as indicator_code,
        event.agency_code,
        covered.period_year,
        {{ last_day_of_year('covered.period_year') }} as period_date,
        event.gender,
        'grade_band' as breakdown,
        grade.grade_band as breakdown_value,
        count(*) as n
    from {{ ref('fct_staff_event') }} as event
    inner join {{ ref('int_staff__covered_year') }} as covered
        on event.agency_code = covered.agency_code and {{ year_of('event.event_date') }} = covered.period_year
    inner join {{ ref('dim_grade') }} as grade on event.grade = grade.grade
    where event.event_type = 'hire'
    group by event.agency_code, covered.period_year, event.gender, grade.grade_band

    union all

    select
        'REC-01' as indicator_code,
        agency_code,
        {{ year_of('period_date') }} as period_year,
        {{ last_day_of_year(year_of('period_date')) }} as period_date,
        gender,
        'intake_round' as breakdown,
        round_name as breakdown_value,
        sum(n_low) as n
    from {{ ref('fct_applicant') }}
    where stage = 'applied' and round_name is not null
    group by agency_code, 3, 4, gender, round_name
    having sum(n_high - n_low) = 0
),

-- Where most have no known sex, the few who have it say nothing of them: the share is not available.
known as (
    select
        indicator_code, agency_code, period_year, max(period_date) as period_date, breakdown, breakdown_value,
        sum(case when gender = 'woman' then n else 0 end) as n_women,
        sum(case when gender in ('woman', 'man') then n else 0 end) as n_known
    from counts
    group by indicator_code, agency_code, period_year, breakdown, breakdown_value
    having sum(case when gender in ('woman', 'man') then n else 0 end) * 2 >= sum(n)
),

trained as (
    select
        agency_code, period_year, period_date,
        case when is_border_post then 'yes' else 'no' end as breakdown_value,
        sum(case when has_victim_course then 1 else 0 end) as n_trained,
        count(*) as n
    from {{ ref('int_training__person_year') }}
    where is_front_line and is_known_for_36_months and gender in ('woman', 'man') and is_border_post is not null
    group by agency_code, period_year, period_date, is_border_post
),

shares as (
    select
        indicator_code, agency_code, period_year, period_date, 'all' as gender, breakdown, breakdown_value,
        n_women as numerator, n_known as denominator, n_known as n
    from known

    union all

    select 'DEP-04', agency_code, period_year, period_date, 'all', 'border_post', breakdown_value, n_trained, n, n as n_again
    from trained
)

{{ broken_down_cells('shares', 100, "'census share'") }}
