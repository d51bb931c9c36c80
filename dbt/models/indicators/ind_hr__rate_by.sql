-- Rates of events in agencies, broken down: separations per 100 person-years (RET-01) by reason, and by grade band and years of service on
-- leaving; formal complaints per 1,000 person-years (HAR-05) by kind. Time at risk in a band is the mean of the staff at both ends of the year.
with mean_staff as (
    select
        later.agency_code,
        later.period_year,
        later.period_date,
        later.gender,
        later.breakdown,
        later.breakdown_value,
        (later.n_staff + coalesce(earlier.n_staff, 0)) / cast(2 as {{ dbt.type_float() }}) as person_years
    from {{ ref('ind_hr__stock_by') }} as later
    inner join {{ ref('int_staff__covered_year') }} as covered
        on later.agency_code = covered.agency_code and later.period_year = covered.period_year
    inner join (select distinct agency_code, period_year from {{ ref('ind_hr__stock_by') }}) as listed
        on later.agency_code = listed.agency_code and listed.period_year = later.period_year - 1
    left join {{ ref('ind_hr__stock_by') }} as earlier
        on later.agency_code = earlier.agency_code and earlier.period_year = later.period_year - 1 and later.gender = earlier.gender
        and later.breakdown = earlier.breakdown and later.breakdown_value = earlier.breakdown_value
    where later.breakdown in ('grade_band', 'tenure_band') and later.gender in ('woman', 'man')
),

leavers as (
    select
        event.agency_code,
        {{ year_of('event.event_date') }} as period_year,
        event.gender,
        grade.grade_band,
        {{ years_of_service('spell.started_date', 'event.event_date') }} as tenure_band
    from {{ ref('fct_staff_event') }} as event
    inner join {{ ref('int_staff__spell') }} as spell on event.spell_id = spell.spell_id
    left join {{ ref('dim_grade') }} as grade on event.grade = grade.grade
    where event.event_type = 'separation'
),

left_by as (
    {% for column in ['grade_band', 'tenure_band'] %}
    select agency_code, period_year, gender, '{{ column }}' as breakdown, {{ column }} as breakdown_value, count(*) as n_separations
    from leavers
    group by agency_code, period_year, gender, {{ column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

opened as (
    select agency_code, {{ year_of('opened_date') }} as period_year, complaint_type, count(*) as n_complaints
    from {{ ref('fct_complaint') }}
    where complaint_type in ('sexual_harassment', 'discrimination')
    group by 1, 2, 3
),

rates as (
    select
        'RET-01' as indicator_code, mean_staff.agency_code, mean_staff.period_year, mean_staff.period_date, mean_staff.gender,
        mean_staff.breakdown, mean_staff.breakdown_value,
        coalesce(left_by.n_separations, 0) as numerator,
        mean_staff.person_years as denominator,
        floor(mean_staff.person_years) as n,
        100 as factor,
        'events per mean staff of the year' as method
    from mean_staff
    left join left_by
        on mean_staff.agency_code = left_by.agency_code and mean_staff.period_year = left_by.period_year
        and mean_staff.gender = left_by.gender
        and mean_staff.breakdown = left_by.breakdown and mean_staff.breakdown_value = left_by.breakdown_value

    union all

    select
        'RET-01', rate.agency_code, rate.period_year, rate.period_date, rate.gender, 'reason_group', reason.reason,
        reason.n_separations, rate.denominator, rate.n, 100, 'events per person-time'
    from {{ ref('ind_hr__separation_rate') }} as rate
    inner join {{ ref('ind_hr__separation_reason') }} as reason
        on rate.agency_code = reason.agency_code and rate.period_year = reason.period_year and rate.gender = reason.gender
    where rate.level = 'agency_gender'

    union all

    select
        'HAR-05', rate.agency_code, rate.period_year, rate.period_date, 'all', 'complaint_type', opened.complaint_type,
        opened.n_complaints, rate.denominator, rate.n, 1000, 'events per person-time'
    from {{ ref('ind_hr__complaint_rate') }} as rate
    inner join opened on rate.agency_code = opened.agency_code and rate.period_year = opened.period_year
    where rate.level = 'agency'
)

{{ broken_down_cells('rates', 'counts.factor', 'counts.method') }}
