-- RET-04: of the recruits of a year and the three before it, the share still in post 36 months after hire, by Kaplan and Meier; and women's less men's.
-- Who was hired before the agency is observed is at risk from then on. Nothing is said where nobody is followed for 36 months.
{%- set keys = ['level', 'country_code', 'agency_code', 'agency_type', 'gender', 'provenance', 'period_year'] %}
{%- set key_list = keys | join(', ') %}
{%- set month = 365.25 / 12 %}
{%- set horizon = 36 * month %}
with recruits as (
    select
        agency.country_code,
        spell.agency_code,
        agency.agency_type,
        agency.provenance,
        spell.gender,
        covered.period_year,
        spell.started_date,
        spell.ended_date,
        staff_window.observed_from,
        spell.date_precision = 'month' as is_to_the_month,
        spell.ended_date <= {{ last_day_of_year('covered.period_year') }} as has_left
    from {{ ref('int_staff__spell') }} as spell
    inner join {{ ref('int_staff__window') }} as staff_window on spell.agency_code = staff_window.agency_code
    inner join {{ ref('int_staff__covered_year') }} as covered
        on spell.agency_code = covered.agency_code
        and {{ year_of('spell.started_date') }} between covered.period_year - 3 and covered.period_year
    inner join {{ ref('dim_agency') }} as agency
        on spell.agency_code = agency.agency_code
        and {{ last_day_of_year('covered.period_year') }} between agency.valid_from and agency.valid_to
    where spell.spell_no = 1 and spell.exclusion_reason is null and spell.gender in ('woman', 'man')
),

-- Dates known to the month stand for its middle, as in person-years.
timed as (
    select
        recruits.*,
        case
            when started_date >= observed_from then -1
            when is_to_the_month
                then {{ month }} * (12 * ({{ year_of('observed_from') }} - {{ year_of('started_date') }})
                    + {{ month_of('observed_from') }} - {{ month_of('started_date') }} - 0.5)
            else {{ days_between('started_date', 'observed_from') }}
        end as entry_time,
        case
            when coalesce(has_left, false) and is_to_the_month
                then {{ month }} * (12 * ({{ year_of('ended_date') }} - {{ year_of('started_date') }})
                    + {{ month_of('ended_date') }} - {{ month_of('started_date') }})
            when coalesce(has_left, false) then {{ days_between('started_date', 'ended_date') }}
            when is_to_the_month
                then {{ month }} * (12 * (period_year + 1 - {{ year_of('started_date') }}) - {{ month_of('started_date') }} + 0.5)
            else {{ days_between('started_date', last_day_of_year('period_year')) }} + 1
        end as exit_time,
        coalesce(has_left, false) as is_event
    from recruits
),

placed as (
    select * from timed where exit_time > entry_time
),

lives as (
    {{ by_gender_and_level('placed', ['exit_time', 'is_event']) }}
),

{{ kaplan_meier('placed', keys) }},

followed as (
    select
        {{ key_list }},
        count(*) as n,
        sum(case when is_event and exit_time <= {{ horizon }} then 1 else 0 end) as n_left,
        sum(case when exit_time >= {{ horizon }} then 1 else 0 end) as n_followed
    from lives
    group by {{ key_list }}
    having max(exit_time) >= {{ horizon }}
),

at_horizon as (
    select
        *,
        row_number() over (partition by {{ key_list }} order by moment desc) as steps_back
    from km_step
    where moment <= {{ horizon }}
),

retained as (
    select
        {{ keys_of('followed', keys) }},
        followed.n,
        followed.n_left,
        followed.n_followed,
        coalesce(at_horizon.survival, 1) as survival,
        case when at_horizon.moment is null then 0 else at_horizon.greenwood end as greenwood
    from followed
    left join at_horizon
        on at_horizon.steps_back = 1
        and {{ same_keys('followed', 'at_horizon', keys) }}
),

cells as (
    select
        {{ key_list }},
        n,
        100 * survival as estimate,
        100 * survival * sqrt(greenwood) as se,
        sqrt(nullif(greenwood, 0)) as se_log,
        n_followed as n_least,
        nullif(n_left, 0) as count_least
    from retained

    union all

    select
        replace(level, 'gender', 'gap'),
        country_code,
        agency_code,
        agency_type,
        'women minus men',
        provenance,
        period_year,
        sum(n),
        100 * sum(case when gender = 'woman' then survival else -survival end),
        case when count(greenwood) = 2 then 100 * sqrt(sum(survival * survival * greenwood)) end,
        cast(null as {{ dbt.type_float() }}),
        min(n_followed),
        min(nullif(n_left, 0))
    from retained
    group by level, country_code, agency_code, agency_type, provenance, period_year
    having count(*) = 2
)

select
    'RET-04' as indicator_code,
    {{ key_list }},
    'all' as grade_band,
    {{ last_day_of_year('period_year') }} as period_date,
    cast(n as integer) as n,
    estimate,
    se,
    cast(n_least as integer) as n_least,
    cast(count_least as integer) as count_least,
    se_log,
    'Kaplan-Meier at 36 months' as method
from cells
