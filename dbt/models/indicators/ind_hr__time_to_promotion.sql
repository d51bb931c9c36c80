-- PRO-05: median years from appointment to the first rise from common grade 1, by Kaplan and Meier, women's less men's; men's is the reference value.
-- Over three years to the end of each: who was in grade 1 before is at risk from then on. Leaving, or the last list of the year, ends a life
-- unpromoted, so that later lists change nothing of it.
-- The ends of each median's interval are where the ends of the curve's (R's conf.type "log") come to a half; those of the difference follow
-- from them by MOVER (Donner and Zou 2012). All four must be reached. A median rests on its promotions, so n counts these, and not all who wait.
{%- set keys = ['level', 'country_code', 'agency_code', 'agency_type', 'gender', 'provenance', 'period_year'] %}
{%- set key_list = keys | join(', ') %}
{%- set curves = {
    'years': 'survival',
    'low': 'survival * exp(-1.959963984540054 * sqrt(greenwood))',
    'high': 'survival * exp(1.959963984540054 * sqrt(greenwood))'
} %}
-- One pass over people and their promotions, not a join of the two: PostgreSQL takes the few who began in grade 1 for one, and would read all
-- promotions again for each of them.
with known as (
    select
        agency_code, person_key, first_seen_date, last_seen_date,
        case when grade = 1 then first_seen_date end as in_grade_1_date,
        cast(null as date) as promoted_date
    from {{ ref('int_staff__run') }}
    where is_stock and not is_acting and grade is not null

    union all

    select agency_code, person_key, null, null, null, event_date
    from {{ ref('fct_staff_event') }}
    where event_type = 'promotion'
),

careers as (
    select
        agency_code, person_key, first_seen_date, last_seen_date,
        min(first_seen_date) over person as began_date,
        min(in_grade_1_date) over person as began_in_grade_1_date,
        min(promoted_date) over person as first_promoted_date,
        lead(first_seen_date) over (partition by agency_code, person_key order by first_seen_date) as next_seen_date
    from known
    window person as (partition by agency_code, person_key)
),

listed_year as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    group by 1, 2
),

-- Who began in grade 1, with the last list that shows them until the end of each year.
beginners as (
    select
        careers.agency_code,
        careers.person_key,
        listed_year.period_year,
        listed_year.period_date,
        careers.began_date as first_seen_date,
        least(careers.last_seen_date, listed_year.period_date) as last_seen_date,
        careers.first_promoted_date as promoted_date
    from careers
    inner join listed_year
        on careers.agency_code = listed_year.agency_code and careers.first_seen_date <= listed_year.period_date
        and (careers.next_seen_date is null or careers.next_seen_date > listed_year.period_date)
    where careers.began_in_grade_1_date = careers.began_date
),

dated as (
    select
        agency.country_code,
        spell.agency_code,
        agency.agency_type,
        agency.provenance,
        spell.gender,
        beginners.period_year,
        {{ midpoint('spell.start_from', 'spell.start_to') }} as started_date,
        greatest(beginners.first_seen_date, {{ first_day('beginners.period_year - 2') }}) as entered_date,
        least(beginners.last_seen_date, coalesce(spell.ended_date, beginners.last_seen_date)) as last_date,
        beginners.promoted_date
    from beginners
    inner join {{ ref('int_staff__spell') }} as spell
        on beginners.agency_code = spell.agency_code and beginners.person_key = spell.person_key and spell.spell_no = 1
    inner join {{ ref('dim_agency') }} as agency
        on spell.agency_code = agency.agency_code and beginners.period_date between agency.valid_from and agency.valid_to
    where spell.exclusion_reason is null and spell.gender in ('woman', 'man') and spell.start_from <= beginners.first_seen_date
),

timed as (
    select
        *,
        coalesce(promoted_date <= last_date, false) as is_event,
        {{ days_between('started_date', 'entered_date') }} as entry_time,
        {{ days_between('started_date', 'least(last_date, coalesce(promoted_date, last_date))') }} as exit_time
    from dated
),

placed as (
    select * from timed where exit_time > entry_time
),

{{ kaplan_meier('placed', keys) }},

-- A half is a half although logarithms were added up to it.
medians as (
    select
        {{ key_list }},
        {% for name, curve in curves.items() -%}
        cast(min(case when {{ curve }} <= 0.5 + 1e-9 then moment end) as {{ dbt.type_float() }}) / 365.25 as {{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
    from km_step
    group by {{ key_list }}
),

counted as (
    select
        country_code, agency_code, agency_type, gender, provenance, period_year,
        count(*) as n,
        sum(case when is_event then 1 else 0 end) as n_promoted
    from placed
    group by country_code, agency_code, agency_type, gender, provenance, period_year
),

levelled as (
    {{ by_gender_and_level('counted', ['n', 'n_promoted']) }}
),

sides as (
    select {{ key_list }}, sum(n) as n, sum(n_promoted) as n_promoted
    from levelled
    group by {{ key_list }}
),

compared as (
    select
        replace(sides.level, '_gender', '') as level,
        sides.country_code,
        sides.agency_code,
        sides.agency_type,
        sides.provenance,
        sides.period_year,
        sum(sides.n_promoted) as n,
        min(sides.n) as n_least,
        min(nullif(sides.n_promoted, 0)) as count_least,
        {% for gender, side in {'woman': 'women', 'man': 'men'}.items() %}
        {% for name in curves %}
        sum(case when sides.gender = '{{ gender }}' then medians.{{ name }} end) as {{ side }}_{{ name }},
        {% endfor %}
        {% endfor %}
        count(medians.years) as n_medians
    from sides
    left join medians
        on {{ same_keys('sides', 'medians', keys) }}
    group by 1, 2, 3, 4, sides.provenance, sides.period_year
    having count(*) = 2
),

measured as (
    select
        *,
        women_years - men_years as estimate,
        sqrt(power(women_years - women_low, 2) + power(men_high - men_years, 2)) as reach_down,
        sqrt(power(women_high - women_years, 2) + power(men_years - men_low, 2)) as reach_up
    from compared
)

select
    'PRO-05' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    'all' as gender,
    'all' as grade_band,
    provenance,
    period_year,
    {{ last_day_of_year('period_year') }} as period_date,
    cast(n as integer) as n,
    estimate,
    cast(n_least as integer) as n_least,
    cast(count_least as integer) as count_least,
    case when reach_down is not null and reach_up is not null then estimate - reach_down end as bound_low,
    case when reach_down is not null and reach_up is not null then estimate + reach_up end as bound_high,
    case when n_medians = 2 then men_years end as reference_value,
    case
        when n_medians < 2 then 'Kaplan-Meier medians'
        when reach_down is null or reach_up is null then 'Kaplan-Meier medians; none: an end of the interval is not reached'
        else 'Kaplan-Meier medians; MOVER'
    end as method,
    case when n_medians < 2 then 'not reached: fewer than half are promoted in the time observed' end as unavailable_reason
from measured
